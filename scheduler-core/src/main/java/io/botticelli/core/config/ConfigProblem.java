package io.botticelli.core.config;

import io.botticelli.core.toml.Problem;
import java.util.Optional;

/** Builds errors about files that are no TOML documents, or not there at all. */
final class ConfigProblem {
  private ConfigProblem() {}

  static Problem error(String code, String file, String message) {
    return error(code, file, 0, 0, "", message);
  }

  static Problem error(
      String code, String file, int line, int column, String field, String message) {
    return new Problem(
        Problem.Severity.ERROR,
        code,
        file,
        line,
        column,
        field,
        Optional.empty(),
        Optional.empty(),
        message);
  }
}
