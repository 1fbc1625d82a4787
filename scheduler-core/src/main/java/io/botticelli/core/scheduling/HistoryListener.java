package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import java.time.Clock;
import java.time.Duration;
import org.quartz.JobExecutionContext;
import org.quartz.Trigger;

/** Counts fires with their delay, and keeps the time a misfire moves. */
final class HistoryListener extends SafeListener {
  private final FireMetrics metrics;
  private final Clock clock;

  HistoryListener(FireMetrics metrics, Clock clock) {
    super("history", metrics::listenerFailed);
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  void onFired(Trigger trigger, JobExecutionContext context) {
    if (!context.getJobDetail().getKey().getGroup().equals(FireData.JOB_GROUP)
        || context.isRecovering()) {
      return;
    }
    Duration delay =
        Duration.between(
            context.getScheduledFireTime().toInstant(), context.getFireTime().toInstant());
    metrics.fired(actor(trigger), delay.isNegative() ? Duration.ZERO : delay);
  }

  @Override
  void onMisfired(Trigger trigger) {
    if (!trigger.getKey().getGroup().equals(FireData.SCHEDULE)
        || trigger.getNextFireTime() == null) {
      return;
    }
    // Quartz calls this before it moves the trigger, so this is the time that was missed. What
    // becomes of it is decided when the trigger fires: only that is sure to happen.
    DueTime.remember(trigger, clock.instant());
  }

  private static ActorName actor(Trigger trigger) {
    return new ActorName(trigger.getJobKey().getName());
  }
}
