package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.quartz.JobExecutionContext;
import org.quartz.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts fires, their delay and misfires, and records what was missed. */
final class HistoryListener extends SafeListener {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryListener.class);

  private final String node;
  private final ExecutionHistory history;
  private final FireMetrics metrics;
  private final Executor later;

  /**
   * @param later runs database work outside Quartz's transaction
   */
  HistoryListener(String node, ExecutionHistory history, FireMetrics metrics, Executor later) {
    super("history", metrics::listenerFailed);
    this.node = node;
    this.history = history;
    this.metrics = metrics;
    this.later = later;
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
    // Quartz calls this before it moves the trigger, so this is the time that was missed.
    Instant missed = trigger.getNextFireTime().toInstant();
    ActorName actor = actor(trigger);
    metrics.misfired(actor, "fire_once_now");
    try {
      later.execute(() -> record(actor, missed));
    } catch (RejectedExecutionException stopping) {
      // Quartz may still look for misfires while the node stops; the fire is to be accounted for.
      record(actor, missed);
    }
  }

  private void record(ActorName actor, Instant missed) {
    try {
      history.recordNotRun(
          new FireIdentity(actor, missed, Kind.SCHEDULE, ""),
          ExecutionStatus.MISSED,
          "misfired",
          "no node could fire from this time on (none was up, or the actor was running or paused);"
              + " everything missed is made up by one fire",
          node);
    } catch (RuntimeException failure) {
      LOG.warn("missed fire of {} at {} not recorded: {}", actor, missed, failure.getMessage());
    }
  }

  private static ActorName actor(Trigger trigger) {
    return new ActorName(trigger.getJobKey().getName());
  }
}
