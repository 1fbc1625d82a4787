package io.botticelli.core.definition;

import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One immutable version of a working set as the database keeps it.
 *
 * @param version 64 hexadecimal digits
 * @param entry file the loading starts from
 * @param sources path to content, before variables were replaced
 * @param createdAt when it was stored first, database clock
 * @param createdBy who stored it first, may be empty
 */
public record StoredDefinition(
    String version,
    String entry,
    Map<String, String> sources,
    Instant createdAt,
    String createdBy) {
  public StoredDefinition {
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
  }

  /**
   * Builds the working set with the variables of this node.
   *
   * @throws ConfigException if it cannot be used here, for example because a variable is not set
   */
  public WorkingSet load(Environment environment) {
    return ConfigLoader.ofStored(sources, environment).load(entry);
  }
}
