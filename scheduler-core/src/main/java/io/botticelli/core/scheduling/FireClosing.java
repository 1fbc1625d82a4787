package io.botticelli.core.scheduling;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.scheduling.Fire.Origin;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Writes how a run ended, waiting for a database that is away. Thread-safe. */
final class FireClosing {
  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final OwedFires owed;
  private final Verdicts verdicts;
  private final Patience patience;

  FireClosing(
      ActorCatalog catalog,
      ExecutionHistory history,
      OwedFires owed,
      Verdicts verdicts,
      Patience patience) {
    this.catalog = catalog;
    this.history = history;
    this.owed = owed;
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
   * Closes the execution, tells the breaker, and stores the fires that its success causes.
   *
   * @return false if it could not be closed; the sweeper takes it over
   * @throws StaleExecutionException if another node owns it by now
   */
  boolean close(Fire fire, ActorDefinition actor, Fence fence, ExecutionResult result) {
    boolean mayCause = result.status() == ExecutionStatus.SUCCEEDED && fire.origin() != Origin.CALL;
    BooleanSupplier causes = () -> mayCause && catalog.current().mayCause(actor.name());
    boolean closed =
        persist(fence, result, causes)
            // Something in the result cannot be stored. Left running, the fire would run again.
            .or(() -> persist(fence, unstorable(), () -> false))
            .orElse(false);
    if (closed) {
      verdicts.record(actor, fence, result);
      if (mayCause) {
        owed.storeQuietly();
      }
    }
    return closed;
  }

  private Optional<Boolean> persist(Fence fence, ExecutionResult result, BooleanSupplier causes) {
    AtomicBoolean repeated = new AtomicBoolean();
    return patience.persist(
        "closing execution " + fence.executionId(),
        NO_LIMIT,
        () -> closeOnce(fence, result, causes, repeated.getAndSet(true)));
  }

  private boolean closeOnce(
      Fence fence, ExecutionResult result, BooleanSupplier causes, boolean again) {
    boolean causesFires = causes.getAsBoolean();
    try {
      history.close(fence, result, causesFires);
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
