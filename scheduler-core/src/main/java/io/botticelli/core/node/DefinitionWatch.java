package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.definition.Definitions;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the cluster agreed on another version, and has jobs and triggers brought in line
 * with it at once instead of at the next check interval. Thread-safe.
 */
final class DefinitionWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DefinitionWatch.class);

  /** One row is read; a change counts within this on every node. */
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Definitions definitions;
  private final Runnable reconcile;
  private final ScheduledExecutorService thread;
  private long seen;

  /**
   * @param reconcile brings jobs and triggers in line; what it throws is logged, and it is tried
   *     again
   */
  DefinitionWatch(Definitions definitions, Runnable reconcile) {
    this.definitions = definitions;
    this.reconcile = reconcile;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread worker = new Thread(work, "definition-watch");
              worker.setDaemon(true);
              return worker;
            },
            // A hint that arrives while the node stops is of no use to anybody.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks soon, because somebody said that there is something to see. */
  void hint() {
    thread.execute(this::look);
  }

  /** Looks now. */
  synchronized void look() {
    try {
      long sequence =
          definitions.inForce().map(Definitions.InForce::sequence).orElse(0L).longValue();
      if (sequence != seen) {
        reconcile.run();
        seen = sequence;
      }
    } catch (ActorServerException failure) {
      LOG.warn("the agreed definition is looked up again: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("looking up the agreed definition failed, it is tried again", failure);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
