package io.botticelli.core.actor;

import java.time.Instant;
import java.util.Optional;

/**
 * When a schedule may fire at all.
 *
 * @param startAt no fire before it, or empty
 * @param endAt no fire after it, or empty; after {@code startAt}
 * @param active hours, days and holidays, or empty for any time
 */
public record FireBounds(
    Optional<Instant> startAt, Optional<Instant> endAt, Optional<ActiveTimes> active) {
  /** No bounds. */
  public static final FireBounds NONE =
      new FireBounds(Optional.empty(), Optional.empty(), Optional.empty());

  /** Tells whether a fire at an instant is within the bounds. */
  public boolean includes(Instant instant) {
    return startAt.map(start -> !instant.isBefore(start)).orElse(true)
        && endAt.map(end -> !instant.isAfter(end)).orElse(true)
        && active.map(times -> times.includes(instant)).orElse(true);
  }
}
