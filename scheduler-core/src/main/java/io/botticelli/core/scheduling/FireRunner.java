package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.resilience.RunGuard;
import io.botticelli.core.resilience.RunTimeoutException;
import io.botticelli.core.scheduling.FireOpening.Opened;
import io.botticelli.core.scheduling.LeaseKeeper.Held;
import io.botticelli.core.scheduling.LeaseKeeper.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one fire from Quartz to its row in the history: open, lease, pause, breaker, body, close.
 * Thread-safe; each fire stays on its thread.
 */
final class FireRunner {
  private static final Logger LOG = LoggerFactory.getLogger(FireRunner.class);

  /** Before a fire that could not be opened is tried again. */
  private static final Duration HAND_OVER_DELAY = Duration.ofSeconds(30);

  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final String node;
  private final FireOpening opening;
  private final ActorStates states;
  private final Pauses pauses;
  private final RunGuard guard;
  private final FireBody body;
  private final LeaseKeeper leases;
  private final ActorScheduler scheduler;
  private final Takeovers takeovers;
  private final FireMetrics metrics;
  private final Patience patience;
  private final FireClosing closing;
  private volatile boolean draining;

  FireRunner(
      String node,
      FireOpening opening,
      ActorStates states,
      Pauses pauses,
      RunGuard guard,
      FireBody body,
      LeaseKeeper leases,
      ActorScheduler scheduler,
      Takeovers takeovers,
      FireMetrics metrics,
      Patience patience,
      FireClosing closing) {
    this.node = node;
    this.opening = opening;
    this.states = states;
    this.pauses = pauses;
    this.guard = guard;
    this.body = body;
    this.leases = leases;
    this.scheduler = scheduler;
    this.takeovers = takeovers;
    this.metrics = metrics;
    this.patience = patience;
    this.closing = closing;
  }

  /**
   * Says what becomes of fires from now on.
   *
   * @param on true: they are handed over to other nodes instead of being run
   */
  void drain(boolean on) {
    draining = on;
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
        takeovers.handOver(fire, due, Duration.ZERO);
        return;
      }
      AtomicBoolean again = new AtomicBoolean();
      Optional<Optional<Opened>> opened =
          patience.persist(
              "opening a fire of actor " + name,
              NO_LIMIT,
              () -> opening.open(fire, due, again.getAndSet(true)));
      if (opened.isEmpty()) {
        takeovers.handOver(fire, due, draining ? Duration.ZERO : HAND_OVER_DELAY);
      } else {
        opened.get().ifPresent(this::execute);
      }
    } finally {
      MDC.clear();
    }
  }

  private void execute(Opened opened) {
    Fire fire = opened.fire();
    ActorDefinition actor = opened.actor();
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
          refused.orElseGet(
              () -> asInterrupted(runBody(fire, actor, opened.version(), fence, lease), lease));
      if (isHandedBack(result, lease)) {
        closing.handBack(actor, fence, neutral(result));
        LOG.info("run interrupted by the stop of this node; another node takes it over");
      } else if (closing.close(fire, actor, fence, result)) {
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
      Optional<Pauses.Refusal> pause = fire.force() ? Optional.empty() : pauses.find(actor.name());
      if (pause.isPresent()) {
        metrics.notRun(actor.name(), pause.get().code());
        return Optional.of(
            result(
                ExecutionStatus.SKIPPED,
                pause.get().code(),
                pause.get().message() + "; " + pause.get().remedy() + " to run"));
      }
      if (!guard.tryAcquire(actor.name(), actor.breaker(), fence.executionId(), fire.force())) {
        ExecutionResult skipped = OpenBreakers.skipped(guard.breaker(actor.name()));
        metrics.notRun(actor.name(), skipped.errorCode().orElse(OpenBreakers.CIRCUIT_OPEN));
        return Optional.of(skipped);
      }
      return Optional.empty();
    } catch (StoreException failure) {
      return Optional.of(failed(failure));
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
      ExecutionResult done = Optional.ofNullable(partial.get()).orElse(failed(late));
      return with(done, ExecutionStatus.FAILED, late.code(), late.getMessage());
    } catch (ActorServerException failure) {
      LOG.error("run failed: {}", failure.getMessage(), failure);
      return lease.stopped().isPresent() ? cancelled() : failed(failure);
    } catch (Throwable failure) {
      // The boundary: whatever a run throws must end as a row, or the fire would be run again.
      LOG.error("run failed unexpectedly", failure);
      return lease.stopped().isPresent()
          ? cancelled()
          : failed("internal_error", failure.getClass().getSimpleName() + "; see the node's log");
    }
  }

  /**
   * What a run says that was interrupted depends on where it was then; what ended it does not. A
   * run that finished all the same stays finished.
   */
  private static ExecutionResult asInterrupted(ExecutionResult result, Held lease) {
    boolean ended =
        result.status() == ExecutionStatus.CANCELLED || result.status() == ExecutionStatus.FAILED;
    Optional<Reason> reason = lease.stopped();
    if (!ended || reason.isEmpty()) {
      return result;
    }
    if (reason.get() == Reason.CANCELLED) {
      return lease.asCancelled(result);
    }
    // The time-out is the run's own doing: another node would only run into it as well.
    boolean late = result.errorCode().filter("run_timeout"::equals).isPresent();
    return late
        ? result
        : with(result, ExecutionStatus.CANCELLED, "interrupted", "the run was interrupted");
  }

  private static boolean isHandedBack(ExecutionResult result, Held lease) {
    return result.status() == ExecutionStatus.CANCELLED
        && lease.stopped().map(reason -> reason == Reason.STOPPING).orElse(false);
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

  private static ExecutionResult failed(ActorServerException failure) {
    return new ExecutionResult(
        ExecutionStatus.FAILED,
        Optional.of(failure.code()),
        Optional.of(String.valueOf(failure.getMessage())),
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        Optional.of(failure.failureClass()),
        Optional.empty());
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
}
