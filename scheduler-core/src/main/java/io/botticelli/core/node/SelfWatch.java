package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.StandbyReason;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches this node's clock and check-ins for as long as it is up. Thread-safe. */
final class SelfWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SelfWatch.class);

  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final ClockGuard clock;
  private final CheckInLag checkIn;
  private final ClusterScheduler scheduler;
  private final ActorMetrics metrics;
  private final ScheduledExecutorService thread;
  private volatile boolean closed;

  SelfWatch(
      ClockGuard clock, CheckInLag checkIn, ClusterScheduler scheduler, ActorMetrics metrics) {
    this.clock = clock;
    this.checkIn = checkIn;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.thread = DaemonTimer.named("node-watch");
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A node whose clock is off stands by: it would fire early, late, or kill healthy nodes. */
  void look() {
    try {
      clock.measure();
      metrics.clockSkew(clock.skew());
      if (closed) {
        return;
      }
      if (clock.isBeyond(ClockGuard.RUN_LIMIT)) {
        if (scheduler.standBy(StandbyReason.CLOCK)) {
          LOG.error(
              "clock is {} ms off the database's; this node stands by until it is right",
              clock.skew().toMillis());
        }
      } else if (!clock.isBeyond(ClockGuard.START_LIMIT) && scheduler.resume(StandbyReason.CLOCK)) {
        LOG.info("clock is right again");
      }
      checkIn.measure();
    } catch (ActorServerException failure) {
      LOG.warn("clock or check-in not looked at: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("watching this node failed", failure);
    }
  }

  /** From now on the scheduler is left alone, also by a look that is under way. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
