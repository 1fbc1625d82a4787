package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.scheduling.ClusterState.StoredTrigger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings Quartz in line with the agreed definitions and with {@code is_paused}, and the state rows'
 * {@code next_run} in line with Quartz. Thread-safe; one node at a time.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final String schedulerName;
  private final ActorCatalog catalog;
  private final ActorScheduler scheduler;
  private final ActorStates states;
  private final ClusterState cluster;
  private final FireMetrics metrics;

  /** Sequence of the version reconciled last; guarded by the cluster's lock. */
  private volatile long lastSequence;

  Reconciler(
      String schedulerName,
      ActorCatalog catalog,
      ActorScheduler scheduler,
      ActorStates states,
      ClusterState cluster,
      FireMetrics metrics) {
    this.schedulerName = schedulerName;
    this.catalog = catalog;
    this.scheduler = scheduler;
    this.states = states;
    this.cluster = cluster;
    this.metrics = metrics;
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
                "nothing is brought in line by this node: it cannot use the agreed definition");
            return;
          }
          if (agreed.sequence() != lastSequence) {
            // Another node may have changed rows and gone again, with or without changing back.
            scheduler.forgetVerified();
            lastSequence = agreed.sequence();
          }
          register(agreed);
          changed.addAll(
              scheduler.reconcile(
                  agreed.actors(), agreed.version(), cluster.listTriggers(schedulerName)));
          changed.addAll(alignStates(agreed));
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

  private Set<ActorName> alignStates(ActorCatalog.Snapshot agreed) {
    Map<String, List<StoredTrigger>> triggers =
        cluster.listTriggers(schedulerName).stream()
            .filter(trigger -> ActorScheduler.isOwn(trigger.group()))
            .collect(Collectors.groupingBy(StoredTrigger::actor));
    Map<ActorName, ActorState> rows = rows();
    Set<ActorName> changed = new TreeSet<>();
    int paused = 0;
    int scheduled = 0;
    for (ActorDefinition actor : agreed.actors()) {
      Optional<ActorState> state = Optional.ofNullable(rows.get(actor.name()));
      if (!actor.enabled() || state.isEmpty()) {
        continue;
      }
      scheduled++;
      paused += state.get().paused() ? 1 : 0;
      metrics.paused(actor.name(), state.get().paused());
      if (align(state.get(), triggers.getOrDefault(actor.name().value(), List.of()))) {
        changed.add(actor.name());
      }
    }
    metrics.scheduled(scheduled, paused);
    return changed;
  }

  private Map<ActorName, ActorState> rows() {
    return states.list().stream().collect(Collectors.toMap(ActorState::name, Function.identity()));
  }

  private boolean align(ActorState state, List<StoredTrigger> triggers) {
    try {
      if (triggers.stream().anyMatch(trigger -> trigger.isPaused() != state.paused())) {
        boolean changed =
            state.paused()
                ? scheduler.pauseSchedule(state.name())
                : scheduler.resumeSchedule(state.name());
        states.setNextRun(state.name(), scheduler.nextRun(state.name()));
        if (changed) {
          LOG.info(
              "actor {}: triggers {} as its row says",
              state.name(),
              state.paused() ? "paused" : "resumed");
        }
        return changed;
      }
      Optional<Instant> nextRun =
          triggers.stream()
              .filter(trigger -> !trigger.isPaused())
              .flatMap(trigger -> trigger.nextFire().stream())
              .min(Comparator.naturalOrder());
      if (!nextRun.equals(state.nextRun())) {
        states.setNextRun(state.name(), nextRun);
      }
      return false;
    } catch (SchedulerException failure) {
      LOG.warn("actor {}: not brought in line: {}", state.name(), failure.getMessage());
      return false;
    }
  }
}
