package io.botticelli.core.state;

import java.time.Instant;
import java.util.List;

/**
 * Narrative state as people see and correct it, outside any run.
 *
 * <p>Methods throw {@link io.botticelli.core.StoreException} when the database fails. Thread-safe.
 */
public interface StateEntries {
  /**
   * Lists entries by key.
   *
   * @param prefix start of the keys, "" = all
   * @param limit 1..1000
   */
  List<Entry> list(String prefix, int limit);

  /** Saves a value, also over one a run saved; the last writer wins. */
  void set(String key, String value);

  /**
   * Deletes an entry.
   *
   * @return false if there was none
   */
  boolean delete(String key);

  /** One entry. */
  record Entry(String key, String value, Instant updatedAt) {}
}
