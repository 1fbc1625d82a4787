package io.botticelli.core.doctor;

import java.util.List;
import java.util.Optional;

/**
 * Looks, and keeps what was seen. Thread-safe; methods throw {@link
 * io.botticelli.core.StoreException} when the database fails.
 */
public interface Findings {
  /**
   * Looks when it is time: nobody else is looking, and the last look of any node was a period ago.
   * It is time earlier when a finding waits for its repair or was repaired, and at once when a
   * trigger that is about to be due cannot be read.
   *
   * @return findings that stand, or empty when it was not time
   */
  Optional<List<Finding>> lookWhenDue();

  /** Looks now, after whoever is looking. */
  List<Finding> look();

  /** Returns what the last look of any node saw, worst first. */
  List<Finding> list();
}
