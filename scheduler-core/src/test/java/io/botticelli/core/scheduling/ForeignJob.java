package io.botticelli.core.scheduling;

import java.util.concurrent.atomic.AtomicInteger;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** A job class that is on the class path and must never be run because a row names it. */
public final class ForeignJob implements Job {
  static final AtomicInteger INSTANCES = new AtomicInteger();

  public ForeignJob() {
    INSTANCES.incrementAndGet();
  }

  @Override
  public void execute(JobExecutionContext context) {
    INSTANCES.incrementAndGet();
  }
}
