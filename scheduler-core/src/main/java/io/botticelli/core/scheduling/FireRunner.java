package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.resilience.RunGuard;
import io.botticelli.core.resilience.RunTimeoutException;
import io.botticelli.core.scheduling.LeaseKeeper.Held;
import io.botticelli.core.scheduling.LeaseKeeper.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one fire from Quartz to its row in the history: open, lease, pause, breaker, body, close,
 * verdict. Thread-safe; each fire stays on its thread.
 */
final class FireRunner {
  private static final Logger LOG = LoggerFactory.getLogger(FireRunner.class);

  /** Executions looked at to tell whether a fire came due during a run. */
  private static final int RECENT = 5;

  /** Before a fire that could not be opened is tried again. */
  private static final Duration HAND_OVER_DELAY = Duration.ofSeconds(30);

  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final String node;
  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final ActorStates states;
  private final RunGuard guard;
  private final FireBody body;
  private final LeaseKeeper leases;
  private final ActorScheduler scheduler;
  private final BiConsumer<Fire, Duration> handOver;
  private final FireMetrics metrics;
  private final Patience patience;
  private final Verdicts verdicts;
  private final Clock clock;
  private volatile boolean draining;

  /**
   * @param handOver stores a fire again, for another node
   */
  FireRunner(
      String node,
      ActorCatalog catalog,
      ExecutionHistory history,
      ActorStates states,
      RunGuard guard,
      FireBody body,
      LeaseKeeper leases,
      ActorScheduler scheduler,
      BiConsumer<Fire, Duration> handOver,
      FireMetrics metrics,
      Patience patience,
      Clock clock) {
    this.node = node;
    this.catalog = catalog;
    this.history = history;
    this.states = states;
    this.guard = guard;
    this.body = body;
    this.leases = leases;
    this.scheduler = scheduler;
    this.handOver = handOver;
    this.metrics = metrics;
    this.patience = patience;
    this.verdicts = new Verdicts(guard, metrics, patience);
    this.clock = clock;
  }

  /** From now on fires are handed over to other nodes instead of being run. */
  void drain() {
    draining = true;
  }

  /** Cancels the run on a thread, if it is still the same run. */
  void cancel(Thread thread) {
    leases.interrupt(thread, Reason.CANCELLED);
  }

  /**
   * Runs a fire. Failures of the run are recorded, not thrown.
   *
   * @param due when it was due by its schedule
   */
  void run(Fire fire, Instant due) {
    ActorName name = fire.identity().actor();
    MDC.put("actor", name.value());
    MDC.put("node", node);
    try {
      if (draining) {
        handOver.accept(fire, Duration.ZERO);
        return;
      }
      Optional<Prepared> prepared =
          patience.persist("opening a fire of actor " + name, NO_LIMIT, () -> prepare(fire, due));
      if (prepared.isEmpty()) {
        handOver.accept(fire, draining ? Duration.ZERO : HAND_OVER_DELAY);
      } else if (prepared.get().opened().isPresent()) {
        execute(fire, prepared.get());
      }
    } finally {
      MDC.clear();
    }
  }

  /** Safe to repeat: opening is idempotent by identity, and everything before it as well. */
  private Prepared prepare(Fire fire, Instant due) {
    ActorCatalog.Snapshot agreed = catalog.current();
    ActorName name = fire.identity().actor();
    Optional<ActorDefinition> actor = agreed.find(name).filter(ActorDefinition::enabled);
    if (actor.isEmpty()) {
      notRun(fire, "actor_gone", "the actor is disabled or no longer defined");
      return Prepared.nothing();
    }
    if (fire.scheduled()) {
      scheduler.scheduleNext(actor.get(), clock.instant(), !fire.recovering());
    }
    if (fire.scheduled() && !fire.recovering() && cameDueDuringARun(name, due)) {
      notRun(fire, "overlap", "came due while the actor was still running");
      return Prepared.nothing();
    }
    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                fire.identity(),
                node,
                fire.recovering(),
                agreed.version(),
                fire.parameters(),
                leases.lease()));
    if (outcome instanceof OpenOutcome.Opened opened) {
      return new Prepared(Optional.of(opened), actor, agreed.version());
    }
    OpenOutcome.Vetoed vetoed = (OpenOutcome.Vetoed) outcome;
    LOG.info(
        "fire of {} at {} not run: execution {} is {} (node {})",
        name,
        fire.identity().scheduledFor(),
        vetoed.executionId(),
        vetoed.reason(),
        vetoed.node());
    metrics.notRun(name, vetoed.reason());
    return Prepared.nothing();
  }

  private void notRun(Fire fire, String code, String message) {
    history.recordNotRun(fire.identity(), ExecutionStatus.SKIPPED, code, message, node);
    metrics.notRun(fire.identity().actor(), code);
    LOG.info("fire at {} not run: {}", fire.identity().scheduledFor(), message);
  }

  private boolean cameDueDuringARun(ActorName actor, Instant due) {
    Filter recent =
        new Filter(
            Optional.of(actor),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            RECENT,
            Optional.empty());
    return history.list(recent).stream().anyMatch(run -> covers(run, due));
  }

  /**
   * A run that changed its owner was not running between the death of one and the start of the
   * next: what came due then was missed by the cluster, not by the actor, and is caught up.
   */
  private static boolean covers(Execution run, Instant due) {
    if (run.attempt() > 1) {
      return false;
    }
    return run.completedAt()
        .map(end -> due.isAfter(run.startedAt()) && due.isBefore(end))
        .orElse(false);
  }

  private void execute(Fire fire, Prepared prepared) {
    ActorDefinition actor = prepared.actor().orElseThrow();
    OpenOutcome.Opened opened = prepared.opened().orElseThrow();
    Fence fence = opened.fence();
    MDC.put("execution", Long.toString(fence.executionId()));
    long start = System.nanoTime();
    boolean started = false;
    try (Held lease = leases.keep(fence)) {
      Optional<ExecutionResult> refused = refusal(fire, actor, fence);
      started = refused.isEmpty();
      if (started) {
        metrics.started(actor.name());
      }
      ExecutionResult result =
          refused.orElseGet(() -> runBody(fire, actor, prepared.version(), fence, lease));
      if (isHandedBack(result, lease)) {
        patience.persist(
            "giving up a lease",
            Verdicts.LIMIT,
            () -> {
              history.releaseLease(fence);
              return true;
            });
        verdicts.record(actor, fence, neutral(result));
        LOG.info("run interrupted by the stop of this node; another node takes it over");
      } else if (close(fence, result)) {
        verdicts.record(actor, fence, result);
        report(actor, result, Duration.ofNanos(System.nanoTime() - start), started);
      }
    } catch (StaleExecutionException stale) {
      LOG.warn("run ended without effects: {}", stale.getMessage());
      metrics.abandoned(actor.name());
    } finally {
      Thread.interrupted();
    }
    showNextRun(actor.name());
  }

  /** Pause and breaker, asked after opening so that the refusal has its row. */
  private Optional<ExecutionResult> refusal(Fire fire, ActorDefinition actor, Fence fence) {
    try {
      if (!fire.force()
          && states.find(actor.name()).map(ActorStates.ActorState::paused).orElse(false)) {
        metrics.notRun(actor.name(), "paused");
        return Optional.of(
            result(ExecutionStatus.SKIPPED, "paused", "the actor is paused; resume it to run"));
      }
      if (!guard.tryAcquire(actor.name(), actor.breaker(), fence.executionId(), fire.force())) {
        metrics.notRun(actor.name(), "circuit_open");
        return Optional.of(
            result(
                ExecutionStatus.SKIPPED,
                "circuit_open",
                "the breaker is open after repeated failures; it probes by itself when its time has"
                    + " come, resume the actor to probe now"));
      }
      return Optional.empty();
    } catch (StoreException failure) {
      return Optional.of(failed(failure.code(), failure.getMessage()));
    }
  }

  private ExecutionResult runBody(
      Fire fire, ActorDefinition actor, String version, Fence fence, Held lease) {
    AtomicReference<ExecutionResult> partial = new AtomicReference<>();
    try {
      return guard.run(
          actor.name(),
          actor.execution().timeout(),
          () -> {
            ExecutionResult result = body.run(actor, version, fence, fire.parameters());
            partial.set(result);
            return result;
          });
    } catch (StaleExecutionException stale) {
      throw stale;
    } catch (RunTimeoutException late) {
      ExecutionResult done =
          Optional.ofNullable(partial.get()).orElse(failed(late.code(), late.getMessage()));
      return with(done, ExecutionStatus.FAILED, late.code(), late.getMessage());
    } catch (ActorServerException failure) {
      LOG.error("run failed: {}", failure.getMessage(), failure);
      return lease.stopped().isPresent()
          ? cancelled()
          : failed(failure.code(), failure.getMessage());
    } catch (Throwable failure) {
      // The boundary: whatever a run throws must end as a row, or the fire would be run again.
      LOG.error("run failed unexpectedly", failure);
      return lease.stopped().isPresent()
          ? cancelled()
          : failed("internal_error", failure.getClass().getSimpleName() + "; see the node's log");
    }
  }

  private static boolean isHandedBack(ExecutionResult result, Held lease) {
    return result.status() == ExecutionStatus.CANCELLED
        && lease.stopped().map(reason -> reason == Reason.STOPPING).orElse(false);
  }

  /**
   * Closes the execution, waiting for a database that is away.
   *
   * @return false if it could not be closed; the sweeper takes it over
   * @throws StaleExecutionException if another node owns it by now
   */
  private boolean close(Fence fence, ExecutionResult result) {
    return persistClose(fence, result)
        .or(
            () -> {
              // Something in the result cannot be stored. Left running, the fire would run again.
              ExecutionResult plain =
                  failed("close_failed", "the outcome could not be stored; see the node's log");
              return persistClose(fence, plain);
            })
        .orElse(false);
  }

  private Optional<Boolean> persistClose(Fence fence, ExecutionResult result) {
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

  private void report(
      ActorDefinition actor, ExecutionResult result, Duration duration, boolean started) {
    if (started) {
      metrics.finished(actor.name(), result, duration);
    }
    LOG.info(
        "actor {} {} in {} ms{}",
        actor.name(),
        result.status().stored(),
        duration.toMillis(),
        result.errorCode().map(code -> " (" + code + ")").orElse(""));
  }

  /** For people only; the reconciler corrects it. */
  private void showNextRun(ActorName actor) {
    try {
      states.setNextRun(actor, scheduler.nextRun(actor));
    } catch (ActorServerException failure) {
      LOG.debug("next run of {} not stored: {}", actor, failure.getMessage());
    }
  }

  private static ExecutionResult neutral(ExecutionResult result) {
    return with(result, ExecutionStatus.CANCELLED, "node_stopping", "the node is stopping");
  }

  private static ExecutionResult cancelled() {
    return result(ExecutionStatus.CANCELLED, "cancelled", "the run was interrupted");
  }

  private static ExecutionResult failed(String code, String message) {
    return result(ExecutionStatus.FAILED, code, message);
  }

  private static ExecutionResult result(ExecutionStatus status, String code, String message) {
    return new ExecutionResult(
        status, Optional.of(code), Optional.of(message), 0, 0, 0, 0, 0, Map.of());
  }

  private static ExecutionResult with(
      ExecutionResult result, ExecutionStatus status, String code, String message) {
    return new ExecutionResult(
        status,
        Optional.of(code),
        Optional.of(message),
        result.skillsSucceeded(),
        result.skillsFailed(),
        result.skillsSkipped(),
        result.tokensIn(),
        result.tokensOut(),
        result.metadata());
  }

  /** An opened fire with what it was opened for; nothing when it must not run. */
  private record Prepared(
      Optional<OpenOutcome.Opened> opened, Optional<ActorDefinition> actor, String version) {
    static Prepared nothing() {
      return new Prepared(Optional.empty(), Optional.empty(), "");
    }
  }
}
