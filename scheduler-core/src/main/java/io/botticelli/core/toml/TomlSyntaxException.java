package io.botticelli.core.toml;

import io.botticelli.core.ActorServerException;
import java.util.List;
import java.util.stream.Collectors;

/** A text is not TOML 1.0; carries every mistake that was found, each with its position. */
public final class TomlSyntaxException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  // Exceptions are serializable by inheritance only; nobody serialises this one.
  private final transient List<Problem> problems;

  TomlSyntaxException(List<Problem> problems) {
    super(
        "toml_syntax",
        problems.stream().map(Problem::render).collect(Collectors.joining("; ")),
        null);
    this.problems = List.copyOf(problems);
  }

  /** Returns the mistakes in file order; never empty. */
  public List<Problem> problems() {
    return problems;
  }
}
