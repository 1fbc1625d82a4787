package io.botticelli.core.toml;

import io.botticelli.core.toml.Problem.Severity;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects every problem of one reading. For use by one thread. */
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

  /** Returns what stops a start or reload, file by file and down each file. */
  public List<Problem> errors() {
    return list().stream().filter(problem -> problem.severity() == Severity.ERROR).toList();
  }

  /** Returns what needs attention but stops nothing. */
  public List<Problem> warnings() {
    return list().stream().filter(problem -> problem.severity() == Severity.WARNING).toList();
  }

  /** Returns everything collected so far: files in the order read, each from top to bottom. */
  public List<Problem> list() {
    List<String> files = list.stream().map(Problem::file).distinct().toList();
    return list.stream()
        .sorted(
            Comparator.comparing((Problem problem) -> files.indexOf(problem.file()))
                .thenComparing(Problem::line)
                .thenComparing(Problem::column))
        .toList();
  }
}
