package io.botticelli.core.node;

import io.botticelli.core.config.Environment;
import io.botticelli.core.resilience.RetrySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What a node or a one-shot command is started with.
 *
 * @param workingDirectory where files are looked up and {@code quartz.properties} may lie; absolute
 * @param home directory of the embedded database; absolute
 * @param config path of the server file, relative to the working directory or absolute
 * @param databaseUrl replaces the address of the server file and the environment, or empty
 * @param environment variables of this process
 * @param join true: run what the cluster already agreed on instead of applying the local files
 * @param only actors to run alone, all others are disabled; empty = all
 * @param overrideModel model that replaces every model named anywhere, or empty
 * @param retries retries of model calls
 * @param clock wall clock of this node
 */
public record NodeSettings(
    Path workingDirectory,
    Path home,
    String config,
    Optional<String> databaseUrl,
    Environment environment,
    boolean join,
    List<String> only,
    Optional<String> overrideModel,
    RetrySettings retries,
    Clock clock) {

  /** Returns the settings of a plain start: local files, no overrides. */
  public static NodeSettings of(
      Path workingDirectory, Path home, String config, Environment environment, Clock clock) {
    return new NodeSettings(
        workingDirectory,
        home,
        config,
        Optional.empty(),
        environment,
        false,
        List.of(),
        Optional.empty(),
        RetrySettings.DEFAULTS,
        clock);
  }

  /** Returns the same with another database address. */
  public NodeSettings withDatabaseUrl(Optional<String> url) {
    return with(url, join, only, overrideModel, retries);
  }

  /** Returns the same, joining the cluster or not. */
  public NodeSettings withJoin(boolean joins) {
    return with(databaseUrl, joins, only, overrideModel, retries);
  }

  /** Returns the same, running these actors alone. */
  public NodeSettings withOnly(List<String> names) {
    return with(databaseUrl, join, List.copyOf(names), overrideModel, retries);
  }

  /** Returns the same with a model that replaces all others. */
  public NodeSettings withOverrideModel(Optional<String> model) {
    return with(databaseUrl, join, only, model, retries);
  }

  /** Returns the same with other retries. */
  public NodeSettings withRetries(RetrySettings others) {
    return with(databaseUrl, join, only, overrideModel, others);
  }

  /** Where this process stands and what time it has stays as it is. */
  private NodeSettings with(
      Optional<String> url,
      boolean joins,
      List<String> names,
      Optional<String> model,
      RetrySettings others) {
    return new NodeSettings(
        workingDirectory, home, config, url, environment, joins, names, model, others, clock);
  }
}
