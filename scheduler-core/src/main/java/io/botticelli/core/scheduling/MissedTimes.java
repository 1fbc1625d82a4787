package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The times of a schedule that passed without a fire. Pure.
 *
 * @param newest newest ones, oldest first
 * @param dropped oldest of those before them, or empty when there are none
 */
record MissedTimes(List<Instant> newest, Optional<Instant> dropped) {
  /** First stretch looked at; doubled until it holds enough. */
  private static final Duration FIRST_STRETCH = Duration.ofMinutes(1);

  /** Times looked at before it is given up to find more within the bounds. */
  private static final int MOST_TIMES = 200_000;

  MissedTimes {
    newest = List.copyOf(newest);
  }

  /**
   * Returns the newest times from {@code due} to {@code until}, both inclusive. Schedules whose
   * times are drawn have only the one that was drawn.
   *
   * @param due a time of the schedule
   * @param after only times later than this
   * @param limit at least 1
   */
  static MissedTimes between(
      ActorDefinition actor, Instant due, Instant after, Instant until, int limit) {
    Predicate<Instant> counts =
        time -> time.isAfter(after) && (time.equals(due) || actor.firing().bounds().includes(time));
    TreeSet<Instant> found = newest(actor, due, until, limit + 1, counts);
    boolean more = found.size() > limit;
    while (found.size() > limit) {
      found.pollFirst();
    }
    return new MissedTimes(
        List.copyOf(found),
        more ? Optional.of(due.isAfter(after) ? due : after) : Optional.empty());
  }

  private static TreeSet<Instant> newest(
      ActorDefinition actor, Instant due, Instant until, int count, Predicate<Instant> counts) {
    if (actor.schedule() instanceof ActorSchedule.Interval interval
        && !TriggerPlan.isShifted(actor)) {
      return ofInterval(interval.every(), due, until, count, counts);
    }
    if (actor.schedule() instanceof ActorSchedule.Cron cron && !TriggerPlan.isShifted(actor)) {
      return ofCron(cron, due, until, count, counts);
    }
    TreeSet<Instant> only = new TreeSet<>();
    if (counts.test(due)) {
      only.add(due);
    }
    return only;
  }

  private static TreeSet<Instant> ofInterval(
      Duration every, Instant due, Instant until, int count, Predicate<Instant> counts) {
    TreeSet<Instant> times = new TreeSet<>();
    long last = Math.max(0, Duration.between(due, until).toMillis() / every.toMillis());
    for (long i = last; i >= 0 && times.size() < count && last - i < MOST_TIMES; i--) {
      Instant time = due.plusMillis(Math.multiplyExact(i, every.toMillis()));
      if (counts.test(time)) {
        times.add(time);
      }
    }
    return times;
  }

  /**
   * A cron expression cannot look back, so ever longer stretches before the end are looked through.
   */
  private static TreeSet<Instant> ofCron(
      ActorSchedule.Cron cron, Instant due, Instant until, int count, Predicate<Instant> counts) {
    Duration stretch = FIRST_STRETCH;
    while (true) {
      Instant start = until.minus(stretch);
      boolean all = !start.isAfter(due);
      TreeSet<Instant> times = new TreeSet<>();
      int seen = 0;
      for (String text : cron.expressions()) {
        seen += collect(cron, text, all ? due : start, until, counts, times);
      }
      if (all && counts.test(due)) {
        times.add(due);
      }
      if (all || times.size() >= count || seen >= MOST_TIMES) {
        while (times.size() > count) {
          times.pollFirst();
        }
        return times;
      }
      stretch = stretch.multipliedBy(2);
    }
  }

  private static int collect(
      ActorSchedule.Cron cron,
      String text,
      Instant from,
      Instant until,
      Predicate<Instant> counts,
      TreeSet<Instant> times) {
    CronTimes expression = new CronTimes(text, cron.zone(), cron.dst());
    Optional<Instant> next = expression.next(from.minusMillis(1));
    int seen = 0;
    while (next.isPresent() && !next.get().isAfter(until)) {
      if (counts.test(next.get())) {
        times.add(next.get());
      }
      seen++;
      next = expression.next(next.get());
    }
    return seen;
  }
}
