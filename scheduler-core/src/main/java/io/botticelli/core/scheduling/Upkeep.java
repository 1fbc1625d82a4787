package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for what a scheduler does again and again beside firing. Thread-safe. */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final ScheduledExecutorService threads = threads();
  private final DoubleSupplier random;

  /**
   * @param random uniform in 0 (inclusive) to 1 (exclusive), thread-safe
   */
  Upkeep(DoubleSupplier random) {
    this.random = random;
  }

  /**
   * Repeats work until the end. Work that throws would end its schedule; nodes are spread so that
   * they do not work at once.
   *
   * @param what subject of the log's sentence when it fails
   */
  void every(Duration period, String what, Runnable work) {
    long millis = period.toMillis();
    long first = Math.max(1, (long) (millis * (0.5 + 0.5 * random.getAsDouble())));
    threads.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (ActorServerException failure) {
            LOG.warn("{} is tried again: {}", what, failure.getMessage());
          } catch (RuntimeException failure) {
            LOG.error("{} failed, it is tried again", what, failure);
          }
        },
        first,
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Begins nothing more; work under way goes on. */
  void shutdown() {
    threads.shutdown();
  }

  /** Interrupts work under way, too. */
  void shutdownNow() {
    threads.shutdownNow();
  }

  private static ScheduledExecutorService threads() {
    return Executors.newScheduledThreadPool(
        2,
        work -> {
          Thread thread = new Thread(work, "scheduling-upkeep");
          thread.setDaemon(true);
          return thread;
        });
  }
}
