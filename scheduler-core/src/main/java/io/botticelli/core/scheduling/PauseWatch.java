package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ClusterPause;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds for pauses that ended by their time and for a pause of the cluster that
 * began or ended elsewhere. Every node looks; doing it twice changes nothing. Thread-safe.
 *
 * <p>Triggers are brought in line first and the rows are cleared afterwards: a node that dies in
 * between leaves the work to the next look of any node. A pause whose time has passed does not
 * count from that moment on, whether its row is cleared or not.
 */
final class PauseWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PauseWatch.class);

  private final ActorStates states;
  private final ClusterPause cluster;
  private final PauseAlignment alignment;
  private boolean clusterWasPaused;

  PauseWatch(ActorStates states, ClusterPause cluster, PauseAlignment alignment) {
    this.states = states;
    this.cluster = cluster;
    this.alignment = alignment;
  }

  /** Looks once. */
  synchronized void look() {
    ClusterPause.State now = cluster.current();
    List<ActorName> ended = states.listEndedPauses();
    if (ended.isEmpty() && !now.ended() && now.paused() == clusterWasPaused) {
      return;
    }
    alignment.align();
    clusterWasPaused = now.paused();
    if (!ended.isEmpty()) {
      states.clearEndedPauses(ended);
      LOG.info("pauses ended by their time: {}", ended);
    }
    if (now.ended() && cluster.clearEnded()) {
      LOG.info("the pause of the cluster ended by its time");
    }
  }
}
