package io.botticelli.core.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the scheduler asks the database besides Quartz's own calls. Thread-safe; methods throw
 * {@link io.botticelli.core.StoreException} when the database fails.
 */
public interface ClusterState {
  /** Returns the database clock. */
  Instant databaseTime();

  /**
   * Returns how old a node's last check-in is by the database clock; empty when it never checked
   * in.
   */
  Optional<Duration> checkInAge(String schedulerName, String instanceId);

  /** Counts nodes whose last check-in is younger than {@code maxAge}. */
  int countNodes(String schedulerName, Duration maxAge);

  /** Lists every trigger of every actor in one query. */
  List<StoredTrigger> listTriggers(String schedulerName);

  /**
   * Gives back the triggers a stopped node had acquired but not fired, and its check-in row. Must
   * only be called for this node, after its scheduler has shut down.
   *
   * @return triggers given back
   */
  int releaseAcquired(String schedulerName, String instanceId);

  /**
   * Runs work while no other node runs work under the same lock; waits for its turn.
   *
   * @throws io.botticelli.core.StoreException also when the turn does not come in time
   */
  void underLock(Runnable work);

  /**
   * A trigger as its row says.
   *
   * @param actor name of the job
   * @param state {@code WAITING}, {@code ACQUIRED}, {@code BLOCKED}, {@code PAUSED}, {@code
   *     PAUSED_BLOCKED}, {@code COMPLETE} or {@code ERROR}
   */
  record StoredTrigger(
      String actor, String name, String group, String state, Optional<Instant> nextFire) {
    /** Tells whether it is kept from firing by a pause. */
    public boolean isPaused() {
      return state.startsWith("PAUSED");
    }
  }
}
