package io.botticelli.web.app;

import io.botticelli.core.config.Environment;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a command runs.
 *
 * @param workingDirectory relative paths start here; absolute
 * @param environment variables the command sees
 * @param person lines of somebody who can be asked, or empty when nobody sits at a terminal
 */
record Surroundings(
    Path workingDirectory, Environment environment, Optional<BufferedReader> person) {
  Surroundings(Path workingDirectory, Environment environment) {
    this(workingDirectory, environment, Optional.empty());
  }

  /**
   * Returns the directory and the variables of this process.
   *
   * @throws io.botticelli.core.config.ConfigException if its {@code .env} is broken
   */
  static Surroundings ofProcess() {
    Path here = Path.of("").toAbsolutePath();
    Optional<BufferedReader> person =
        Terminal.canAnswer()
            ? Optional.of(
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())))
            : Optional.empty();
    return new Surroundings(here, Environment.ofProcess(here), person);
  }
}
