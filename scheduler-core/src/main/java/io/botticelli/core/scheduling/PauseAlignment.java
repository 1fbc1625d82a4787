package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.scheduling.ClusterState.StoredTrigger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the triggers of every schedule in line with the pauses in the rows, the actors' own and
 * the cluster's, and the rows' {@code next_run} in line with the triggers.
 *
 * <p>Needs no definitions, so it may be used where they cannot be resolved: what an actor is comes
 * from its row. Thread-safe.
 */
final class PauseAlignment {
  private static final Logger LOG = LoggerFactory.getLogger(PauseAlignment.class);

  private final String schedulerName;
  private final ActorScheduler scheduler;
  private final ActorStates states;
  private final ClusterPause pause;
  private final ClusterState cluster;
  private final FireMetrics metrics;

  PauseAlignment(
      String schedulerName,
      ActorScheduler scheduler,
      ActorStates states,
      ClusterPause pause,
      ClusterState cluster,
      FireMetrics metrics) {
    this.schedulerName = schedulerName;
    this.scheduler = scheduler;
    this.states = states;
    this.pause = pause;
    this.cluster = cluster;
    this.metrics = metrics;
  }

  /**
   * Aligns once, alone in the cluster.
   *
   * @return actors whose triggers were paused or resumed
   */
  Set<ActorName> align() {
    Set<ActorName> changed = new TreeSet<>();
    cluster.underLock(() -> changed.addAll(alignLocked(pause.current().paused())));
    return changed;
  }

  /**
   * As {@link #align}, for a caller that holds the cluster's lock.
   *
   * @param clusterPaused the cluster's pause as the caller read it under the lock
   */
  Set<ActorName> alignLocked(boolean clusterPaused) {
    Map<String, List<StoredTrigger>> triggers =
        cluster.listTriggers(schedulerName).stream()
            .filter(trigger -> ActorScheduler.isOwn(trigger.group()))
            .collect(Collectors.groupingBy(StoredTrigger::actor));
    Set<ActorName> changed = new TreeSet<>();
    int scheduled = 0;
    int paused = 0;
    for (ActorState actor : states.list()) {
      if (!actor.enabled()) {
        continue;
      }
      boolean pausedNow = clusterPaused || actor.paused();
      scheduled++;
      paused += pausedNow ? 1 : 0;
      metrics.paused(actor.name(), pausedNow);
      if (align(actor, pausedNow, triggers.getOrDefault(actor.name().value(), List.of()))) {
        changed.add(actor.name());
      }
    }
    metrics.scheduled(scheduled, paused);
    return changed;
  }

  private boolean align(ActorState actor, boolean pausedNow, List<StoredTrigger> triggers) {
    try {
      if (triggers.stream().anyMatch(trigger -> trigger.isPaused() != pausedNow)) {
        boolean changed =
            pausedNow
                ? scheduler.pauseSchedule(actor.name())
                : scheduler.resumeSchedule(actor.name());
        states.setNextRun(actor.name(), scheduler.nextRun(actor.name()));
        if (changed) {
          LOG.info(
              "actor {}: triggers {} as the rows say",
              actor.name(),
              pausedNow ? "paused" : "resumed");
        }
        return changed;
      }
      Optional<Instant> nextRun =
          triggers.stream()
              .filter(trigger -> !trigger.isPaused())
              .flatMap(trigger -> trigger.nextFire().stream())
              .min(Comparator.naturalOrder());
      if (!nextRun.equals(actor.nextRun())) {
        states.setNextRun(actor.name(), nextRun);
      }
      return false;
    } catch (SchedulerException failure) {
      LOG.warn("actor {}: not brought in line: {}", actor.name(), failure.getMessage());
      return false;
    }
  }
}
