package io.botticelli.core.scheduling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Proof that this node's scheduler thread gets through to the database: when it last committed a
 * look for due triggers.
 *
 * <p>It looks whenever it has been idle for {@code idleWaitTime} and a worker is free, under the
 * cluster's lock {@code TRIGGER_ACCESS} (QuartzSchedulerThread and JobStoreSupport, Quartz 2.5). So
 * a fresh commit of that thread shows all of: the thread lives, Quartz's pool gives connections,
 * the lock comes round to this node, and not every worker is taken. Check-ins show none of that:
 * they are made by another thread under another lock. Thread-safe.
 */
final class Acquisitions {
  private volatile long passedAt = System.nanoTime();
  private volatile @Nullable Thread scheduler;

  /** The calling thread is the scheduler's and has committed. */
  void passed() {
    scheduler = Thread.currentThread();
    passedAt = System.nanoTime();
  }

  /** Counts from now on, because there was nothing to see before. */
  void restart() {
    passedAt = System.nanoTime();
  }

  Duration age() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - passedAt));
  }

  /** Tells whether the thread that used to look is gone; false when it never did. */
  boolean isDead() {
    Thread seen = scheduler;
    return seen != null && !seen.isAlive();
  }
}
