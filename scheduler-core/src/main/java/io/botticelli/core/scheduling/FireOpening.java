package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireRecords;
import io.botticelli.core.scheduling.Fire.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  /** Before a fire asks again for room in its concurrency group. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private static final Duration ASK_AT_LEAST = Duration.ofSeconds(20);

  /** Before a fire this node cannot judge fires again, perhaps on another node. */
  private static final Duration PASS_ON_DELAY = Duration.ofSeconds(5);

  /** Long enough for every node to load a definition, and for each to be tried. */
  static final Duration PASSED_ON_FOR = Duration.ofMinutes(5);

  private final String node;
  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final FireRecords records;
  private final FirePolicies policies;
  private final Takeovers takeovers;
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
      FireRecords records,
      FirePolicies policies,
      Takeovers takeovers,
      ActorScheduler scheduler,
      FireMetrics metrics,
      Duration lease,
      Clock clock) {
    this.node = node;
    this.catalog = catalog;
    this.history = history;
    this.records = records;
    this.policies = policies;
    this.takeovers = takeovers;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.lease = lease;
    this.clock = clock;
  }

  /**
   * Opens the execution of a fire, or records why it has none.
   *
   * @param due when it was due by its schedule
   * @param again an earlier attempt ended without an answer: what it wrote may stand
   * @return empty if it must not run
   */
  Optional<Opened> open(Fire fire, Instant due, boolean again) {
    ActorCatalog.Snapshot agreed = catalog.current();
    ActorName name = fire.identity().actor();
    Optional<ActorDefinition> actor = agreed.find(name).filter(ActorDefinition::enabled);
    if (actor.isEmpty() && !agreed.isAgreed()) {
      passOn(fire, due);
      return Optional.empty();
    }
    if (actor.isEmpty()) {
      notRun(fire, "actor_gone", "the actor is disabled or no longer defined");
      return Optional.empty();
    }
    if (fire.scheduled()) {
      boolean replace = fire.origin() == Origin.SCHEDULE && !fire.recovering();
      scheduler.scheduleNext(actor.get(), clock.instant(), replace);
    }
    if (fire.scheduled()
        && !fire.recovering()
        && TriggerPlan.isOutside(actor.get(), clock.instant())) {
      notRun(fire, "outside_active_times", "came too late, after the actor's active times");
      return Optional.empty();
    }
    Optional<Fire> settled = fire.scheduled() ? settle(actor.get(), fire, due) : Optional.of(fire);
    return settled.flatMap(run -> open(run, actor.get(), agreed, again));
  }

  /** Another node may know the actor; when none has taken the fire for minutes, a row says so. */
  private void passOn(Fire fire, Instant due) {
    Instant now = clock.instant();
    Instant since = fire.refusedSince().orElse(now);
    if (fire.origin() == Origin.CALL || !since.plus(PASSED_ON_FOR).isAfter(now)) {
      notRun(
          fire,
          "definition_refused",
          "this node cannot use the definition the cluster agreed on, and since "
              + since.truncatedTo(ChronoUnit.SECONDS)
              + " no other node has taken the fire");
      return;
    }
    try {
      takeovers.handOver(fire.refused(since), due, PASS_ON_DELAY);
      LOG.warn(
          "fire at {} handed to other nodes: this node cannot use the agreed definition",
          fire.identity().scheduledFor());
    } catch (SchedulingException failure) {
      if (takeovers.isScheduled(fire.identity().actor())) {
        throw failure;
      }
      notRun(fire, "actor_gone", "the actor is not scheduled any more");
    }
  }

  /** A fire that runs as another time's must not take that one away from a living owner. */
  private Optional<Fire> settle(ActorDefinition actor, Fire fire, Instant due) {
    return policies
        .settle(actor, fire, due)
        .map(identity -> identity.equals(fire.identity()) ? fire : fire.as(identity));
  }

  private Optional<Opened> open(
      Fire fire, ActorDefinition actor, ActorCatalog.Snapshot agreed, boolean again) {
    ActorName name = actor.name();
    OpenOutcome outcome = history.open(request(fire, actor, agreed, fire.recovering()));
    if (again && outcome instanceof OpenOutcome.Vetoed vetoed && isOwn(vetoed)) {
      // The attempt whose answer was lost opened it, and nothing on this node runs it.
      outcome = history.open(request(fire, actor, agreed, true));
    }
    if (outcome instanceof OpenOutcome.Opened opened) {
      return Optional.of(new Opened(fire, actor, agreed.version(), opened.fence()));
    }
    if (outcome instanceof OpenOutcome.Full full) {
      awaitRoom(fire, full);
      return Optional.empty();
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

  private boolean isOwn(OpenOutcome.Vetoed vetoed) {
    return vetoed.reason().equals("owned") && vetoed.node().equals(node);
  }

  private OpenRequest request(
      Fire fire, ActorDefinition actor, ActorCatalog.Snapshot agreed, boolean takeOver) {
    return new OpenRequest(
        fire.identity(),
        node,
        takeOver,
        agreed.version(),
        fire.parameters(),
        lease,
        actor.firing().group().map(agreed::group));
  }

  /** Fires that came due while an earlier one waits overlap with it as they would with its run. */
  private void awaitRoom(Fire fire, OpenOutcome.Full full) {
    ActorName name = fire.identity().actor();
    if (fire.scheduled() && records.isWaiting(name, fire.identity())) {
      notRun(fire, "overlap", "an earlier fire still waits for room in group " + full.group());
      return;
    }
    if (fire.origin() == Origin.CALL) {
      notRun(fire, "group_full", "group " + full.group() + " has no room, and a call cannot wait");
      return;
    }
    metrics.waiting(name, full.group());
    LOG.info(
        "fire at {} waits: {} of {} runs in group {} are under way, {} fires have waited longer",
        fire.identity().scheduledFor(),
        full.running(),
        full.most(),
        full.group(),
        full.ahead());
    takeovers.waitFor(fire, delay(full));
  }

  /** Those far behind ask less often; all of them often enough to keep their place. */
  private static Duration delay(OpenOutcome.Full full) {
    Duration delay = ASK_AGAIN.multipliedBy(1 + full.ahead() / full.most());
    return delay.compareTo(ASK_AT_LEAST) < 0 ? delay : ASK_AT_LEAST;
  }

  private void notRun(Fire fire, String code, String message) {
    history.recordNotRun(fire.identity(), ExecutionStatus.SKIPPED, code, message, node);
    metrics.notRun(fire.identity().actor(), code);
    LOG.info("fire at {} not run: {}", fire.identity().scheduledFor(), message);
  }

  /** A fire with its execution and the definition it was opened for. */
  record Opened(Fire fire, ActorDefinition actor, String version, Fence fence) {}
}
