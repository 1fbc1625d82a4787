package io.botticelli.core.narrative;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problem.Severity;
import java.util.List;
import java.util.stream.Collectors;

/** A narrative cannot be used; carries every problem that was found, warnings included. */
public final class NarrativeSyntaxException extends ActorServerException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_SHOWN = 10;

  // Exceptions are serializable by inheritance only; nobody serialises this one.
  private final transient List<Problem> problems;

  /**
   * @param problems at least one error
   */
  public NarrativeSyntaxException(List<Problem> problems) {
    super("narrative_invalid", message(problems), null);
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems in the order found; at least one is an error. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems) {
    List<Problem> errors =
        problems.stream().filter(problem -> problem.severity() == Severity.ERROR).toList();
    String shown =
        errors.stream().limit(MAX_SHOWN).map(Problem::render).collect(Collectors.joining("; "));
    return errors.size() > MAX_SHOWN
        ? shown + "; and " + (errors.size() - MAX_SHOWN) + " more"
        : shown;
  }

  @Override
  public FailureClass failureClass() {
    return FailureClass.PERMANENT;
  }
}
