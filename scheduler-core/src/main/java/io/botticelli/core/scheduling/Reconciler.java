package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Quartz in line with the agreed definitions and, through {@link PauseAlignment}, with the
 * pauses in the rows. Thread-safe; one node at a time.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final String schedulerName;
  private final ActorCatalog catalog;
  private final ActorScheduler scheduler;
  private final ActorStates states;
  private final ClusterState cluster;
  private final ClusterPause pause;
  private final PauseAlignment alignment;

  /** Sequence of the version reconciled last; guarded by the cluster's lock. */
  private volatile long lastSequence;

  Reconciler(
      String schedulerName,
      ActorCatalog catalog,
      ActorScheduler scheduler,
      ActorStates states,
      ClusterState cluster,
      ClusterPause pause,
      PauseAlignment alignment) {
    this.schedulerName = schedulerName;
    this.catalog = catalog;
    this.scheduler = scheduler;
    this.states = states;
    this.cluster = cluster;
    this.pause = pause;
    this.alignment = alignment;
  }

  /**
   * Reconciles once.
   *
   * @return actors whose job, triggers or pause changed
   */
  Set<ActorName> reconcile() {
    Set<ActorName> changed = new TreeSet<>();
    cluster.underLock(
        () -> {
          // Read under the lock: whoever waited for it may hold an older version.
          ActorCatalog.Snapshot agreed = catalog.current();
          if (!agreed.isAgreed()) {
            // Other nodes can use the agreed version; two sets of triggers would take turns.
            LOG.warn(
                "only pauses are brought in line by this node: it cannot use the agreed definition");
            changed.addAll(alignment.alignLocked(pause.current().paused()));
            return;
          }
          if (agreed.sequence() != lastSequence) {
            // Another node may have changed rows and gone again, with or without changing back.
            scheduler.forgetVerified();
            lastSequence = agreed.sequence();
          }
          register(agreed);
          boolean clusterPaused = pause.current().paused();
          changed.addAll(
              scheduler.reconcile(
                  agreed.actors(),
                  agreed.version(),
                  cluster.listTriggers(schedulerName),
                  clusterPaused));
          changed.addAll(alignment.alignLocked(clusterPaused));
        });
    return changed;
  }

  private void register(ActorCatalog.Snapshot agreed) {
    Map<ActorName, ActorState> rows = rows();
    for (ActorDefinition actor : agreed.actors()) {
      Optional<ActorState> row = Optional.ofNullable(rows.remove(actor.name()));
      if (row.isEmpty()
          || row.get().enabled() != actor.enabled()
          || !row.get().definitionVersion().equals(agreed.version())) {
        states.register(actor, agreed.version());
      }
    }
    if (rows.values().stream().anyMatch(ActorState::enabled)) {
      states.retireAllBut(agreed.actors().stream().map(ActorDefinition::name).toList());
    }
  }

  private Map<ActorName, ActorState> rows() {
    return states.list().stream().collect(Collectors.toMap(ActorState::name, Function.identity()));
  }
}
