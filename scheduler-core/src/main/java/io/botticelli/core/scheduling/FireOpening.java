package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory;
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

  private final String node;
  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final FirePolicies policies;
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
      FirePolicies policies,
      ActorScheduler scheduler,
      FireMetrics metrics,
      Duration lease,
      Clock clock) {
    this.node = node;
    this.catalog = catalog;
    this.history = history;
    this.policies = policies;
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
    if (fire.scheduled()
        && !fire.recovering()
        && TriggerPlan.isOutside(actor.get(), clock.instant())) {
      notRun(fire, "outside_active_times", "came too late, after the actor's active times");
      return Optional.empty();
    }
    Optional<Fire> settled = fire.scheduled() ? settle(actor.get(), fire, due) : Optional.of(fire);
    return settled.flatMap(run -> open(run, actor.get(), agreed.version()));
  }

  /** A fire that runs as another time's must not take that one away from a living owner. */
  private Optional<Fire> settle(ActorDefinition actor, Fire fire, Instant due) {
    return policies
        .settle(actor, fire, due)
        .map(identity -> identity.equals(fire.identity()) ? fire : fire.as(identity));
  }

  private Optional<Opened> open(Fire fire, ActorDefinition actor, String version) {
    ActorName name = actor.name();
    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                fire.identity(), node, fire.recovering(), version, fire.parameters(), lease));
    if (outcome instanceof OpenOutcome.Opened opened) {
      return Optional.of(new Opened(fire, actor, version, opened.fence()));
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

  /** A fire with its execution and the definition it was opened for. */
  record Opened(Fire fire, ActorDefinition actor, String version, Fence fence) {}
}
