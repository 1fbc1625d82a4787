package io.botticelli.core;

import java.util.Locale;

/**
 * What kind of failure ended a run; decides what the actor's breaker makes of it. Ordered from mild
 * to severe: of several failures of one run the last in this order counts.
 *
 * <p>A run that found nothing to do has no class: it did not fail.
 */
public enum FailureClass {
  /** May pass by itself, or nobody can tell: counted, and opens the breaker at its threshold. */
  TRANSIENT,

  /** A quota or rate limit is used up: the actor waits until it is renewed, nothing is counted. */
  QUOTA,

  /** A person must mend something first: opens the breaker at once. */
  PERMANENT;

  /** Returns the name as stored and shown. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the class with a stored name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FailureClass ofStored(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }

  /** Returns the more severe of two. */
  public FailureClass or(FailureClass other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
