package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats database work while the database is away. Ends when the node gives up waiting at its
 * stop. Thread-safe.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private final CountDownLatch givenUp = new CountDownLatch(1);

  /** Ends all waiting, now and later: each piece of work is tried once. */
  void giveUp() {
    givenUp.countDown();
  }

  /** Quartz has the same database. */
  private static boolean isQuartzWaiting(ActorServerException failure) {
    return failure instanceof SchedulingException && failure.isRetryable();
  }

  /**
   * Runs work until it succeeds, fails for good, or waiting makes no sense any more. An interrupt
   * does not end it: closing an execution must outlive the interrupt that ended its run.
   *
   * @param limit no new attempt after this
   * @return empty if the database did not come back in time
   */
  <T> Optional<T> persist(String what, Duration limit, Supplier<T> work) {
    long start = System.nanoTime();
    Duration wait = FIRST;
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return Optional.of(work.get());
        } catch (ActorServerException failure) {
          if (!(failure instanceof StoreException) && !isQuartzWaiting(failure)) {
            throw failure;
          }
          boolean late = System.nanoTime() - start > limit.toNanos();
          if (!failure.isRetryable() || late) {
            LOG.error("{} failed for good: {}", what, failure.getMessage());
            return Optional.empty();
          }
          LOG.warn("{} is tried again: {}", what, failure.getMessage());
        }
        try {
          if (givenUp.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.error("{} given up because the node stops", what);
            return Optional.empty();
          }
        } catch (InterruptedException stop) {
          interrupted = true;
        }
        wait = wait.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : wait.multipliedBy(2);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
