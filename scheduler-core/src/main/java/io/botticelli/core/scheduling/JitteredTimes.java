package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * Chooses the next time of a schedule whose fires are shifted at random.
 *
 * <p>Interval: start of the previous run + interval, shifted by up to the jitter to either side,
 * never less than a second or a tenth of the interval away, and never less than a minute for
 * intervals of ten minutes and more. Cron: the expression's next time, delayed by up to the jitter.
 */
final class JitteredTimes {
  private static final Duration LONG_INTERVAL = Duration.ofMinutes(10);
  private static final Duration LONG_FLOOR = Duration.ofMinutes(1);
  private static final Duration FLOOR = Duration.ofSeconds(1);

  private final DoubleSupplier random;

  /**
   * @param random uniform in 0 (inclusive) to 1 (exclusive)
   */
  JitteredTimes(DoubleSupplier random) {
    this.random = random;
  }

  /**
   * Returns a shifted wait.
   *
   * @return at least the floor described above
   */
  Duration shift(Duration every, Jitter jitter) {
    long bound = amount(every, jitter).toMillis();
    long shift = Math.round((random.getAsDouble() * 2 - 1) * bound);
    Duration tenth = every.dividedBy(10);
    Duration floor = tenth.compareTo(FLOOR) > 0 ? tenth : FLOOR;
    if (every.compareTo(LONG_INTERVAL) >= 0 && floor.compareTo(LONG_FLOOR) < 0) {
      floor = LONG_FLOOR;
    }
    Duration wait = every.plusMillis(shift);
    return wait.compareTo(floor) > 0 ? wait : floor;
  }

  /**
   * Returns the next fire of an interval, after {@code now}: times that have passed meanwhile are
   * skipped.
   */
  Instant next(ActorSchedule.Interval interval, Instant start, Instant now) {
    Instant next = start.plus(shift(interval.every(), interval.jitter()));
    if (!next.isAfter(now)) {
      long periods = Duration.between(next, now).dividedBy(interval.every()) + 1;
      next = next.plus(interval.every().multipliedBy(periods));
    }
    return next;
  }

  /** Returns the next delayed fire of a cron schedule after {@code now}; empty = never again. */
  Optional<Instant> next(ActorSchedule.Cron cron, Instant now) {
    Optional<Instant> nominal = nominal(cron, now);
    if (nominal.isEmpty()) {
      return nominal;
    }
    Duration period =
        nominal(cron, nominal.get())
            .map(second -> Duration.between(nominal.get(), second))
            .orElse(Duration.ZERO);
    long bound = amount(period, cron.jitter()).toMillis();
    return Optional.of(nominal.get().plusMillis((long) (random.getAsDouble() * bound)));
  }

  /** Returns the earliest time of any of the expressions after an instant. */
  static Optional<Instant> nominal(ActorSchedule.Cron cron, Instant after) {
    return cron.expressions().stream()
        .map(expression -> parse(expression, cron).getNextValidTimeAfter(Date.from(after)))
        .filter(Objects::nonNull)
        .map(Date::toInstant)
        .min(Comparator.naturalOrder());
  }

  private static CronExpression parse(String expression, ActorSchedule.Cron cron) {
    try {
      CronExpression parsed = new CronExpression(expression);
      parsed.setTimeZone(TimeZone.getTimeZone(cron.zone()));
      return parsed;
    } catch (ParseException failure) {
      throw new SchedulingException(
          "schedule_invalid",
          "cron expression \""
              + expression
              + "\" (written \""
              + cron.source()
              + "\") is not understood: "
              + failure.getMessage(),
          false,
          failure);
    }
  }

  private static Duration amount(Duration every, @Nullable Jitter jitter) {
    if (jitter == null) {
      return Duration.ZERO;
    }
    return jitter.percent() > 0
        ? every.multipliedBy(jitter.percent()).dividedBy(100)
        : jitter.amount();
  }
}
