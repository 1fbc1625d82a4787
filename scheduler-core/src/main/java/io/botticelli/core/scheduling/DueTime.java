package io.botticelli.core.scheduling;

import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import org.quartz.CronTrigger;
import org.quartz.JobExecutionContext;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;

/**
 * When a fire was due by its schedule, before any misfire policy moved it. A misfire overwrites the
 * trigger's next fire time with the present, but keeps the previous one, from which the due time
 * follows.
 */
final class DueTime {
  private DueTime() {}

  static Instant of(JobExecutionContext context) {
    Instant scheduled = context.getScheduledFireTime().toInstant();
    @Nullable Date previous = context.getPreviousFireTime();
    if (previous == null || context.isRecovering()) {
      return scheduled;
    }
    Instant due = next(context.getTrigger(), previous);
    return due.isBefore(scheduled) ? due : scheduled;
  }

  private static Instant next(Trigger trigger, Date previous) {
    if (trigger instanceof SimpleTrigger simple && simple.getRepeatInterval() > 0) {
      return previous.toInstant().plusMillis(simple.getRepeatInterval());
    }
    if (trigger instanceof CronTrigger cron) {
      @Nullable Date after = cron.getFireTimeAfter(previous);
      return after == null ? Instant.MAX : after.toInstant();
    }
    return Instant.MAX;
  }
}
