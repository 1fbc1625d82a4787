package io.botticelli.core.toml;

import io.botticelli.core.toml.Problem.Severity;
import java.util.List;
import java.util.Optional;

/**
 * Adds problems of one document to a collection, with position and field name taken from the
 * document. Immutable; each method that changes the context returns a new reporter.
 */
public final class ProblemReporter {
  private final Problems problems;
  private final TomlDocument document;
  private final Optional<String> narrative;
  private final Optional<String> act;
  private final boolean lenient;

  ProblemReporter(Problems problems, TomlDocument document) {
    this(problems, document, Optional.empty(), Optional.empty(), false);
  }

  private ProblemReporter(
      Problems problems,
      TomlDocument document,
      Optional<String> narrative,
      Optional<String> act,
      boolean lenient) {
    this.problems = problems;
    this.document = document;
    this.narrative = narrative;
    this.act = act;
    this.lenient = lenient;
  }

  /** Returns a reporter whose problems belong to a narrative. */
  public ProblemReporter narrative(String name) {
    return new ProblemReporter(problems, document, Optional.of(name), act, lenient);
  }

  /** Returns a reporter whose problems belong to an act. */
  public ProblemReporter act(String name) {
    return new ProblemReporter(problems, document, narrative, Optional.of(name), lenient);
  }

  /** Returns a reporter that turns errors into warnings, for parts nobody uses. */
  public ProblemReporter asWarnings() {
    return new ProblemReporter(problems, document, narrative, act, true);
  }

  /** Returns the document problems are reported for. */
  public TomlDocument document() {
    return document;
  }

  /**
   * Reports what stops a start or reload.
   *
   * @param code stable lower-case identifier
   * @param path keys from the root, array elements by index
   * @param message what is wrong, what was expected and what to do
   */
  public void error(String code, List<String> path, String message) {
    report(lenient ? Severity.WARNING : Severity.ERROR, code, path, message);
  }

  /** Reports what needs attention but stops nothing; parameters as in {@link #error}. */
  public void warning(String code, List<String> path, String message) {
    report(Severity.WARNING, code, path, message);
  }

  private void report(Severity severity, String code, List<String> path, String message) {
    Position position = document.positionOf(path);
    problems.add(
        new Problem(
            severity,
            code,
            document.path(),
            position.line(),
            position.column(),
            document.fieldOf(path),
            narrative,
            act,
            message));
  }
}
