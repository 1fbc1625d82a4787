package io.botticelli.core.scheduling;

import org.jspecify.annotations.Nullable;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobListener;
import org.quartz.Trigger;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.TriggerListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Quartz listener that cannot stop a job.
 *
 * <p>When a listener throws, {@code JobRunShell} (Quartz 2.5) skips the job or its completion; the
 * trigger of a non-concurrent job then stays BLOCKED until its node dies. Therefore every callback
 * is final here, holds back whatever the hook throws, logs and counts it.
 */
abstract class SafeListener implements JobListener, TriggerListener {
  private static final Logger LOG = LoggerFactory.getLogger(SafeListener.class);

  private final String name;
  private final Runnable onFailure;

  /**
   * @param onFailure counts a failure
   */
  SafeListener(String name, Runnable onFailure) {
    this.name = name;
    this.onFailure = onFailure;
  }

  /** A trigger fires, before its job runs. */
  void onFired(Trigger trigger, JobExecutionContext context) {}

  /** A trigger could not fire in time; called inside Quartz's transaction, must not block. */
  void onMisfired(Trigger trigger) {}

  /** A trigger's job has run. */
  void onCompleted(JobExecutionContext context, @Nullable JobExecutionException failure) {}

  /** Another listener kept the job from running. */
  void onVetoed(JobExecutionContext context) {}

  @Override
  public final String getName() {
    return name;
  }

  @Override
  public final void triggerFired(Trigger trigger, JobExecutionContext context) {
    safely(() -> onFired(trigger, context));
  }

  @Override
  public final boolean vetoJobExecution(Trigger trigger, JobExecutionContext context) {
    return false;
  }

  @Override
  public final void triggerMisfired(Trigger trigger) {
    safely(() -> onMisfired(trigger));
  }

  @Override
  public final void triggerComplete(
      Trigger trigger, JobExecutionContext context, CompletedExecutionInstruction instruction) {
    // The job's own callback tells the same.
  }

  @Override
  public final void jobToBeExecuted(JobExecutionContext context) {
    // The trigger's own callback tells the same.
  }

  @Override
  public final void jobExecutionVetoed(JobExecutionContext context) {
    safely(() -> onVetoed(context));
  }

  @Override
  public final void jobWasExecuted(
      JobExecutionContext context, @Nullable JobExecutionException failure) {
    safely(() -> onCompleted(context, failure));
  }

  private void safely(Runnable hook) {
    try {
      hook.run();
    } catch (Throwable failure) {
      report(failure);
    }
  }

  private void report(Throwable failure) {
    try {
      LOG.error("listener {} failed; the job is not affected", name, failure);
      onFailure.run();
    } catch (Throwable alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }
}
