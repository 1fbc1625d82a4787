package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Fires that are owed but not yet stored as triggers: what is here survives the death of whoever
 * was about to store them, and any node does it instead.
 *
 * <p>Thread-safe. All methods throw {@link io.botticelli.core.StoreException} when the database
 * fails.
 */
public interface PendingFires {
  /** Lists executions that succeeded and whose chained fires are not all stored, oldest first. */
  List<Cause> listUnchained(int limit);

  /** Says that all fires an execution causes are stored. */
  void markChained(long executionId);

  /** Returns the last start of the cluster unless its fires are all stored. */
  Optional<Instant> findOpenStart();

  /** Says that all fires of a start are stored. */
  void markStarted(Instant clusterStart);

  /** Lists fires that wait for room in their concurrency group, longest first. */
  List<Waiting> listWaiting();

  /**
   * Lists waiting fires that have not asked for room for so long that their trigger may be gone.
   *
   * @param limit 1..500
   */
  List<Waiting> listSilent(Duration age, int limit);

  /**
   * An execution that ended well.
   *
   * @param endedAt whole milliseconds, never changes
   */
  record Cause(long executionId, ActorName actor, Instant endedAt) {}

  /**
   * A fire that found its group full.
   *
   * @param since when it first asked
   */
  record Waiting(FireIdentity fire, String group, Instant since, Instant lastAsked) {}
}
