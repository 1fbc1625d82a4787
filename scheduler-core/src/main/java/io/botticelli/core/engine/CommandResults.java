package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.security.CommandCall;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Results of reading commands, so that a run that asks the same twice in a short time asks once.
 * Lives as long as its run and is confined to the run's thread.
 */
final class CommandResults {
  static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);

  private static final int MOST = 1000;

  private final Map<Key, Kept> results =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
          return size() > MOST;
        }
      };

  /** Finds the result of the same command that has not grown too old. */
  Optional<JsonNode> find(CommandCall call, Instant now) {
    return Optional.ofNullable(results.get(key(call)))
        .filter(kept -> now.isBefore(kept.until()))
        .map(kept -> kept.result().deepCopy());
  }

  /**
   * Keeps a result.
   *
   * @param seconds its lifetime, 0 = it is not kept; empty = the default
   */
  void keep(CommandCall call, JsonNode result, Instant now, Optional<Integer> seconds) {
    Duration lifetime = seconds.map(Duration::ofSeconds).orElse(DEFAULT_LIFETIME);
    results.put(key(call), new Kept(result.deepCopy(), now.plus(lifetime)));
  }

  /** Forgets what a platform answered. */
  void clear(String platform) {
    results.keySet().removeIf(key -> key.platform().equals(platform));
  }

  private static Key key(CommandCall call) {
    return new Key(call.platform(), call.command(), new TreeMap<>(call.arguments()).toString());
  }

  private record Key(String platform, String command, String arguments) {}

  private record Kept(JsonNode result, Instant until) {}
}
