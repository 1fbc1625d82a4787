package io.botticelli.core.posting;

import java.time.Instant;
import java.util.Optional;

/** What an actor has posted, for limits on how often it may. Thread-safe. */
public interface PostHistory {
  /**
   * Counts messages sent on behalf of an actor; a message in several parts counts once.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  int countSince(String actor, Instant since);

  /** Returns when an actor's last message was sent. */
  Optional<Instant> lastSent(String actor);
}
