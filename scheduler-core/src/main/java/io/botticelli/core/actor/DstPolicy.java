package io.botticelli.core.actor;

/** What a cron schedule does where its zone's clocks change. */
public enum DstPolicy {
  /**
   * A time that does not exist fires at the first instant after the gap, together with a fire that
   * is there already. A time that comes twice fires at the first, unless the expression fires in
   * every hour: then it runs through.
   */
  NEXT_VALID,
  /** A time that does not exist is left out; one that comes twice as with {@link #NEXT_VALID}. */
  SKIP,
  /** The fields are read in UTC, whose clocks never change. */
  UTC
}
