package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.FireData.SCHEDULE;
import static io.botticelli.core.scheduling.FireData.STARTUP;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.history.FireIdentity.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.quartz.Calendar;
import org.quartz.JobDataMap;
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
  private static final String MAPPING = "2";

  /** Calendars of actors begin with this. */
  static final String CALENDARS = "actor:";

  /** A fire is this late at most without being handled as a misfire. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private final JitteredTimes jitteredTimes;

  TriggerPlan(JitteredTimes jitteredTimes) {
    this.jitteredTimes = jitteredTimes;
  }

  /** Returns what decides whether the triggers of an actor are "the same". */
  static String fingerprint(ActorDefinition actor, String version) {
    FireBounds bounds = actor.firing().bounds();
    return MAPPING
        + "|"
        + actor.schedule().type()
        + "|"
        + meaning(actor.schedule(), version)
        + "|"
        + bounds.startAt().map(Instant::toString).orElse("-")
        + "|"
        + bounds.endAt().map(Instant::toString).orElse("-")
        + "|"
        + bounds.active().map(ActiveCalendar::text).orElse("-");
  }

  private static String meaning(ActorSchedule schedule, String version) {
    if (schedule instanceof ActorSchedule.Cron cron) {
      return String.join(",", cron.expressions())
          + "|"
          + cron.zone()
          + "|"
          + cron.dst()
          + jitter(cron.jitter());
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
   * Returns the keys that must be there while the fingerprint is unchanged, unless they have no
   * fire any more; schedules that fire once have none, because their trigger goes when it has
   * fired.
   */
  static Set<TriggerKey> standingKeys(ActorDefinition actor) {
    Set<TriggerKey> keys = new LinkedHashSet<>();
    if (actor.schedule() instanceof ActorSchedule.Cron cron && !isShifted(actor)) {
      for (int i = 0; i < cron.expressions().size(); i++) {
        keys.add(scheduleKey(actor.name(), i));
      }
    } else if (actor.schedule() instanceof ActorSchedule.Cron
        || actor.schedule() instanceof ActorSchedule.Interval) {
      keys.add(scheduleKey(actor.name(), 0));
    }
    return keys;
  }

  /**
   * Returns the calendar the triggers of an actor refer to by {@link #calendarName}. Shifted
   * schedules have none: each of their times is chosen within the active times.
   */
  static Optional<Calendar> calendar(ActorDefinition actor) {
    return actor.schedule() instanceof ActorSchedule.Cron && !isShifted(actor)
        ? actor.firing().bounds().active().map(ActiveCalendar::new)
        : Optional.empty();
  }

  static String calendarName(ActorName actor) {
    return CALENDARS + actor.value();
  }

  /**
   * Builds the triggers of a new or changed schedule; none for a schedule that never fires again.
   *
   * @param lastRun start of the actor's last run, or empty when it never ran
   */
  List<Trigger> triggers(ActorDefinition actor, Optional<Instant> lastRun, Instant now) {
    ActorSchedule schedule = actor.schedule();
    FireBounds bounds = actor.firing().bounds();
    ActorName name = actor.name();
    if (schedule instanceof ActorSchedule.Cron cron) {
      return cronTriggers(actor, cron, now);
    }
    if (schedule instanceof ActorSchedule.Interval interval) {
      return beforeEnd(bounds, first(interval, bounds, lastRun, now))
          .map(
              at ->
                  isShifted(actor)
                      ? oneShot(name, at)
                      : repeating(name, interval.every(), at, bounds))
          .stream()
          .toList();
    }
    if (schedule instanceof ActorSchedule.Once once) {
      return once.at().isAfter(now) || lastRun.isEmpty()
          ? List.of(oneShot(name, later(once.at(), now)))
          : List.of();
    }
    if (schedule instanceof ActorSchedule.Immediate) {
      Instant earliest = later(now, bounds.startAt().orElse(now));
      TriggerKey key = new TriggerKey(name.value(), STARTUP);
      return beforeEnd(
              bounds,
              bounds.active().map(times -> times.opening(earliest)).orElse(Optional.of(earliest)))
          .map(at -> once(key, name, Kind.STARTUP, at))
          .stream()
          .toList();
    }
    return List.of();
  }

  private List<Trigger> cronTriggers(ActorDefinition actor, ActorSchedule.Cron cron, Instant now) {
    FireBounds bounds = actor.firing().bounds();
    if (isShifted(actor)) {
      return beforeEnd(bounds, jitteredTimes.next(cron, bounds, now))
          .map(at -> oneShot(actor.name(), at))
          .stream()
          .toList();
    }
    List<Trigger> triggers = new ArrayList<>();
    for (int i = 0; i < cron.expressions().size(); i++) {
      String expression = cron.expressions().get(i);
      ActorSchedule.Cron single =
          new ActorSchedule.Cron(
              List.of(expression), cron.zone(), cron.dst(), cron.jitter(), cron.source());
      // Quartz refuses a trigger that never fires, and with it the whole job.
      if (JitteredTimes.nominal(single, bounds, now.minusSeconds(1)).isPresent()) {
        triggers.add(cron(actor, single, i, now));
      }
    }
    return triggers;
  }

  /** Returns the trigger after a fire of a shifted schedule, or empty when it needs none. */
  Optional<Trigger> afterFire(ActorDefinition actor, Instant start, Instant now) {
    if (!isShifted(actor)) {
      return Optional.empty();
    }
    FireBounds bounds = actor.firing().bounds();
    Optional<Instant> next;
    if (isOutside(actor, start)) {
      // Nothing ran; what this fire was for comes with the next opening.
      next = bounds.active().flatMap(times -> times.opening(start));
    } else if (actor.schedule() instanceof ActorSchedule.Cron cron) {
      next = jitteredTimes.next(cron, bounds, now);
    } else {
      next = jitteredTimes.next((ActorSchedule.Interval) actor.schedule(), bounds, start, now);
    }
    return beforeEnd(bounds, next).map(at -> oneShot(actor.name(), at));
  }

  /**
   * Tells whether a fire of the schedule comes when its active times are over, because it is late.
   */
  static boolean isOutside(ActorDefinition actor, Instant now) {
    return actor
        .firing()
        .bounds()
        .active()
        .filter(times -> !times.includes(now) && !times.includes(now.minus(LATE)))
        .isPresent();
  }

  /** Tells whether each next time is chosen by this server, and stored as a one-shot trigger. */
  static boolean isShifted(ActorDefinition actor) {
    return (actor.schedule() instanceof ActorSchedule.Cron cron && cron.jitter().isPresent())
        || (actor.schedule() instanceof ActorSchedule.Interval interval
            && (interval.jitter().isPresent() || actor.firing().bounds().active().isPresent()));
  }

  static TriggerKey scheduleKey(ActorName actor, int index) {
    return new TriggerKey(index == 0 ? actor.value() : actor.value() + "#" + index, SCHEDULE);
  }

  private Optional<Instant> first(
      ActorSchedule.Interval interval, FireBounds bounds, Optional<Instant> lastRun, Instant now) {
    Duration wait =
        interval.jitter().isPresent()
            ? jitteredTimes.shift(interval.every(), interval.jitter())
            : interval.every();
    Instant natural =
        lastRun
            .map(run -> run.plus(wait))
            .orElseGet(() -> interval.runOnStart() ? now : now.plus(wait));
    Instant first =
        later(later(natural, now), bounds.startAt().or(interval::startAt).orElse(Instant.MIN));
    return jitteredTimes.within(bounds, first, interval.every(), interval.jitter());
  }

  private static Optional<Instant> beforeEnd(FireBounds bounds, Optional<Instant> fire) {
    return fire.filter(at -> bounds.endAt().map(end -> !at.isAfter(end)).orElse(true));
  }

  private static Trigger cron(
      ActorDefinition actor, ActorSchedule.Cron cron, int index, Instant now) {
    FireBounds bounds = actor.firing().bounds();
    JobDataMap data = FireData.ofKind(Kind.SCHEDULE);
    if (cron.dst() == DstPolicy.SKIP) {
      data.put(ZonedCronTrigger.DST, cron.dst().name().toLowerCase(Locale.ROOT));
    }
    return TriggerBuilder.newTrigger()
        .withIdentity(scheduleKey(actor.name(), index))
        .forJob(FireData.jobKey(actor.name()))
        .usingJobData(data)
        .startAt(Date.from(later(now, bounds.startAt().orElse(now))))
        .endAt(bounds.endAt().map(Date::from).orElse(null))
        .modifiedByCalendar(bounds.active().map(times -> calendarName(actor.name())).orElse(null))
        .withSchedule(
            ZonedCronTrigger.schedule(cron.expressions().get(0), TimeZone.getTimeZone(cron.zone())))
        .build();
  }

  private static Trigger repeating(
      ActorName actor, Duration every, Instant first, FireBounds bounds) {
    return TriggerBuilder.newTrigger()
        .withIdentity(scheduleKey(actor, 0))
        .forJob(FireData.jobKey(actor))
        .usingJobData(FireData.ofKind(Kind.SCHEDULE))
        .startAt(Date.from(first))
        // Excluded itself by Quartz, while a fire at the end still counts.
        .endAt(bounds.endAt().map(end -> Date.from(end.plusMillis(1))).orElse(null))
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
