package io.botticelli.core.scheduling;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes how a run ended, waiting for a database that is away. Thread-safe. */
final class FireClosing {
  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final ExecutionHistory history;
  private final Verdicts verdicts;
  private final Patience patience;

  FireClosing(ExecutionHistory history, Verdicts verdicts, Patience patience) {
    this.history = history;
    this.verdicts = verdicts;
    this.patience = patience;
  }

  /**
   * Gives the lease of an interrupted run back, so that another node takes it over at once.
   *
   * @param result neutral for the breaker
   */
  void handBack(ActorDefinition actor, Fence fence, ExecutionResult result) {
    patience.persist(
        "giving up a lease",
        Verdicts.LIMIT,
        () -> {
          history.releaseLease(fence);
          return true;
        });
    verdicts.record(actor, fence, result);
  }

  /**
   * Closes the execution and tells the breaker.
   *
   * @return false if it could not be closed; the sweeper takes it over
   * @throws StaleExecutionException if another node owns it by now
   */
  boolean close(ActorDefinition actor, Fence fence, ExecutionResult result) {
    boolean closed =
        persist(fence, result)
            // Something in the result cannot be stored. Left running, the fire would run again.
            .or(() -> persist(fence, unstorable()))
            .orElse(false);
    if (closed) {
      verdicts.record(actor, fence, result);
    }
    return closed;
  }

  private Optional<Boolean> persist(Fence fence, ExecutionResult result) {
    AtomicBoolean repeated = new AtomicBoolean();
    return patience.persist(
        "closing execution " + fence.executionId(),
        NO_LIMIT,
        () -> closeOnce(fence, result, repeated.getAndSet(true)));
  }

  private boolean closeOnce(Fence fence, ExecutionResult result, boolean again) {
    try {
      history.close(fence, result);
      return true;
    } catch (StaleExecutionException stale) {
      // A commit whose answer got lost looks like a take-over when it is tried again.
      boolean ours =
          again
              && history
                  .find(fence.executionId())
                  .map(row -> row.epoch() == fence.epoch() && row.status() == result.status())
                  .orElse(false);
      if (ours) {
        return true;
      }
      throw stale;
    }
  }

  private static ExecutionResult unstorable() {
    return new ExecutionResult(
        ExecutionStatus.FAILED,
        Optional.of("close_failed"),
        Optional.of("the outcome could not be stored; see the node's log"),
        0,
        0,
        0,
        0,
        0,
        Map.of());
  }
}
