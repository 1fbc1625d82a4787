package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.InstanceOfAssertFactories;

class JitteredTimesPropertyTest {
  private static final Instant START = Instant.parse("2026-03-04T05:06:07Z");

  @Property
  void aShiftStaysWithinTheJitterAndAboveTheFloor(
      @ForAll @LongRange(min = 1, max = 1_000_000) long seconds,
      @ForAll @IntRange(min = 0, max = 90) int percent,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    Duration every = Duration.ofSeconds(seconds);

    Duration wait =
        new JitteredTimes(() -> random).shift(every, new Jitter(percent, Duration.ZERO));

    Duration bound = every.multipliedBy(percent).dividedBy(100).plusMillis(1);
    Duration least = every.minus(bound);
    assertThat(wait).isLessThanOrEqualTo(max(every.plus(bound), Duration.ofSeconds(1)));
    assertThat(wait).isGreaterThanOrEqualTo(max(least, Duration.ofSeconds(1)));
    assertThat(wait).isGreaterThanOrEqualTo(every.dividedBy(10));
    if (every.compareTo(Duration.ofMinutes(10)) >= 0) {
      assertThat(wait).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }
  }

  @Property
  void theNextFireIsAlwaysInTheFuture(
      @ForAll @LongRange(min = 1, max = 100_000) long seconds,
      @ForAll @LongRange(min = 0, max = 1_000_000) long ran,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    Instant now = START.plusSeconds(ran);
    var interval =
        new ActorSchedule.Interval(
            Duration.ofSeconds(seconds),
            Optional.empty(),
            true,
            new Jitter(0, Duration.ofSeconds(30)),
            "test");

    assertThat(new JitteredTimes(() -> random).next(interval, FireBounds.NONE, START, now))
        .get(InstanceOfAssertFactories.INSTANT)
        .isAfter(now);
  }

  @Example
  void cronIsOnlyDelayed() {
    var cron =
        new ActorSchedule.Cron(
            List.of("0 0 9 * * ?", "0 0 17 * * ?"),
            ZoneId.of("Europe/Berlin"),
            new Jitter(0, Duration.ofMinutes(30)),
            "test");

    assertThat(new JitteredTimes(() -> 0.0).next(cron, FireBounds.NONE, START))
        .contains(Instant.parse("2026-03-04T08:00:00Z"));
    assertThat(new JitteredTimes(() -> 0.5).next(cron, FireBounds.NONE, START))
        .contains(Instant.parse("2026-03-04T08:15:00Z"));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
