package io.botticelli.core.history;

import java.util.Locale;

/** How an execution stands or ended; stored and shown lower-case. */
public enum ExecutionStatus {
  RUNNING,
  SUCCEEDED,
  FAILED,
  SKIPPED,
  ABANDONED,
  CANCELLED,
  MISSED,
  WAITING_APPROVAL;

  /** Returns the stored spelling. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the status of a stored spelling.
   *
   * @throws IllegalArgumentException if it is none of ours
   */
  public static ExecutionStatus ofStored(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
