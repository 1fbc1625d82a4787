package io.botticelli.core.history;

import java.time.Instant;
import java.util.Optional;

/**
 * The pause of the whole cluster: while it lasts no actor fires, whatever its own row says, and
 * each actor's own pause stays as it is. One row of {@code cluster_state}; survives restarts.
 *
 * <p>All methods throw {@link io.botticelli.core.StoreException} when the database fails.
 */
public interface ClusterPause {
  /** Returns how it is now, by the database clock. */
  State current();

  /**
   * Pauses the cluster; over an earlier pause the last one wins.
   *
   * @param reason for people, may be ""
   * @param by who asks
   * @param until when it ends by itself, by the database clock; empty = never
   */
  void pause(String reason, String by, Optional<Instant> until);

  /**
   * Ends the pause.
   *
   * @return false if the cluster was not paused
   */
  boolean resume();

  /**
   * Clears a pause whose time has passed.
   *
   * @return false if there is none
   */
  boolean clearEnded();

  /**
   * The cluster's pause.
   *
   * @param paused nothing fires now
   * @param ended the row still says paused, but its time has passed; then {@code paused} is false
   * @param reason empty unless paused, like the following
   */
  record State(
      boolean paused,
      boolean ended,
      Optional<String> reason,
      Optional<String> by,
      Optional<Instant> at,
      Optional<Instant> until) {
    /** Nothing is paused. */
    public static final State RUNNING =
        new State(
            false, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
