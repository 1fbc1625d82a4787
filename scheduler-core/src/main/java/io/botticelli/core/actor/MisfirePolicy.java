package io.botticelli.core.actor;

import java.time.Duration;

/**
 * What becomes of fires that could not happen in time, because no node was up, every thread was
 * busy or the actor was paused.
 */
public sealed interface MisfirePolicy {

  /** However many were missed, one fire as soon as possible. */
  record FireOnce() implements MisfirePolicy {}

  /**
   * A fire later than the grace is recorded as missed and not made up.
   *
   * @param grace lateness that still counts as in time, 0 s..7 days
   */
  record Skip(Duration grace) implements MisfirePolicy {
    /** Five minutes. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(300);
  }

  /**
   * Missed fires are made up one by one, oldest first.
   *
   * @param spacing least time between two starts while catching up, 1 s..1 day
   * @param limit most fires made up after one gap, 1..1000; the newest count, older ones are
   *     recorded as missed
   */
  record CatchUp(Duration spacing, int limit) implements MisfirePolicy {
    /** One minute. */
    public static final Duration DEFAULT_SPACING = Duration.ofSeconds(60);

    /** Ten fires. */
    public static final int DEFAULT_LIMIT = 10;
  }
}
