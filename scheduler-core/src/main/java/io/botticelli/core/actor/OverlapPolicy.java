package io.botticelli.core.actor;

/** What becomes of a fire that comes due while its actor is still running. */
public enum OverlapPolicy {
  /** It is recorded as skipped. */
  SKIP,
  /** One waits and runs when the run ends; further ones are skipped. */
  QUEUE_ONE
}
