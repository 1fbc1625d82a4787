package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Expired;
import io.botticelli.core.history.FireIdentity.Kind;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds executions whose owner gave no sign in time and fires them again, or closes them. Quartz
 * recovers a dead node's fire only once and only when its own row is still there; this does not
 * depend on it.
 *
 * <p>Every node sweeps. The take-over trigger's key holds execution and epoch, so one sweep of many
 * nodes stores one trigger, and {@code history.open} lets exactly one of any racing fires in.
 */
final class AbandonedExecutionSweeper {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedExecutionSweeper.class);

  private static final int BATCH = 50;

  /** An execution that took this many owners down with it is not tried again. */
  static final int MOST_ATTEMPTS = 5;

  private final ExecutionHistory history;
  private final ActorCatalog catalog;
  private final Takeovers takeovers;
  private final FireMetrics metrics;

  AbandonedExecutionSweeper(
      ExecutionHistory history, ActorCatalog catalog, Takeovers takeovers, FireMetrics metrics) {
    this.history = history;
    this.catalog = catalog;
    this.takeovers = takeovers;
    this.metrics = metrics;
  }

  /** Sweeps once. */
  void sweep() {
    List<Expired> expired = history.listExpired(BATCH);
    if (expired.isEmpty()) {
      return;
    }
    ActorCatalog.Snapshot agreed = catalog.current();
    for (Expired execution : expired) {
      try {
        sweep(execution, agreed);
      } catch (ActorServerException failure) {
        LOG.warn(
            "execution {} could not be taken over, it is tried again: {}",
            execution.fence().executionId(),
            failure.getMessage());
      }
    }
  }

  private void sweep(Expired execution, ActorCatalog.Snapshot agreed) {
    if (history.closeCancelled(execution.fence().executionId())) {
      LOG.info(
          "execution {} of actor {} was to be cancelled and has lost its owner {}; it is closed",
          execution.fence().executionId(),
          execution.fire().actor(),
          execution.node());
      return;
    }
    Optional<String> hopeless = hopeless(execution, agreed);
    if (hopeless.isPresent()) {
      boolean closed =
          history.abandon(
              execution.fence().executionId(), execution.fence().epoch(), hopeless.get());
      if (closed) {
        LOG.warn(
            "execution {} of actor {} abandoned: {}",
            execution.fence().executionId(),
            execution.fire().actor(),
            hopeless.get());
        metrics.abandoned(execution.fire().actor());
      }
      return;
    }
    String key = execution.fence().executionId() + "-" + execution.fence().epoch();
    // A person's fire passed pause and breaker, or insisted, when it was opened first.
    boolean force = execution.fire().kind() == Kind.MANUAL;
    if (takeovers.fireAgain(key, execution.fire(), execution.parameters(), force)) {
      LOG.warn(
          "execution {} of actor {} lost its owner {} (attempt {}); fired again",
          execution.fence().executionId(),
          execution.fire().actor(),
          execution.node(),
          execution.attempt());
      metrics.takenOver(execution.fire().actor());
    }
  }

  private static Optional<String> hopeless(Expired execution, ActorCatalog.Snapshot agreed) {
    if (agreed.isGone(execution.fire().actor())) {
      return Optional.of("its owner " + execution.node() + " is gone and so is the actor");
    }
    if (execution.attempt() >= MOST_ATTEMPTS) {
      return Optional.of(
          "lost its owner " + execution.attempt() + " times, last " + execution.node());
    }
    return Optional.empty();
  }
}
