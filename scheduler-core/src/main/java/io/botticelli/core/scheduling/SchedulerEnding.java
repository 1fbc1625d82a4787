package io.botticelli.core.scheduling;

import io.botticelli.core.scheduling.LeaseKeeper.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the runs of a scheduler that acquires nothing more, and Quartz after them. */
final class SchedulerEnding {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerEnding.class);

  /** Interrupted runs get this long to put themselves away. */
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofMillis(20);

  private final Scheduler quartz;
  private final LeaseKeeper leases;

  SchedulerEnding(Scheduler quartz, LeaseKeeper leases) {
    this.quartz = quartz;
    this.leases = leases;
  }

  /** Waits for runs, and interrupts those that did not end by then. */
  void endRuns(Duration wait) {
    if (!awaitIdle(wait)) {
      LOG.warn(
          "{} runs did not end in time; they are interrupted",
          leases.interruptAll(Reason.STOPPING));
      awaitIdle(AFTER_INTERRUPT);
    }
  }

  private boolean awaitIdle(Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!isIdle()) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        never.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isIdle() {
    try {
      return leases.size() == 0 && quartz.getCurrentlyExecutingJobs().isEmpty();
    } catch (SchedulerException failure) {
      return true;
    }
  }

  /**
   * Waits for Quartz to record the ends of jobs, but not for ever: while the database is away it
   * repeats that until it is shut down.
   */
  void shutDown() {
    Thread orderly = new Thread(() -> shutDown(true), "quartz-shutdown");
    orderly.setDaemon(true);
    orderly.start();
    try {
      orderly.join(AFTER_INTERRUPT.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    if (orderly.isAlive()) {
      LOG.warn("Quartz does not end in time; it is left behind");
    }
  }

  private void shutDown(boolean waitForJobs) {
    try {
      quartz.shutdown(waitForJobs);
    } catch (SchedulerException failure) {
      LOG.warn("Quartz did not shut down cleanly: {}", failure.getMessage());
    }
  }
}
