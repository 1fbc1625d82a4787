package io.botticelli.core.doctor;

/**
 * Repairs one finding in one transaction under Quartz's own lock, and records what it changed.
 * Thread-safe; throws {@link io.botticelli.core.StoreException} when the database fails.
 */
public interface Repairs {
  /** Repairs a finding if it is still true. */
  Outcome repair(Finding finding);

  /**
   * Gives triggers that were removed and built again the fire they owed: the time they were to fire
   * at next when that has passed meanwhile.
   */
  void restoreTimes(Finding finding);

  /** What became of a repair. */
  enum Outcome {
    /** Done. */
    REPAIRED,
    /** Removed; the schedule's owner must build it again. */
    REMOVED,
    /** Not true any more. */
    HEALED,
    /** Not safe, or tried often enough. */
    REFUSED
  }
}
