package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.actor.Jitter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FireForecastTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void aTimeThatDoesNotExistIsExplained() {
    assertThat(cron("0 30 2 * * ?", DstPolicy.NEXT_VALID, FireBounds.NONE, "2027-03-26T12:00Z", 3))
        .containsExactly(
            "2027-03-27T02:30+01:00[Europe/Berlin]",
            "2027-03-28T03:00+02:00[Europe/Berlin] 02:30 does not exist on 28 Mar 2027, fires at"
                + " 03:00 CEST",
            "2027-03-29T02:30+02:00[Europe/Berlin]");
  }

  @Test
  void aTimeThatIsLeftOutIsToldWithTheNextOne() {
    assertThat(cron("0 30 2 * * ?", DstPolicy.SKIP, FireBounds.NONE, "2027-03-27T12:00Z", 1))
        .containsExactly(
            "2027-03-29T02:30+02:00[Europe/Berlin] 28 Mar 2027 02:30 is left out: the clocks skip"
                + " it");
  }

  @Test
  void aTimeThatComesTwiceIsExplained() {
    assertThat(cron("0 30 2 * * ?", DstPolicy.NEXT_VALID, FireBounds.NONE, "2027-10-30T12:00Z", 1))
        .containsExactly(
            "2027-10-31T02:30+02:00[Europe/Berlin] 02:30 comes twice on 31 Oct 2027, fires at the"
                + " first, CEST");
  }

  @Test
  void whatActiveTimesLeaveOutIsExplained() {
    FireBounds bounds =
        active(
            new Window(LocalTime.of(9, 0), LocalTime.of(17, 0)),
            EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY));

    assertThat(cron("0 0 8,12 * * ?", DstPolicy.NEXT_VALID, bounds, "2026-12-24T12:00Z", 2))
        .containsExactly(
            "2026-12-28T12:00+01:00[Europe/Berlin] 25 Dec 2026 08:00 and 6 more are left out:"
                + " holiday (de), not an active day, outside the active hours",
            "2026-12-29T12:00+01:00[Europe/Berlin] 29 Dec 2026 08:00 is left out: outside the"
                + " active hours");
  }

  @Test
  void anIntervalIsPutOffToTheNextOpening() {
    FireBounds bounds =
        active(new Window(LocalTime.of(9, 0), LocalTime.of(17, 0)), EnumSet.allOf(DayOfWeek.class));
    ActorSchedule every =
        new ActorSchedule.Interval(
            Duration.ofHours(6), Optional.empty(), true, Jitter.NONE, "every 6 hours");

    assertThat(
            lines(
                FireForecast.of(
                    TestActors.bounded("a", every, bounds),
                    Optional.of(instant("2026-11-20T08:00Z")),
                    instant("2026-11-20T09:00Z"),
                    3)))
        .containsExactly(
            "~2026-11-20T15:00+01:00[Europe/Berlin]",
            "~2026-11-21T09:00+01:00[Europe/Berlin] put off from 20 Nov 2026 21:00: outside the"
                + " active hours",
            "~2026-11-21T15:00+01:00[Europe/Berlin]");
  }

  @Test
  void jitterIsTold() {
    Jitter jitter = new Jitter(25, Duration.ZERO);
    ActorDefinition interval =
        TestNode.actor("a", TestNode.every(Duration.ofHours(2), true, jitter));

    assertThat(
            lines(
                FireForecast.from(
                    interval, instant("2026-11-20T08:07Z"), instant("2026-11-20T08:00Z"), 3)))
        .as("only the next one is drawn already")
        .containsExactly(
            "2026-11-20T08:07Z",
            "~2026-11-20T10:07Z give or take 25 %",
            "~2026-11-20T12:07Z give or take 25 %");
    assertThat(
            lines(
                FireForecast.of(
                    TestNode.actor(
                        "a",
                        new ActorSchedule.Cron(
                            List.of("0 0 9 * * ?"),
                            BERLIN,
                            new Jitter(0, Duration.ofMinutes(30)),
                            "daily")),
                    Optional.empty(),
                    instant("2026-11-20T12:00Z"),
                    1)))
        .containsExactly("~2026-11-21T09:00+01:00[Europe/Berlin] up to 30 min later");
  }

  @Test
  void theEndOfAScheduleEndsItsForecast() {
    FireBounds bounds =
        new FireBounds(
            Optional.of(instant("2026-12-01T00:00Z")),
            Optional.of(instant("2026-12-02T12:00Z")),
            Optional.empty());

    assertThat(cron("0 0 9 * * ?", DstPolicy.NEXT_VALID, bounds, "2026-11-20T12:00Z", 5))
        .containsExactly(
            "2026-12-01T09:00+01:00[Europe/Berlin]", "2026-12-02T09:00+01:00[Europe/Berlin]");
    assertThat(
            FireForecast.of(
                TestActors.bounded("a", TestNode.every(Duration.ofHours(1)), bounds),
                Optional.empty(),
                instant("2026-12-02T10:30Z"),
                5))
        .hasSize(2);
  }

  @Test
  void schedulesWithoutTimesHaveNoForecast() {
    Instant now = instant("2026-11-20T12:00Z");

    assertThat(FireForecast.of(TestNode.actor("a", TestNode.manual()), Optional.empty(), now, 5))
        .isEmpty();
    assertThat(
            FireForecast.of(
                TestNode.actor("a", new ActorSchedule.After("after b")), Optional.empty(), now, 5))
        .isEmpty();
    assertThat(
            cron("0 0 9 * * ? 2020", DstPolicy.NEXT_VALID, FireBounds.NONE, "2026-11-20T12:00Z", 5))
        .isEmpty();
  }

  private static List<String> cron(
      String expression, DstPolicy dst, FireBounds bounds, String now, int count) {
    ActorSchedule schedule =
        new ActorSchedule.Cron(List.of(expression), BERLIN, dst, Jitter.NONE, "cron");
    return lines(
        FireForecast.of(
            TestActors.bounded("a", schedule, bounds), Optional.empty(), instant(now), count));
  }

  private static List<String> lines(List<PlannedFire> fires) {
    return fires.stream()
        .map(fire -> ((fire.approximate() ? "~" : "") + fire.local() + " " + fire.note()).strip())
        .toList();
  }

  private static FireBounds active(Window window, Set<DayOfWeek> days) {
    return new FireBounds(
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new ActiveTimes(
                List.of(window),
                new TreeSet<>(days),
                List.of(
                    HolidayCalendar.of(
                        "de", Set.of(LocalDate.of(2026, 4, 3)), Set.of(MonthDay.of(12, 25)))),
                BERLIN)));
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
