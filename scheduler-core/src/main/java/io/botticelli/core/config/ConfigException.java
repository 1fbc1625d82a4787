package io.botticelli.core.config;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import io.botticelli.core.toml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A working set cannot be used. The message lists every error, one per line, each with file, line,
 * key and what to do; nothing of the set was applied.
 */
public final class ConfigException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * @param problems all problems of the set, warnings included; at least one error
   */
  public ConfigException(List<Problem> problems) {
    super(
        "config_invalid",
        problems.stream()
            .filter(problem -> problem.severity() == Problem.Severity.ERROR)
            .map(Problem::render)
            .collect(Collectors.joining("\n")),
        null);
    this.problems = List.copyOf(problems);
  }

  /** Returns all problems in the order of the files, warnings included. */
  public List<Problem> problems() {
    return problems;
  }

  @Override
  public FailureClass failureClass() {
    return FailureClass.PERMANENT;
  }
}
