package io.botticelli.core.engine;

import io.botticelli.core.platform.Platform;
import java.util.Optional;

/** The platforms this node can reach, by name. Thread-safe. */
public interface Platforms {
  /**
   * Finds a platform.
   *
   * @param name for example {@code discord}, {@code preview} or {@code noop}; case matters
   * @return empty when there is none, or its credentials are not configured
   */
  Optional<Platform> find(String name);
}
