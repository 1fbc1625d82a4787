package io.botticelli.core.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of this process: {@code .env} of the working directory first, the real environment
 * over it.
 *
 * <p>The only place that reads the environment, so that tests and stored working sets can be
 * resolved against any map. Immutable. {@link #toString()} shows names only.
 */
public final class Environment {
  private final Map<String, String> values;

  /**
   * @param values name to value; copied
   */
  public Environment(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Reads {@code .env} of a directory and the environment of this process; the latter wins.
   *
   * @param workingDirectory directory that may hold a {@code .env}
   * @throws ConfigException if {@code .env} is there but cannot be read or has a broken line
   */
  public static Environment ofProcess(Path workingDirectory) {
    Path file = workingDirectory.resolve(".env");
    Map<String, String> values = new HashMap<>();
    if (Files.isRegularFile(file)) {
      String text;
      try {
        text = Files.readString(file, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new ConfigException(
            List.of(
                ConfigProblem.error(
                    "env_file_unreadable",
                    ".env",
                    "cannot be read as UTF-8 text; make it readable for this user or remove it")));
      }
      values.putAll(DotEnv.parse(".env", text));
    }
    values.putAll(System.getenv());
    return new Environment(values);
  }

  /**
   * Returns the value of a variable.
   *
   * @return empty when it is not set or set to an empty text
   */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns an environment in which the given variables replace or add to these. */
  public Environment with(Map<String, String> more) {
    Map<String, String> merged = new HashMap<>(values);
    merged.putAll(more);
    return new Environment(merged);
  }

  @Override
  public String toString() {
    return "Environment" + values.keySet().stream().sorted().toList();
  }
}
