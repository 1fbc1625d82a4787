package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.FireData.SCHEDULE;
import static io.botticelli.core.scheduling.FireData.STARTUP;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.history.FireIdentity.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.quartz.CronScheduleBuilder;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;

/**
 * Maps an actor's schedule to Quartz triggers. Pure.
 *
 * <p>Misfire instructions: cron and one-shot triggers fire once now. Intervals use {@code
 * RESCHEDULE_NOW_WITH_EXISTING_REPEAT_COUNT}: however many periods were missed, one fire now, and
 * the next ones count from it. The smart policy of an endless simple trigger would be {@code
 * RESCHEDULE_NEXT}, which drops the overdue fire and waits for the next period: after a night
 * without a node a daily actor would stay silent for up to a day.
 */
final class TriggerPlan {
  /** Part of the fingerprint: a change of the mapping itself must rebuild every trigger. */
  private static final String MAPPING = "1";

  private final JitteredTimes jitteredTimes;

  TriggerPlan(JitteredTimes jitteredTimes) {
    this.jitteredTimes = jitteredTimes;
  }

  /** Returns what decides whether a schedule is "the same". */
  static String fingerprint(ActorSchedule schedule, String version) {
    return MAPPING + "|" + schedule.type() + "|" + meaning(schedule, version);
  }

  private static String meaning(ActorSchedule schedule, String version) {
    if (schedule instanceof ActorSchedule.Cron cron) {
      return String.join(",", cron.expressions()) + "|" + cron.zone() + jitter(cron.jitter());
    }
    if (schedule instanceof ActorSchedule.Interval interval) {
      return interval.every()
          + "|"
          + interval.startAt().map(Instant::toString).orElse("-")
          + "|"
          + interval.runOnStart()
          + jitter(interval.jitter());
    }
    if (schedule instanceof ActorSchedule.Once once) {
      return once.at().toString();
    }
    return schedule instanceof ActorSchedule.Immediate ? version : "";
  }

  /**
   * Returns the keys that must be there while the fingerprint is unchanged; schedules that fire
   * once have none, because their trigger goes when it has fired.
   */
  static Set<TriggerKey> standingKeys(ActorName actor, ActorSchedule schedule) {
    Set<TriggerKey> keys = new LinkedHashSet<>();
    if (schedule instanceof ActorSchedule.Cron cron && !cron.jitter().isPresent()) {
      for (int i = 0; i < cron.expressions().size(); i++) {
        keys.add(scheduleKey(actor, i));
      }
    } else if (schedule instanceof ActorSchedule.Cron
        || schedule instanceof ActorSchedule.Interval) {
      keys.add(scheduleKey(actor, 0));
    }
    return keys;
  }

  /**
   * Builds the triggers of a new or changed schedule.
   *
   * @param lastRun start of the actor's last run, or empty when it never ran
   */
  List<Trigger> triggers(
      ActorName actor, ActorSchedule schedule, Optional<Instant> lastRun, Instant now) {
    if (schedule instanceof ActorSchedule.Cron cron) {
      return cronTriggers(actor, cron, now);
    }
    if (schedule instanceof ActorSchedule.Interval interval) {
      Instant first = first(interval, lastRun, now);
      return List.of(
          interval.jitter().isPresent()
              ? oneShot(actor, first)
              : repeating(actor, interval.every(), first));
    }
    if (schedule instanceof ActorSchedule.Once once) {
      return once.at().isAfter(now) || lastRun.isEmpty()
          ? List.of(oneShot(actor, later(once.at(), now)))
          : List.of();
    }
    if (schedule instanceof ActorSchedule.Immediate) {
      return List.of(once(new TriggerKey(actor.value(), STARTUP), actor, Kind.STARTUP, now));
    }
    return List.of();
  }

  private List<Trigger> cronTriggers(ActorName actor, ActorSchedule.Cron cron, Instant now) {
    if (cron.jitter().isPresent()) {
      return jitteredTimes.next(cron, now).stream().map(at -> oneShot(actor, at)).toList();
    }
    List<Trigger> triggers = new ArrayList<>();
    for (int i = 0; i < cron.expressions().size(); i++) {
      triggers.add(cron(actor, cron, i, now));
    }
    return triggers;
  }

  /** Returns the trigger after a fire of a shifted schedule, or empty when it needs none. */
  Optional<Trigger> afterFire(ActorName actor, ActorSchedule schedule, Instant start, Instant now) {
    if (schedule instanceof ActorSchedule.Cron cron && cron.jitter().isPresent()) {
      return jitteredTimes.next(cron, now).map(at -> oneShot(actor, at));
    }
    if (schedule instanceof ActorSchedule.Interval interval && interval.jitter().isPresent()) {
      return Optional.of(oneShot(actor, jitteredTimes.next(interval, start, now)));
    }
    return Optional.empty();
  }

  static boolean isShifted(ActorSchedule schedule) {
    return (schedule instanceof ActorSchedule.Cron cron && cron.jitter().isPresent())
        || (schedule instanceof ActorSchedule.Interval interval && interval.jitter().isPresent());
  }

  static TriggerKey scheduleKey(ActorName actor, int index) {
    return new TriggerKey(index == 0 ? actor.value() : actor.value() + "#" + index, SCHEDULE);
  }

  private Instant first(ActorSchedule.Interval interval, Optional<Instant> lastRun, Instant now) {
    Duration wait =
        interval.jitter().isPresent()
            ? jitteredTimes.shift(interval.every(), interval.jitter())
            : interval.every();
    Instant natural =
        lastRun
            .map(run -> run.plus(wait))
            .orElseGet(() -> interval.runOnStart() ? now : now.plus(wait));
    return later(later(natural, now), interval.startAt().orElse(Instant.MIN));
  }

  private static Trigger cron(ActorName actor, ActorSchedule.Cron cron, int index, Instant now) {
    return TriggerBuilder.newTrigger()
        .withIdentity(scheduleKey(actor, index))
        .forJob(FireData.jobKey(actor))
        .usingJobData(FireData.ofKind(Kind.SCHEDULE))
        .startAt(Date.from(now))
        .withSchedule(
            CronScheduleBuilder.cronSchedule(cron.expressions().get(index))
                .inTimeZone(TimeZone.getTimeZone(cron.zone()))
                .withMisfireHandlingInstructionFireAndProceed())
        .build();
  }

  private static Trigger repeating(ActorName actor, Duration every, Instant first) {
    return TriggerBuilder.newTrigger()
        .withIdentity(scheduleKey(actor, 0))
        .forJob(FireData.jobKey(actor))
        .usingJobData(FireData.ofKind(Kind.SCHEDULE))
        .startAt(Date.from(first))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(every.toMillis())
                .repeatForever()
                .withMisfireHandlingInstructionNowWithExistingCount())
        .build();
  }

  private static Trigger oneShot(ActorName actor, Instant at) {
    return once(scheduleKey(actor, 0), actor, Kind.SCHEDULE, at);
  }

  private static Trigger once(TriggerKey key, ActorName actor, Kind kind, Instant at) {
    return TriggerBuilder.newTrigger()
        .withIdentity(key)
        .forJob(FireData.jobKey(actor))
        .usingJobData(FireData.ofKind(kind))
        .startAt(Date.from(at))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
        .build();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String jitter(Jitter jitter) {
    return "|" + jitter.percent() + "|" + jitter.amount();
  }
}
