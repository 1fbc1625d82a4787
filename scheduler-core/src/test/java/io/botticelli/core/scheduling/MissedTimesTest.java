package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissedTimesTest {
  private static final Instant NINE = Instant.parse("2026-01-05T09:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void countsAnIntervalFromTheTimeThatWasDue() {
    ActorDefinition hourly = actor("a", every(HOUR));

    MissedTimes missed = between(hourly, NINE, NINE.plus(HOUR.multipliedBy(2)).plusSeconds(59), 10);

    assertThat(missed.newest()).containsExactly(NINE, NINE.plus(HOUR), NINE.plusSeconds(7200));
    assertThat(missed.dropped()).isEmpty();
  }

  @Test
  void keepsTheNewestAndSaysWhereTheDroppedOnesBegin() {
    MissedTimes missed = between(actor("a", every(HOUR)), NINE, NINE.plusSeconds(4 * 3600), 2);

    assertThat(missed.newest())
        .containsExactly(NINE.plusSeconds(3 * 3600), NINE.plusSeconds(4 * 3600));
    assertThat(missed.dropped()).contains(NINE);
  }

  @Test
  void findsTheNewestTimesOfACronOverAYear() {
    ActorDefinition daily = actor("a", cron(ZoneOffset.UTC, "0 0 9 * * ?"));

    MissedTimes missed = between(daily, NINE.minus(Duration.ofDays(365)), NINE.plusSeconds(60), 2);

    assertThat(missed.newest()).containsExactly(NINE.minus(Duration.ofDays(1)), NINE);
    assertThat(missed.dropped()).contains(NINE.minus(Duration.ofDays(365)));
  }

  @Test
  void mergesTheTimesOfTwoExpressionsInTheirZone() {
    ActorDefinition both =
        actor("a", cron(ZoneId.of("Asia/Kathmandu"), "0 0 9 * * ?", "0 30 9 * * ?"));
    Instant due = Instant.parse("2026-01-05T03:15:00Z");

    assertThat(between(both, due, due.plusSeconds(3600), 10).newest())
        .containsExactly(due, due.plusSeconds(1800));
  }

  @Test
  void looksOnlyAtWhatCameLater() {
    MissedTimes missed =
        MissedTimes.between(
            actor("a", every(HOUR)), NINE, NINE.plusSeconds(1), NINE.plusSeconds(3600), 5);

    assertThat(missed.newest()).containsExactly(NINE.plusSeconds(3600));
  }

  @Test
  void leavesOutWhatIsOutsideTheBounds() {
    FireBounds until =
        new FireBounds(Optional.empty(), Optional.of(NINE.plusSeconds(3600)), Optional.empty());
    ActorDefinition bounded =
        actor(
            "a",
            every(HOUR),
            new FiringPolicy(
                new MisfirePolicy.FireOnce(),
                OverlapPolicy.SKIP,
                Optional.empty(),
                false,
                List.of(),
                until));

    assertThat(between(bounded, NINE, NINE.plusSeconds(9 * 3600), 1).newest())
        .as("the newest that counts, however many do not")
        .containsExactly(NINE.plusSeconds(3600));
  }

  @Test
  void hasOnlyTheDrawnTimeOfAShiftedSchedule() {
    ActorDefinition shifted = actor("a", every(HOUR, true, new Jitter(20, Duration.ZERO)));

    assertThat(between(shifted, NINE, NINE.plusSeconds(9 * 3600), 5).newest())
        .containsExactly(NINE);
  }

  private static MissedTimes between(ActorDefinition actor, Instant due, Instant until, int limit) {
    return MissedTimes.between(actor, due, due.minusMillis(1), until, limit);
  }

  private static ActorSchedule cron(ZoneId zone, String... expressions) {
    return new ActorSchedule.Cron(List.of(expressions), zone, Jitter.NONE, "cron");
  }
}
