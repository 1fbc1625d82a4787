package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

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

  /** Openings looked at before an expression counts as one that never falls into any. */
  private static final int OPENINGS = 10_000;

  /** Windows that follow one another without a break and count as one, such as whole days. */
  private static final int ADJOINING = 100;

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
   * skipped, and one outside the active times is put off to the next opening.
   *
   * @return empty when nothing opens any more
   */
  Optional<Instant> next(
      ActorSchedule.Interval interval, FireBounds bounds, Instant start, Instant now) {
    Instant next = start.plus(shift(interval.every(), interval.jitter()));
    if (!next.isAfter(now)) {
      long periods = Duration.between(next, now).dividedBy(interval.every()) + 1;
      next = next.plus(interval.every().multipliedBy(periods));
    }
    return within(bounds, next, interval.every(), interval.jitter());
  }

  /** Moves a fire to the next opening, plus a shift of its own, when it is outside. */
  Optional<Instant> within(FireBounds bounds, Instant fire, Duration every, Jitter jitter) {
    if (bounds.active().isEmpty() || bounds.active().get().includes(fire)) {
      return Optional.of(fire);
    }
    ActiveTimes active = bounds.active().get();
    return active
        .opening(fire)
        .map(opening -> opening.plus(delay(active, opening, amount(every, jitter))));
  }

  /** Returns the next delayed fire of a cron schedule after {@code now}; empty = never again. */
  Optional<Instant> next(ActorSchedule.Cron cron, FireBounds bounds, Instant now) {
    Optional<Instant> nominal = nominal(cron, bounds, now);
    if (nominal.isEmpty()) {
      return nominal;
    }
    Duration period =
        nominal(cron, FireBounds.NONE, nominal.get())
            .map(second -> Duration.between(nominal.get(), second))
            .orElse(Duration.ZERO);
    Duration bound = amount(period, cron.jitter());
    return Optional.of(
        nominal
            .get()
            .plus(
                bounds
                    .active()
                    .map(active -> delay(active, nominal.get(), bound))
                    .orElseGet(() -> Duration.ofMillis(part(bound)))));
  }

  /** Returns the earliest time of any of the expressions after an instant, within the bounds. */
  static Optional<Instant> nominal(ActorSchedule.Cron cron, FireBounds bounds, Instant after) {
    List<CronTimes> times =
        cron.expressions().stream()
            .map(expression -> new CronTimes(expression, cron.zone(), cron.dst()))
            .toList();
    Instant cursor =
        bounds.startAt().map(start -> later(start.minusMillis(1), after)).orElse(after);
    for (int i = 0; i < OPENINGS; i++) {
      Optional<Instant> next = earliest(times, cursor);
      if (next.isEmpty() || bounds.endAt().filter(next.get()::isAfter).isPresent()) {
        return Optional.empty();
      }
      Optional<Instant> opening =
          bounds.active().map(active -> active.opening(next.get())).orElse(next);
      if (opening.isEmpty() || opening.equals(next)) {
        return opening;
      }
      cursor = opening.get().minusMillis(1);
    }
    return Optional.empty();
  }

  private static Optional<Instant> earliest(List<CronTimes> times, Instant after) {
    return times.stream()
        .flatMap(expression -> expression.next(after).stream())
        .min(Comparator.naturalOrder());
  }

  /** Chooses a delay that does not lead out of the active times. */
  private Duration delay(ActiveTimes active, Instant from, Duration bound) {
    Instant latest = from.plus(bound);
    Instant end = from;
    for (int i = 0; i < ADJOINING && end.isBefore(latest); i++) {
      Optional<Instant> closing = active.closing(end);
      if (closing.isEmpty()) {
        break;
      }
      end = closing.get();
    }
    Duration room = Duration.between(from, end);
    return Duration.ofMillis(part(room.compareTo(bound) < 0 ? room : bound));
  }

  private long part(Duration bound) {
    return (long) (random.getAsDouble() * bound.toMillis());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Duration amount(Duration every, Jitter jitter) {
    return jitter.percent() > 0
        ? every.multipliedBy(jitter.percent()).dividedBy(100)
        : jitter.amount();
  }
}
