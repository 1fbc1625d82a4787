package io.botticelli.web.app;

import io.botticelli.core.config.Environment;
import java.nio.file.Path;

/**
 * Where a command runs.
 *
 * @param workingDirectory relative paths start here; absolute
 * @param environment variables the command sees
 */
record Surroundings(Path workingDirectory, Environment environment) {
  /**
   * Returns the directory and the variables of this process.
   *
   * @throws io.botticelli.core.config.ConfigException if its {@code .env} is broken
   */
  static Surroundings ofProcess() {
    Path here = Path.of("").toAbsolutePath();
    return new Surroundings(here, Environment.ofProcess(here));
  }
}
