package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.engine.Placeholders.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces placeholders in command arguments and table filters. Nothing may stay unresolved there,
 * so every expression without a meaning is reported.
 */
final class Arguments {
  /** Braces may not nest, which also keeps the search linear in hostile text. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{([^{}]*+)}}|\\$\\{([^{}]*+)}|\\$([A-Z][A-Z0-9_]++)(?![a-z])");

  private static final int MAX_SHOWN = 60;

  private final Placeholders placeholders;
  private final ObjectMapper mapper = new ObjectMapper();

  Arguments(Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  /**
   * Rendered arguments.
   *
   * @param unresolved expressions without a meaning, in order; when there is one the command must
   *     not be carried out
   */
  record Rendered(Map<String, JsonNode> values, List<String> unresolved) {}

  /**
   * A rendered filter.
   *
   * @param unresolved expressions without a meaning, in order; when there is one the query must not
   *     be made
   */
  record RenderedFilter(String text, List<String> unresolved) {}

  /** Replaces placeholders in every string of the arguments, however deep. */
  Rendered render(Pass pass, Map<String, Object> arguments) {
    List<String> unresolved = new ArrayList<>();
    Map<String, JsonNode> values = new LinkedHashMap<>();
    arguments.forEach((name, value) -> values.put(name, render(pass, value, unresolved)));
    return new Rendered(values, List.copyOf(unresolved));
  }

  /**
   * Replaces placeholders in a filter by SQL string literals. Inside a quoted literal of the filter
   * the value continues that literal; either way it cannot end it.
   */
  RenderedFilter renderFilter(Pass pass, String filter) {
    List<String> unresolved = new ArrayList<>();
    StringBuilder out = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(filter);
    int last = 0;
    char open = 0;
    while (matcher.find()) {
      String before = filter.substring(last, matcher.start());
      open = openQuote(before, open);
      out.append(before);
      last = matcher.end();
      if (matcher.group(3) != null) {
        out.append(matcher.group());
        continue;
      }
      String value = resolve(pass, matcher, unresolved).replace("'", "''");
      out.append(open == '\'' ? value : "'" + value + "'");
    }
    out.append(filter, last, filter.length());
    return new RenderedFilter(out.toString(), List.copyOf(unresolved));
  }

  /** Returns the quote that is open after a piece of SQL, 0 = none. */
  private static char openQuote(String sql, char openBefore) {
    char open = openBefore;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (open == 0 && (c == '\'' || c == '"')) {
        open = c;
      } else if (c == open) {
        open = 0;
      }
    }
    return open;
  }

  /** Lists the expressions that stand anywhere in an argument value, in order. */
  static List<String> expressions(Object value) {
    List<String> found = new ArrayList<>();
    collect(value, found);
    return found;
  }

  private static void collect(Object value, List<String> found) {
    if (value instanceof String text) {
      Matcher matcher = PLACEHOLDER.matcher(text);
      while (matcher.find()) {
        found.add(expression(matcher));
      }
    } else if (value instanceof List<?> list) {
      list.forEach(element -> collect(element, found));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(element -> collect(element, found));
    }
  }

  /** A placeholder as it stands in an argument. */
  record Use(String expression, Place place) {}

  /** Lists the placeholders anywhere in an argument value that must have a meaning, in order. */
  static List<Use> uses(Object value) {
    List<Use> found = new ArrayList<>();
    collectUses(value, found);
    return found;
  }

  private static void collectUses(Object value, List<Use> found) {
    if (value instanceof String text) {
      Matcher matcher = PLACEHOLDER.matcher(text);
      while (matcher.find()) {
        if (matcher.group(3) == null) {
          Place place = matcher.group(1) != null ? Place.BRACES : Place.DOLLAR;
          found.add(new Use(expression(matcher), place));
        }
      }
    } else if (value instanceof List<?> list) {
      list.forEach(element -> collectUses(element, found));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(element -> collectUses(element, found));
    }
  }

  private JsonNode render(Pass pass, Object value, List<String> unresolved) {
    if (value instanceof String text) {
      return mapper.getNodeFactory().textNode(renderText(pass, text, unresolved));
    }
    if (value instanceof List<?> list) {
      ArrayNode array = mapper.createArrayNode();
      list.forEach(element -> array.add(render(pass, element, unresolved)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = mapper.createObjectNode();
      map.forEach(
          (name, element) -> object.set(String.valueOf(name), render(pass, element, unresolved)));
      return object;
    }
    return mapper.valueToTree(value);
  }

  private String renderText(Pass pass, String text, List<String> unresolved) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int last = 0;
    while (matcher.find()) {
      out.append(text, last, matcher.start());
      out.append(resolve(pass, matcher, unresolved));
      last = matcher.end();
    }
    return out.append(text, last, text.length()).toString();
  }

  private String resolve(Pass pass, Matcher matcher, List<String> unresolved) {
    if (matcher.group(3) != null) {
      // "$NAME" without braces is prose unless such a variable is set.
      return placeholders.environment(matcher.group(3)).orElse(matcher.group());
    }
    Place place = matcher.group(1) != null ? Place.BRACES : Place.DOLLAR;
    Optional<Value> value = placeholders.find(pass, expression(matcher), place);
    if (value.isEmpty()) {
      unresolved.add(abbreviated(matcher.group()));
    }
    return value.map(Value::text).orElse(matcher.group());
  }

  private static String expression(Matcher matcher) {
    for (int group = 1; group <= 3; group++) {
      String text = matcher.group(group);
      if (text != null) {
        return text.strip();
      }
    }
    return "";
  }

  /** Shortens what goes into a message. */
  static String abbreviated(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
