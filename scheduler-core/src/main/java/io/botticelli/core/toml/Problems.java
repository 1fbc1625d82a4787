package io.botticelli.core.toml;

import io.botticelli.core.toml.Problem.Severity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects every problem of one reading, in the order found. For use by one thread. */
public final class Problems {
  /** More than anybody reads; a hostile file can hold a mistake in every line. */
  static final int MAX = 1000;

  private final Set<Problem> list = new LinkedHashSet<>();
  private boolean errors;

  /**
   * Adds a problem; one that is already there is not added again, nor is one after the first 1,000,
   * though {@link #hasErrors()} still counts it.
   */
  public void add(Problem problem) {
    boolean firstError = problem.severity() == Severity.ERROR && !errors;
    errors |= firstError;
    if (list.size() < MAX || firstError) {
      list.add(problem);
    }
  }

  /** Adds several problems. */
  public void addAll(Iterable<Problem> problems) {
    problems.forEach(this::add);
  }

  /** Returns a reporter that fills in positions from a document. */
  public ProblemReporter in(TomlDocument document) {
    return new ProblemReporter(this, document);
  }

  /** Tells whether anything collected stops a start or reload. */
  public boolean hasErrors() {
    return errors;
  }

  /** Returns what stops a start or reload. */
  public List<Problem> errors() {
    return list.stream().filter(problem -> problem.severity() == Severity.ERROR).toList();
  }

  /** Returns what needs attention but stops nothing. */
  public List<Problem> warnings() {
    return list.stream().filter(problem -> problem.severity() == Severity.WARNING).toList();
  }

  /** Returns everything collected so far. */
  public List<Problem> list() {
    return List.copyOf(list);
  }
}
