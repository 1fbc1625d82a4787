package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory.Execution;
import java.time.Instant;
import java.util.Optional;

/**
 * What the policies of late and overlapping fires ask the history.
 *
 * <p>Thread-safe. All methods throw {@link io.botticelli.core.StoreException} when the database
 * fails.
 */
public interface FireRecords {
  /**
   * Returns the ended run during which an instant fell. A run that changed its owner is none: it
   * was not running between the death of one and the start of the next, so what came due then was
   * missed by the cluster, not by the actor.
   */
  Optional<Execution> findRunDuring(ActorName actor, Instant instant);

  /**
   * Tells whether a fire of the schedule that came due during a run became a run of its own.
   *
   * @param except fire that does not count
   */
  boolean isFollowed(Execution run, FireIdentity except);

  /**
   * Tells whether a fire of the actor's schedule waits for room in its concurrency group.
   *
   * @param except fire that does not count
   */
  boolean isWaiting(ActorName actor, FireIdentity except);

  /** Returns the latest scheduled time of the actor's schedule that has a row. */
  Optional<Instant> lastScheduled(ActorName actor);
}
