package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorSchedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Computes when a schedule would fire that no trigger exists of yet. Pure. */
public final class ComingFires {
  private ComingFires() {}

  /**
   * Returns the next fires of a schedule if it were applied now, before any random shift.
   *
   * @param lastRun start of the actor's last run; empty = it never ran
   * @param count 1..100
   */
  public static List<Instant> of(
      ActorSchedule schedule, Optional<Instant> lastRun, Instant now, int count) {
    if (schedule instanceof ActorSchedule.Cron cron) {
      return cron.expressions().stream()
          .flatMap(expression -> cron(expression, cron, now, count))
          .sorted()
          .distinct()
          .limit(count)
          .toList();
    }
    if (schedule instanceof ActorSchedule.Interval interval) {
      Instant natural =
          lastRun
              .map(run -> run.plus(interval.every()))
              .orElseGet(() -> interval.runOnStart() ? now : now.plus(interval.every()));
      Instant first = later(later(natural, now), interval.startAt().orElse(Instant.MIN));
      return Stream.iterate(first, fire -> fire.plus(interval.every())).limit(count).toList();
    }
    if (schedule instanceof ActorSchedule.Once once) {
      return once.at().isAfter(now) || lastRun.isEmpty()
          ? List.of(later(once.at(), now))
          : List.of();
    }
    return schedule instanceof ActorSchedule.Immediate ? List.of(now) : List.of();
  }

  private static Stream<Instant> cron(
      String text, ActorSchedule.Cron schedule, Instant now, int count) {
    List<Instant> fires = new ArrayList<>();
    CronTimes times = new CronTimes(text, schedule.zone(), schedule.dst());
    Optional<Instant> next = times.next(now);
    while (next.isPresent() && fires.size() < count) {
      fires.add(next.get());
      next = times.next(next.get());
    }
    return fires.stream();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
