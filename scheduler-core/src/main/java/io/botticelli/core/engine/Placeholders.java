package io.botticelli.core.engine;

import io.botticelli.core.state.NarrativeState;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what an expression stands for at this point of a pass. Thread-safe. */
final class Placeholders {
  private static final Set<String> PREVIOUS = Set.of("previous", "prev");

  /** Names and paths are short; a longer text between braces is something else. */
  private static final int MAX_LENGTH = 500;

  private final NarrativeState state;
  private final Environment environment;
  private final Clock clock;

  Placeholders(NarrativeState state, Environment environment, Clock clock) {
    this.state = state;
    this.environment = environment;
    this.clock = clock;
  }

  /** Where an expression stands; some meanings exist in one place only. */
  enum Place {
    /** <code>{{expr}}</code> in text for the model. */
    TEXT,
    /** <code>{{expr}}</code> in a command argument or filter. */
    BRACES,
    /** <code>${expr}</code> in a command argument or filter. */
    DOLLAR
  }

  /**
   * Resolves an expression; the first meaning that exists wins.
   *
   * @param expression trimmed text between the delimiters
   * @return empty when it stands for nothing
   */
  Optional<Value> find(Pass pass, String expression, Place place) {
    if (expression.isEmpty() || expression.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    if (place == Place.DOLLAR && isConstantName(expression)) {
      Optional<Value> early = environment.find(expression).map(Value::of);
      if (early.isPresent()) {
        return early;
      }
    }
    if (expression.startsWith("env:")) {
      return environment.find(expression.substring(4).strip()).map(Value::of);
    }
    if (expression.startsWith("state:") || expression.startsWith("STATE:")) {
      return state.find(expression.substring(6).strip()).map(Value::of);
    }
    return previous(pass, expression)
        .or(() -> actResult(pass, expression))
        .or(() -> table(pass, expression))
        .or(() -> pass.session().findVariable(expression).map(Value::of))
        .or(() -> builtIn(pass, expression))
        .or(
            () ->
                place == Place.DOLLAR
                    ? environment.find(expression).map(Value::of)
                    : Optional.empty())
        .or(() -> place == Place.TEXT ? bySuffix(pass, expression) : Optional.empty());
  }

  /** Finds an environment variable written as a bare <code>$NAME</code>. */
  Optional<String> environment(String name) {
    return environment.find(name);
  }

  private static Optional<Value> previous(Pass pass, String expression) {
    if (PREVIOUS.contains(expression)) {
      return pass.previous().map(ActResult::value);
    }
    int end = headEnd(expression, 0);
    if (end < 0 || !PREVIOUS.contains(expression.substring(0, end))) {
      return Optional.empty();
    }
    String path = expression.substring(end);
    return pass.previous()
        .flatMap(
            act ->
                // A created or fetched channel calls its id "id".
                act.value(path)
                    .or(() -> ".channel_id".equals(path) ? act.value("id") : Optional.empty()));
  }

  private static Optional<Value> actResult(Pass pass, String expression) {
    Optional<Value> exact = pass.result(expression).map(ActResult::value);
    for (int end = headEnd(expression, 0);
        exact.isEmpty() && end > 0;
        end = headEnd(expression, end + 1)) {
      String path = expression.substring(end);
      exact = pass.result(expression.substring(0, end)).flatMap(act -> act.value(path));
    }
    return exact;
  }

  private static Optional<Value> table(Pass pass, String expression) {
    Optional<Value> exact = pass.table(expression).map(Pass.TableValue::value);
    int end = headEnd(expression, 0);
    if (exact.isPresent() || end < 0) {
      return exact;
    }
    return pass.table(expression.substring(0, end))
        .flatMap(
            table ->
                JsonPaths.find(JsonPaths.toNode(table.rows().rows()), expression.substring(end)))
        .map(Value::of);
  }

  private Optional<Value> builtIn(Pass pass, String expression) {
    return switch (expression) {
      case "iteration" -> Optional.of(Value.of(Integer.toString(pass.iteration())));
      case "iterations" -> Optional.of(Value.of(Integer.toString(pass.iterations())));
      case "narrative" -> Optional.of(Value.of(pass.narrative().name()));
      case "now" ->
          Optional.of(Value.of(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> bySuffix(Pass pass, String expression) {
    List<ActResult> candidates =
        pass.results().stream().filter(act -> act.name().endsWith("_" + expression)).toList();
    return candidates.size() == 1 ? Optional.of(candidates.get(0).value()) : Optional.empty();
  }

  /** Returns where the name before a {@code .} or {@code [} ends, -1 = no path follows. */
  private static int headEnd(String expression, int from) {
    for (int i = from; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '.' || c == '[') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isConstantName(String name) {
    return name.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_');
  }
}
