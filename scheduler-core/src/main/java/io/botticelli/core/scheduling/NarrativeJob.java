package io.botticelli.core.scheduling;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.InterruptableJob;
import org.quartz.JobExecutionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only job class for actors. Its name stands in every row of {@code qrtz_job_details}: it must
 * never be renamed or moved.
 *
 * <p>Never throws: Quartz must not decide what a failure means.
 */
@DisallowConcurrentExecution
final class NarrativeJob implements InterruptableJob {
  private static final Logger LOG = LoggerFactory.getLogger(NarrativeJob.class);

  private final FireRunner runner;
  private volatile Thread thread = Thread.currentThread();

  NarrativeJob(FireRunner runner) {
    this.runner = runner;
  }

  @Override
  public void execute(JobExecutionContext context) {
    thread = Thread.currentThread();
    try {
      runner.run(FireData.read(context), DueTime.of(context));
    } catch (Throwable failure) {
      LOG.error(
          "job {} ended unexpectedly; the fire is taken over when its lease runs out",
          context.getJobDetail().getKey(),
          failure);
    } finally {
      // The worker thread goes back to Quartz's pool.
      Thread.interrupted();
    }
  }

  @Override
  public void interrupt() {
    runner.cancel(thread);
  }
}
