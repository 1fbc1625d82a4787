package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds placeholders in command arguments and filters that can never be resolved when their act
 * runs. What an environment or state may provide later is at most a warning.
 */
final class PlaceholderCheck {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> BUILT_IN =
      Set.of("iteration", "iterations", "narrative", "now", "channel_id", "platform.channel_id");

  private final Map<String, Integer> firstPlace = new HashMap<>();
  private final LoadSession session;
  private final Set<String> variables = new LinkedHashSet<>();
  private final Map<String, Integer> tables = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  /**
   * @param order table of contents
   * @param acts the acts that could be read, by name
   */
  PlaceholderCheck(List<String> order, Map<String, Act> acts, LoadSession session) {
    this.session = session;
    for (int i = 0; i < order.size(); i++) {
      firstPlace.putIfAbsent(order.get(i), i);
    }
    variables.addAll(session.variables());
    acts.forEach((name, act) -> notice(act, firstPlace.get(name)));
    names.addAll(acts.keySet());
    names.addAll(tables.keySet());
    names.addAll(variables);
  }

  /** Checks what was noticed while the acts were read. */
  void check(Map<String, Reading> readings) {
    readings.forEach(
        (act, reading) -> {
          for (PlaceholderUse use : reading.placeholders()) {
            check(use, act, reading.reporter());
          }
        });
  }

  private void notice(Act act, int place) {
    variables.addAll(act.stateCapture().keySet());
    for (ActInput input : act.inputs()) {
      if (input instanceof BotCommand command) {
        variables.addAll(command.capture().keySet());
        command.storeAs().ifPresent(variables::add);
      } else if (input instanceof TableRead table) {
        tables.merge(table.alias(), place, Math::min);
        tables.merge(table.table(), place, Math::min);
      }
    }
  }

  private void check(PlaceholderUse use, String act, ProblemReporter reporter) {
    String expression = use.expression();
    int place = firstPlace.get(act);
    if (expression.startsWith("env:")) {
      String name = expression.substring("env:".length()).strip();
      if (!session.environment().isSet(name)) {
        unset(use, name, reporter);
      }
      return;
    }
    if (expression.startsWith("state:") || expression.startsWith("STATE:")) {
      return;
    }
    if (heads(expression).stream()
        .anyMatch(head -> head.equals("previous") || head.equals("prev"))) {
      if (place == 0) {
        reporter.error(
            "placeholder_order",
            use.path(),
            "uses the previous act's response, but this is the first act");
      }
      return;
    }
    List<String> heads = heads(expression);
    if (heads.stream().anyMatch(head -> isKnown(head, place)) || BUILT_IN.contains(expression)) {
      return;
    }
    heads.stream()
        .filter(firstPlace::containsKey)
        .findFirst()
        .ifPresentOrElse(
            later ->
                reporter.error(
                    "placeholder_order",
                    use.path(),
                    "uses the response of act %s, which has not run before act %s; change the toc"
                        .formatted(Suggestions.quote(later), Suggestions.quote(act))),
            () -> unknown(use, reporter));
  }

  private boolean isKnown(String head, int place) {
    Integer act = firstPlace.get(head);
    Integer table = tables.get(head);
    return act != null && act < place
        || table != null && table <= place
        || variables.contains(head)
        || BUILT_IN.contains(head);
  }

  private void unknown(PlaceholderUse use, ProblemReporter reporter) {
    String expression = use.expression();
    if (use.dollar() && VARIABLE.matcher(expression).matches()) {
      if (!session.environment().isSet(expression)) {
        unset(use, expression, reporter);
      }
      return;
    }
    List<String> heads = heads(expression);
    reporter.error(
        "unknown_placeholder",
        use.path(),
        "uses %s, which is no act, table or variable of this narrative%s"
            .formatted(
                Suggestions.quote(expression),
                Suggestions.didYouMean(heads.get(heads.size() - 1), names)));
  }

  private static void unset(PlaceholderUse use, String name, ProblemReporter reporter) {
    reporter.warning(
        "unset_variable",
        use.path(),
        "environment variable %s is not set; the command will not be executed without it"
            .formatted(Suggestions.quote(name)));
  }

  /** Returns the expression and every beginning of it that ends before a dot or bracket. */
  private static List<String> heads(String expression) {
    List<String> heads = new ArrayList<>();
    heads.add(expression);
    for (int i = expression.length() - 1; i > 0 && heads.size() < 20; i--) {
      char c = expression.charAt(i);
      if (c == '.' || c == '[') {
        heads.add(expression.substring(0, i));
      }
    }
    return heads;
  }
}
