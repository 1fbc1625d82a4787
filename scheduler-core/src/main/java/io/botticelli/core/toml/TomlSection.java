package io.botticelli.core.toml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One table of a document, read key by key. A value of the wrong type or out of range is reported
 * (codes {@code wrong_type}, {@code out_of_range}, {@code missing_key}, {@code unknown_key}) and
 * reads as absent.
 */
public final class TomlSection {
  private final ProblemReporter reporter;
  private final ObjectNode table;
  private final List<String> path;

  /**
   * @param reporter where mistakes go
   * @param table the table
   * @param path keys from the root to the table, array elements by index
   */
  public TomlSection(ProblemReporter reporter, ObjectNode table, List<String> path) {
    this.reporter = reporter;
    this.table = table;
    this.path = List.copyOf(path);
  }

  /** Returns the whole document as a section. */
  public static TomlSection root(ProblemReporter reporter) {
    return new TomlSection(reporter, reporter.document().root(), List.of());
  }

  /** Returns the same table with another reporter. */
  public TomlSection with(ProblemReporter other) {
    return new TomlSection(other, table, path);
  }

  /** Returns the reporter of this section. */
  public ProblemReporter reporter() {
    return reporter;
  }

  /** Returns the table; callers must not change it. */
  public ObjectNode node() {
    return table;
  }

  /** Returns the keys from the root to this table. */
  public List<String> path() {
    return path;
  }

  /** Returns the path of a key of this table. */
  public List<String> path(String key) {
    List<String> keys = new ArrayList<>(path);
    keys.add(key);
    return keys;
  }

  /** Returns the keys in file order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    table.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** Tells whether a key is present, whatever its type. */
  public boolean has(String key) {
    return table.has(key);
  }

  /** Returns a value of any type. */
  public Optional<JsonNode> value(String key) {
    return Optional.ofNullable(table.get(key));
  }

  /** Returns a string. */
  public Optional<String> string(String key) {
    return value(key)
        .filter(node -> expect(node.isTextual(), key, "a string", node))
        .map(JsonNode::textValue);
  }

  /** Returns a non-blank string; reports a missing or blank one. */
  public Optional<String> requiredString(String key) {
    if (!has(key)) {
      missing(key, "a string");
      return Optional.empty();
    }
    Optional<String> text = string(key);
    if (text.isPresent() && text.get().isBlank()) {
      reporter.error("out_of_range", path(key), "is blank, expected a text");
      return Optional.empty();
    }
    return text;
  }

  /** Reports a missing key at the position of the table. */
  public void missing(String key, String expected) {
    reporter.error(
        "missing_key", path, "has no " + Suggestions.quote(key) + ", expected " + expected);
  }

  /** Returns {@code true} or {@code false}. */
  public Optional<Boolean> bool(String key) {
    return value(key)
        .filter(node -> expect(node.isBoolean(), key, "true or false", node))
        .map(JsonNode::booleanValue);
  }

  /** Returns an integer in {@code [min, Integer.MAX_VALUE]}. */
  public Optional<Integer> integer(String key, int min) {
    return integer(key, min, Integer.MAX_VALUE);
  }

  /** Returns an integer in {@code [min, max]}. */
  public Optional<Integer> integer(String key, int min, int max) {
    Optional<JsonNode> node =
        value(key).filter(n -> expect(n.isIntegralNumber(), key, "an integer", n));
    if (node.isPresent()) {
      long number = node.get().longValue();
      if (number < min || number > max) {
        String expected =
            max == Integer.MAX_VALUE ? "at least " + min : "from " + min + " to " + max;
        reporter.error(
            "out_of_range", path(key), "is " + number + ", expected an integer " + expected);
        return Optional.empty();
      }
    }
    return node.map(JsonNode::intValue);
  }

  /** Returns an integer or decimal number in {@code [min, max]}. */
  public Optional<Double> decimal(String key, double min, double max) {
    Optional<JsonNode> node = value(key).filter(n -> expect(n.isNumber(), key, "a number", n));
    if (node.isPresent()) {
      double number = node.get().doubleValue();
      if (!(number >= min && number <= max)) {
        reporter.error(
            "out_of_range",
            path(key),
            "is " + number + ", expected a number from " + min + " to " + max);
        return Optional.empty();
      }
    }
    return node.map(JsonNode::doubleValue);
  }

  /** Returns an array of strings; empty when absent or of another type. */
  public Optional<List<String>> strings(String key) {
    Optional<JsonNode> node =
        value(key).filter(n -> expect(n.isArray(), key, "an array of strings", n));
    if (node.isEmpty()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    int index = 0;
    for (JsonNode element : node.get()) {
      if (element.isTextual()) {
        texts.add(element.textValue());
      } else {
        List<String> place = path(key);
        place.add(String.valueOf(index));
        reporter.error("wrong_type", place, "is " + typeOf(element) + ", expected a string");
      }
      index++;
    }
    return Optional.of(texts);
  }

  /** Returns a sub-table. */
  public Optional<TomlSection> table(String key) {
    return value(key)
        .filter(node -> expect(node.isObject(), key, "a table", node))
        .map(node -> new TomlSection(reporter, (ObjectNode) node, path(key)));
  }

  /** Returns the sub-tables of a table of tables by key, in file order; others are reported. */
  public Map<String, TomlSection> tables() {
    Map<String, TomlSection> tables = new LinkedHashMap<>();
    for (String key : keys()) {
      table(key).ifPresent(section -> tables.put(key, section));
    }
    return tables;
  }

  /** Returns the elements of an array of tables; a single table counts as one element. */
  public List<TomlSection> sections(String key) {
    JsonNode node = table.path(key);
    if (node.isObject()) {
      return table(key).stream().toList();
    }
    List<TomlSection> sections = new ArrayList<>();
    if (value(key).isPresent() && expect(node.isArray(), key, "an array of tables", node)) {
      for (int i = 0; i < node.size(); i++) {
        List<String> place = path(key);
        place.add(String.valueOf(i));
        if (node.get(i) instanceof ObjectNode element) {
          sections.add(new TomlSection(reporter, element, place));
        } else {
          reporter.error("wrong_type", place, "is " + typeOf(node.get(i)) + ", expected a table");
        }
      }
    }
    return sections;
  }

  /**
   * Warns about every key that is not known, with the nearest known one.
   *
   * @param known keys somebody reads
   */
  public void warnUnknown(Collection<String> known) {
    Set<String> sorted = new TreeSet<>(known);
    for (String key : keys()) {
      if (!sorted.contains(key)) {
        reporter.warning(
            "unknown_key",
            path(key),
            "unknown key "
                + Suggestions.quote(key)
                + " is ignored"
                + Suggestions.didYouMean(key, sorted));
      }
    }
  }

  /** Returns what a value is, in words, for example {@code an array}. */
  public static String typeOf(JsonNode node) {
    if (node.isTextual()) {
      return "a string";
    } else if (node.isBoolean()) {
      return "a boolean";
    } else if (node.isIntegralNumber()) {
      return "an integer";
    } else if (node.isNumber()) {
      return "a decimal number";
    } else if (node.isArray()) {
      return "an array";
    }
    return "a table";
  }

  private boolean expect(boolean right, String key, String expected, JsonNode actual) {
    if (!right) {
      reporter.error("wrong_type", path(key), "is " + typeOf(actual) + ", expected " + expected);
    }
    return right;
  }
}
