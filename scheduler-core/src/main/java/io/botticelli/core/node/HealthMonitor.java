package io.botticelli.core.node;

import io.botticelli.core.node.Health.Component;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after this node's health in the background and logs each change once. An answer comes
 * within {@link #PATIENCE} even while the database hangs. Thread-safe.
 */
final class HealthMonitor implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(10);

  /** What a probe of a load balancer usually waits, less something for the way. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private final SharedAnswer<Health> answer;
  private final Supplier<Health> unanswered;
  private final ScheduledExecutorService timer;
  private final Map<String, Component> known = new HashMap<>();
  private Optional<Boolean> ready = Optional.empty();
  private volatile boolean quiet;

  /**
   * @param check asks every component; may hang with the database
   * @param unanswered what is known without asking the database
   */
  HealthMonitor(Supplier<Health> check, Supplier<Health> unanswered) {
    this.answer = new SharedAnswer<>("node-health", check);
    this.unanswered = unanswered;
    this.timer = DaemonTimer.named("node-health-timer");
  }

  /** Starts looking. */
  void start() {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            now();
          } catch (RuntimeException failure) {
            LOG.error("looking after the health of this node failed", failure);
          }
        },
        PERIOD.toMillis(),
        PERIOD.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** From now on changes are no news: the node stops. Questions are answered as before. */
  void beQuiet() {
    quiet = true;
  }

  /** Asks now. */
  Health now() {
    Health health = answer.get(PATIENCE).orElseGet(unanswered);
    if (health.started() && !quiet) {
      note(health);
    }
    return health;
  }

  private synchronized void note(Health health) {
    health.components().forEach(this::note);
    if (!ready.equals(Optional.of(health.ready()))) {
      if (ready.isPresent() || !health.ready()) {
        LOG.warn(
            "this node is {}", health.ready() ? "ready again" : "not ready: it would not fire");
      }
      ready = Optional.of(health.ready());
    }
  }

  private void note(String name, Component now) {
    Component before = known.put(name, now);
    Health.State from = before == null ? Health.State.HEALTHY : before.state();
    if (from == now.state()) {
      return;
    }
    String what = name + " is " + now.state().name().toLowerCase(Locale.ROOT);
    if (now.state().compareTo(from) > 0) {
      LOG.warn("{}: {}", what, now.detail());
    } else {
      LOG.info("{}: {}", what, now.detail());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    answer.close();
  }
}
