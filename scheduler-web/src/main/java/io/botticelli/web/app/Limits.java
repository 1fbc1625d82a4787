package io.botticelli.web.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks numbers on the command line. */
final class Limits {
  private Limits() {}

  /**
   * Returns the limit.
   *
   * @throws ParameterException if it is not 1..most
   */
  static int check(CommandSpec spec, int limit, int most) {
    return check(spec, "--limit", limit, most);
  }

  /** As {@link #check(CommandSpec, int, int)}, for another option. */
  static int check(CommandSpec spec, String option, int limit, int most) {
    if (limit < 1 || limit > most) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + limit + ", expected 1.." + most);
    }
    return limit;
  }

  /**
   * Makes sure a port can be one.
   *
   * @param port as given, or null for none
   * @throws ParameterException if it is not 0..65535
   */
  static void checkPort(CommandSpec spec, @Nullable Integer port) {
    if (port != null && (port < 0 || port > 65_535)) {
      throw new ParameterException(
          spec.commandLine(), "--port is " + port + ", expected 0..65535 (0 = any free one)");
    }
  }
}
