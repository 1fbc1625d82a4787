package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.history.ClusterPause;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person may do to the whole cluster. Works on any node, also with a scheduler that was
 * never started. Thread-safe.
 *
 * <p>The row is the truth and holds from the moment it is written: a fire that is already on its
 * way is refused. The triggers follow at once; what could not be brought in line here, any node
 * does within seconds.
 */
public final class ClusterControl {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterControl.class);

  private final ClusterPause pause;
  private final PauseAlignment alignment;
  private final Clock clock;

  ClusterControl(ClusterPause pause, PauseAlignment alignment, Clock clock) {
    this.pause = pause;
    this.alignment = alignment;
    this.clock = clock;
  }

  /** Returns the cluster's pause as it is now. */
  public ClusterPause.State pause() {
    return pause.current();
  }

  /**
   * Keeps every actor from firing, also those that come later; runs that are under way end
   * normally, and each actor's own pause stays as it is.
   *
   * @param reason for people, may be ""
   * @param by who asks
   * @param until when it ends by itself; empty = never
   * @throws SchedulingException with code {@code until_past}
   * @throws io.botticelli.core.StoreException if the database fails; nothing is paused
   */
  public void pause(String reason, String by, Optional<Instant> until) {
    ActorControl.requireFuture(until, clock);
    pause.pause(reason, by, until);
    LOG.info("cluster: paused by {} ({}){}", by, reason, ActorControl.ending(until));
    alignQuietly();
  }

  /**
   * Lets the cluster fire again: every actor but those that are paused themselves. What became due
   * meanwhile follows the actors' misfire policies.
   *
   * @param by who asks
   * @return false if the cluster was not paused
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public boolean resume(String by) {
    boolean wasPaused = pause.resume();
    if (wasPaused) {
      LOG.info("cluster: resumed by {}", by);
    }
    alignQuietly();
    return wasPaused;
  }

  private void alignQuietly() {
    try {
      alignment.align();
    } catch (ActorServerException failure) {
      LOG.warn("triggers not yet brought in line, nodes do it: {}", failure.getMessage());
    }
  }
}
