package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a fire becomes a run of this node, and opens its execution if so. Thread-safe.
 *
 * <p>Safe to repeat as a whole: opening is idempotent by identity, and everything before it as
 * well.
 */
final class FireOpening {
  private static final Logger LOG = LoggerFactory.getLogger(FireOpening.class);

  /** Executions looked at to tell whether a fire came due during a run. */
  private static final int RECENT = 5;

  private final String node;
  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final ActorScheduler scheduler;
  private final FireMetrics metrics;
  private final Duration lease;
  private final Clock clock;

  /**
   * @param lease of an opened execution
   */
  FireOpening(
      String node,
      ActorCatalog catalog,
      ExecutionHistory history,
      ActorScheduler scheduler,
      FireMetrics metrics,
      Duration lease,
      Clock clock) {
    this.node = node;
    this.catalog = catalog;
    this.history = history;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.lease = lease;
    this.clock = clock;
  }

  /**
   * Opens the execution of a fire, or records why it has none.
   *
   * @param due when it was due by its schedule
   * @return empty if it must not run
   */
  Optional<Opened> open(Fire fire, Instant due) {
    ActorCatalog.Snapshot agreed = catalog.current();
    ActorName name = fire.identity().actor();
    Optional<ActorDefinition> actor = agreed.find(name).filter(ActorDefinition::enabled);
    if (actor.isEmpty()) {
      notRun(fire, "actor_gone", "the actor is disabled or no longer defined");
      return Optional.empty();
    }
    if (fire.scheduled()) {
      scheduler.scheduleNext(actor.get(), clock.instant(), !fire.recovering());
    }
    if (fire.scheduled() && !fire.recovering() && cameDueDuringARun(name, due)) {
      notRun(fire, "overlap", "came due while the actor was still running");
      return Optional.empty();
    }
    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                fire.identity(),
                node,
                fire.recovering(),
                agreed.version(),
                fire.parameters(),
                lease));
    if (outcome instanceof OpenOutcome.Opened opened) {
      return Optional.of(new Opened(fire, actor.get(), agreed.version(), opened.fence()));
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
    return Optional.empty();
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

  /** A fire with its execution and the definition it was opened for. */
  record Opened(Fire fire, ActorDefinition actor, String version, Fence fence) {}
}
