package io.botticelli.web.app;

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
    if (limit < 1 || limit > most) {
      throw new ParameterException(
          spec.commandLine(), "--limit is " + limit + ", expected 1.." + most);
    }
    return limit;
  }
}
