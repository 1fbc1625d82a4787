package io.botticelli.core.state;

import io.botticelli.core.history.Fence;
import java.util.Map;
import java.util.Optional;

/** Strings that outlive runs: key to value in the global scope. */
public interface NarrativeState {
  /** Returns a value, or empty. */
  Optional<String> find(String key);

  /**
   * Saves values; the last writer of a key wins.
   *
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale
   */
  void save(Fence fence, Map<String, String> values);
}
