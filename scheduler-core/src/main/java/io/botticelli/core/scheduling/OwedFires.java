package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.PendingFires;
import io.botticelli.core.history.PendingFires.Cause;
import io.botticelli.core.history.PendingFires.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the fires that something caused: the success of another actor's execution, a start of the
 * cluster; and those that wait for room when their trigger was lost.
 *
 * <p>The cause stands in the database until its triggers are stored, and keys and identities follow
 * from the cause, so any node may do it, at once or after a crash, any number of times.
 * Thread-safe.
 */
final class OwedFires {
  private static final Logger LOG = LoggerFactory.getLogger(OwedFires.class);

  private static final int BATCH = 50;

  /** A waiting fire asks every 20 s at least. */
  private static final Duration SILENT = Duration.ofSeconds(60);

  private final String node;
  private final ActorCatalog catalog;
  private final ExecutionHistory history;
  private final PendingFires pending;
  private final Takeovers takeovers;
  private final Clock clock;

  OwedFires(
      String node,
      ActorCatalog catalog,
      ExecutionHistory history,
      PendingFires pending,
      Takeovers takeovers,
      Clock clock) {
    this.node = node;
    this.catalog = catalog;
    this.history = history;
    this.pending = pending;
    this.takeovers = takeovers;
    this.clock = clock;
  }

  /** Stores what is owed now; a failure is logged, because the next sweep does it. */
  void storeQuietly() {
    try {
      chain();
    } catch (ActorServerException failure) {
      LOG.warn("chained fires are stored by the next sweep: {}", failure.getMessage());
    }
  }

  /** Stores everything that is owed. */
  void sweep() {
    chain();
    start();
    recallSilent();
  }

  private void chain() {
    ActorCatalog.Snapshot agreed = catalog.current();
    for (Cause cause : pending.listUnchained(BATCH)) {
      if (isForOthers(agreed, cause.endedAt())) {
        continue;
      }
      try {
        chain(cause, agreed);
      } catch (SchedulingException failure) {
        LOG.warn(
            "fires after execution {} of {} are stored by the next sweep: {}",
            cause.executionId(),
            cause.actor(),
            failure.getMessage());
      }
    }
  }

  /** A node that cannot use the agreed definition may miss followers; others go first. */
  private boolean isForOthers(ActorCatalog.Snapshot agreed, Instant since) {
    return !agreed.isAgreed() && since.plus(FireOpening.PASSED_ON_FOR).isAfter(clock.instant());
  }

  private void chain(Cause cause, ActorCatalog.Snapshot agreed) {
    for (ActorDefinition actor : agreed.after(cause.actor())) {
      FireIdentity caused =
          new FireIdentity(
              actor.name(), cause.endedAt(), Kind.CHAINED, Long.toString(cause.executionId()));
      takeovers.chain(caused, cause.executionId() + "-" + actor.name());
      LOG.info(
          "actor {} fires after execution {} of {}",
          actor.name(),
          cause.executionId(),
          cause.actor());
    }
    pending.markChained(cause.executionId());
  }

  private void start() {
    ActorCatalog.Snapshot agreed = catalog.current();
    pending
        .findOpenStart()
        .filter(clusterStart -> !isForOthers(agreed, clusterStart))
        .ifPresent(
            clusterStart -> {
              agreed.actors().stream()
                  .filter(actor -> actor.enabled() && actor.firing().onStart())
                  .forEach(actor -> start(actor, clusterStart));
              pending.markStarted(clusterStart);
            });
  }

  private void start(ActorDefinition actor, Instant clusterStart) {
    takeovers.start(new FireIdentity(actor.name(), clusterStart, Kind.STARTUP, ""));
    LOG.info("actor {} fires because the cluster started at {}", actor.name(), clusterStart);
  }

  private void recallSilent() {
    for (Waiting waiting : pending.listSilent(SILENT, BATCH)) {
      FireIdentity fire = waiting.fire();
      if (catalog.current().isGone(fire.actor())) {
        history.recordNotRun(
            fire,
            ExecutionStatus.SKIPPED,
            "actor_gone",
            "the actor was disabled or removed while the fire waited for room in its group",
            node);
      } else if (fire.kind() != Kind.MANUAL && takeovers.waitAgain(fire)) {
        // The receipt of a manual fire knows its parameters and stores it again.
        LOG.warn("a waiting fire of {} had lost its trigger; stored", fire.actor());
      }
    }
  }
}
