package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>${VAR}</code> and <code>${VAR:-default}</code> in every string of a section.
 *
 * <p>A single pass: what a variable holds is never looked at again, so a value cannot name another
 * secret. Keys whose value is a number or a boolean may be given by a variable too. Thread-safe.
 */
final class Substitution {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  /** Names a run fills in; they stay as they are. */
  private static final Set<String> RUN_TIME_NAMES = Set.of("channel_id");

  /**
   * Keys that hold a number or a boolean; everything else stays text, ids of 19 digits above all.
   */
  private static final Pattern TYPED_KEY =
      Pattern.compile(
          ".*_(?:seconds|minutes|hours|days|percent|size|port|limit|threshold|retries|iterations"
              + "|failures|actors|enabled|multiplier)|port|enabled|seconds|minutes|hours|days");

  private final Environment environment;

  Substitution(Environment environment) {
    this.environment = environment;
  }

  /**
   * Returns a copy of a section with every placeholder replaced; unset variables without a default
   * are reported as errors ({@code variable_unset}) and their strings left out.
   *
   * @param optional keys (directly in this section) whose whole value may be one unset variable:
   *     such a key is left out with a warning
   */
  TomlSection apply(TomlSection section, Set<String> optional) {
    ObjectNode copy = section.node().deepCopy();
    List<String> absent = new ArrayList<>();
    for (String key : section.keys()) {
      JsonNode value = copy.get(key);
      if (optional.contains(key) && isUnset(value)) {
        section
            .reporter()
            .warning(
                "variable_unset",
                section.path(key),
                "names an environment variable that is not set; the key counts as absent");
        absent.add(key);
      } else {
        replace(section.reporter(), copy, key, value, section.path(key));
      }
    }
    copy.remove(absent);
    return new TomlSection(section.reporter(), copy, section.path());
  }

  TomlSection apply(TomlSection section) {
    return apply(section, Set.of());
  }

  private boolean isUnset(JsonNode value) {
    if (!value.isTextual()) {
      return false;
    }
    Matcher matcher = PLACEHOLDER.matcher(value.textValue().strip());
    return matcher.matches()
        && matcher.group(2) == null
        && environment.find(matcher.group(1)).isEmpty();
  }

  private void replace(
      ProblemReporter reporter, ObjectNode parent, String key, JsonNode value, List<String> path) {
    if (value.isTextual()) {
      Optional<String> text = text(reporter, value.textValue(), path);
      if (text.isEmpty()) {
        parent.remove(key);
      } else if (!text.get().equals(value.textValue())) {
        parent.set(key, typed(key, text.get()));
      }
      return;
    }
    replaceBelow(reporter, value, path);
  }

  private void replaceBelow(ProblemReporter reporter, JsonNode value, List<String> path) {
    if (value instanceof ObjectNode table) {
      for (Map.Entry<String, JsonNode> entry : List.copyOf(table.properties())) {
        replace(reporter, table, entry.getKey(), entry.getValue(), append(path, entry.getKey()));
      }
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode element = array.get(i);
        List<String> place = append(path, String.valueOf(i));
        if (element.isTextual()) {
          array.set(i, TextNode.valueOf(text(reporter, element.textValue(), place).orElse("")));
        } else {
          replaceBelow(reporter, element, place);
        }
      }
    }
  }

  private Optional<String> text(ProblemReporter reporter, String text, List<String> path) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder result = new StringBuilder();
    boolean complete = true;
    while (matcher.find()) {
      String name = matcher.group(1);
      if (RUN_TIME_NAMES.contains(name)) {
        matcher.appendReplacement(result, Matcher.quoteReplacement(matcher.group()));
        continue;
      }
      Optional<String> value =
          environment.find(name).or(() -> Optional.ofNullable(matcher.group(2)));
      if (value.isEmpty()) {
        complete = false;
        reporter.error(
            "variable_unset",
            path,
            "environment variable "
                + name
                + " is not set; set it, put it into .env, or write ${"
                + name
                + ":-default}");
      }
      matcher.appendReplacement(result, Matcher.quoteReplacement(value.orElse("")));
    }
    return complete ? Optional.of(matcher.appendTail(result).toString()) : Optional.empty();
  }

  private static JsonNode typed(String key, String text) {
    if (TYPED_KEY.matcher(key).matches()) {
      if (text.matches("-?[0-9]{1,9}")) {
        return IntNode.valueOf(Integer.parseInt(text));
      } else if (text.equals("true") || text.equals("false")) {
        return BooleanNode.valueOf(text.equals("true"));
      }
    }
    return TextNode.valueOf(text);
  }

  private static List<String> append(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }
}
