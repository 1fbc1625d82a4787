package io.botticelli.core.scheduling;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Cause;
import io.botticelli.core.breaker.BreakerStore.Failure;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.Fence;
import io.botticelli.core.resilience.RunGuard;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster's breaker how a run ended: success, failure, or neither. Only after the
 * execution was closed, so that a run that lost its fence has no say. Thread-safe.
 */
final class Verdicts {
  /** How long a database that is away is waited for. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

  private final RunGuard guard;
  private final FireMetrics metrics;
  private final Patience patience;

  Verdicts(RunGuard guard, FireMetrics metrics, Patience patience) {
    this.guard = guard;
    this.metrics = metrics;
    this.patience = patience;
  }

  /** Records the verdict; a database that stays away is logged. */
  void record(ActorDefinition actor, Fence fence, ExecutionResult result) {
    patience.persist(
        "recording the verdict for the breaker",
        LIMIT,
        () -> {
          recordOnce(actor, fence.executionId(), result);
          return true;
        });
  }

  private void recordOnce(ActorDefinition actor, long executionId, ExecutionResult result) {
    switch (result.status()) {
      case SUCCEEDED -> {
        BreakerSnapshot breaker = guard.recordSuccess(actor.name(), actor.breaker(), executionId);
        metrics.consecutiveFailures(actor.name(), breaker.consecutiveFailures());
      }
      case FAILED -> {
        String reason = result.errorMessage().or(result::errorCode).orElse("failed");
        Failure failure =
            new Failure(
                result.failureClass().orElse(FailureClass.TRANSIENT), reason, result.retryAfter());
        show(actor, guard.recordFailure(actor.name(), actor.breaker(), executionId, failure));
      }
      default -> guard.recordNeutral(actor.name(), executionId);
    }
  }

  private void show(ActorDefinition actor, BreakerSnapshot breaker) {
    metrics.consecutiveFailures(actor.name(), breaker.consecutiveFailures());
    if (breaker.tripped()) {
      metrics.breakerTripped(actor.name());
    }
    if (breaker.tripped() || breaker.cause().equals(Optional.of(Cause.QUOTA))) {
      LOG.warn("actor {}: {}", actor.name(), OpenBreakers.explain(breaker));
    }
  }
}
