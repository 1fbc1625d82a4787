package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

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
    TreeSet<Instant> found = newest(actor.schedule(), due, until, limit + 1, counts);
    boolean more = found.size() > limit;
    while (found.size() > limit) {
      found.pollFirst();
    }
    return new MissedTimes(
        List.copyOf(found),
        more ? Optional.of(due.isAfter(after) ? due : after) : Optional.empty());
  }

  private static TreeSet<Instant> newest(
      ActorSchedule schedule, Instant due, Instant until, int count, Predicate<Instant> counts) {
    if (schedule instanceof ActorSchedule.Interval interval && !TriggerPlan.isShifted(schedule)) {
      return ofInterval(interval.every(), due, until, count, counts);
    }
    if (schedule instanceof ActorSchedule.Cron cron && !TriggerPlan.isShifted(schedule)) {
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

  /** Quartz cannot look back, so ever longer stretches before the end are looked through. */
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
    CronExpression expression = parse(text);
    expression.setTimeZone(TimeZone.getTimeZone(cron.zone()));
    @Nullable Date next = expression.getTimeAfter(Date.from(from.minusMillis(1)));
    int seen = 0;
    while (next != null && !next.toInstant().isAfter(until)) {
      if (counts.test(next.toInstant())) {
        times.add(next.toInstant());
      }
      seen++;
      next = expression.getTimeAfter(next);
    }
    return seen;
  }

  private static CronExpression parse(String text) {
    try {
      return new CronExpression(text);
    } catch (ParseException impossible) {
      throw new IllegalStateException("a stored cron expression cannot be read", impossible);
    }
  }
}
