package io.botticelli.core.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.JobExecutionContext;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;

/**
 * When a fire was due by its schedule, before any misfire policy moved it.
 *
 * <p>A misfire overwrites the trigger's next fire time with the present. The listener writes the
 * time it had into the trigger before that ({@link #remember}), in Quartz's own transaction, and
 * the trigger of a recovery carries it, too. Where that is missing, the due time follows from the
 * previous fire.
 */
final class DueTime {
  /** Key in the trigger's data: the fire time a misfire moved, milliseconds. */
  private static final String MISSED = "missed_from";

  /** Key in the trigger's data: when it was moved, milliseconds by the clock that Quartz uses. */
  private static final String MOVED = "missed_moved_at";

  /** A misfire moves the time to the present, right after the listener has seen it. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private DueTime() {}

  /**
   * Keeps the due time of a trigger that is about to be moved. Quartz stores the data of a trigger
   * together with its new time if it was changed ({@code StdJDBCDelegate.updateTrigger}, 2.5.2).
   */
  static void remember(Trigger trigger, Instant now) {
    @Nullable Date next = trigger.getNextFireTime();
    if (next != null) {
      trigger.getJobDataMap().put(MISSED, Long.toString(next.getTime()));
      trigger.getJobDataMap().put(MOVED, Long.toString(now.toEpochMilli()));
    }
  }

  /** Gives a trigger the due time of the fire it carries on. */
  static void carry(Trigger trigger, Instant due) {
    trigger.getJobDataMap().put(MISSED, Long.toString(due.toEpochMilli()));
    trigger.getJobDataMap().put(MOVED, Long.toString(trigger.getStartTime().getTime()));
  }

  /** Returns when a fire was due, never later than its scheduled time. */
  static Instant of(JobExecutionContext context) {
    Instant scheduled = context.getScheduledFireTime().toInstant();
    @Nullable Date previous = context.getPreviousFireTime();
    Optional<Instant> missed = instant(context, MISSED).filter(scheduled::isAfter);
    if (missed.isPresent() && isOfThisFire(context, missed.get(), scheduled)) {
      return missed.get();
    }
    if (previous == null || context.isRecovering()) {
      return scheduled;
    }
    Instant due = next(context.getTrigger(), previous, context.getCalendar());
    return due.isBefore(scheduled) ? due : scheduled;
  }

  /** The data stays in the trigger when later fires are in time again. */
  private static boolean isOfThisFire(
      JobExecutionContext context, Instant missed, Instant scheduled) {
    if (context.isRecovering()) {
      return instant(context, MOVED)
          .map(moved -> Duration.between(moved, scheduled).abs().compareTo(AT_ONCE) <= 0)
          .orElse(false);
    }
    @Nullable Date previous = context.getPreviousFireTime();
    return previous == null || missed.isAfter(previous.toInstant());
  }

  private static Optional<Instant> instant(JobExecutionContext context, String key) {
    @Nullable Object value = context.getMergedJobDataMap().get(key);
    return Optional.ofNullable(value)
        .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis.toString())));
  }

  private static Instant next(Trigger trigger, Date previous, @Nullable Calendar calendar) {
    if (trigger instanceof SimpleTrigger simple && simple.getRepeatInterval() > 0) {
      return previous.toInstant().plusMillis(simple.getRepeatInterval());
    }
    if (trigger instanceof ZonedCronTrigger cron) {
      @Nullable Date after = cron.includedTimeAfter(previous, calendar);
      return after == null ? Instant.MAX : after.toInstant();
    }
    return Instant.MAX;
  }
}
