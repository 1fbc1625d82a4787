package io.botticelli.core.toml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.botticelli.core.toml.Problem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A parsed TOML 1.0 file whose every key and array element knows its line and column.
 *
 * <p>Two parsers read the text. Values come from Jackson, positions from tomlj, and a text is
 * accepted only if both accept it. Dates and times are strings. Thread-safe as long as nobody
 * changes the tree.
 */
public final class TomlDocument {
  /** Longest text that is parsed, in characters; larger files are no configuration. */
  static final int MAX_CHARACTERS = 1 << 20;

  /** Deepest nesting of tables and arrays. tomlj has the same limit for what is written inline. */
  static final int MAX_DEPTH = 128;

  private static final int MAX_ERRORS = 20;

  private final String path;
  private final ObjectNode root;
  private final TomlTable positions;

  private TomlDocument(String path, ObjectNode root, TomlTable positions) {
    this.path = path;
    this.root = root;
    this.positions = positions;
  }

  /**
   * Parses a text.
   *
   * @param path name of the file, used in problems only
   * @param text the whole file; a leading byte order mark is ignored
   * @throws TomlSyntaxException if the text is not TOML 1.0, is longer than 1 MiB, or is nested
   *     deeper than 128 levels
   */
  public static TomlDocument parse(String path, String text) {
    String source = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (source.length() > MAX_CHARACTERS) {
      throw syntax(
          path,
          Position.FILE,
          "has %d characters, expected at most %d; split it"
              .formatted(source.length(), MAX_CHARACTERS));
    }
    TomlParseResult positions = Toml.parse(source);
    if (positions.hasErrors()) {
      throw new TomlSyntaxException(
          positions.errors().stream()
              .limit(MAX_ERRORS)
              .map(error -> problem(path, positionOf(error), message(error)))
              .toList());
    }
    ObjectNode root = read(path, source);
    copyIntegers(root, positions);
    return new TomlDocument(path, root, positions);
  }

  /** Returns the name of the file. */
  public String path() {
    return path;
  }

  /** Returns the values, keys in file order. Callers must not change it. */
  public ObjectNode root() {
    return root;
  }

  /**
   * Returns where a key or array element stands.
   *
   * @param keys keys from the root, array elements by index (for example {@code "0"})
   * @return the position of the nearest ancestor that has one when there is no such element, {@link
   *     Position#FILE} when none has
   */
  public Position positionOf(List<String> keys) {
    Position nearest = Position.FILE;
    Object current = positions;
    for (String key : keys) {
      TomlPosition position = null;
      Object next = null;
      if (current instanceof TomlTable table) {
        position = table.inputPositionOf(List.of(key));
        next = table.get(List.of(key));
      } else if (current instanceof TomlArray array) {
        int index = index(key);
        if (index >= 0 && index < array.size()) {
          position = array.inputPositionOf(index);
          next = array.get(index);
        }
      }
      if (position != null) {
        nearest = new Position(position.line(), position.column());
      }
      if (next == null) {
        break;
      }
      current = next;
    }
    return nearest;
  }

  /**
   * Returns the value at a path.
   *
   * @param keys as in {@link #positionOf(List)}
   * @return empty when there is none
   */
  public Optional<JsonNode> find(List<String> keys) {
    JsonNode current = root;
    for (String key : keys) {
      current = current.isArray() ? current.path(index(key)) : current.path(key);
    }
    return current.isMissingNode() ? Optional.empty() : Optional.of(current);
  }

  /**
   * Returns how a path is shown to people, for example {@code acts.fetch.input[0].type}.
   *
   * @param keys as in {@link #positionOf(List)}
   */
  public String fieldOf(List<String> keys) {
    StringBuilder field = new StringBuilder();
    JsonNode current = root;
    for (String key : keys) {
      if (current.isArray()) {
        field.append('[').append(key).append(']');
        current = current.path(index(key));
      } else {
        if (field.length() > 0) {
          field.append('.');
        }
        field.append(key.matches("[A-Za-z0-9_-]{1,80}") ? key : Suggestions.quote(key));
        current = current.path(key);
      }
    }
    return field.toString();
  }

  private static int index(String key) {
    return key.matches("[0-9]{1,9}") ? Integer.parseInt(key) : -1;
  }

  private static ObjectNode read(String path, String source) {
    TomlMapper mapper =
        TomlMapper.builder(
                TomlFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH + 1).build())
                    .build())
            .build();
    try {
      JsonNode node = mapper.readTree(source);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw syntax(path, Position.FILE, "is not a TOML table");
    } catch (JacksonException e) {
      JsonLocation location = e.getLocation();
      Position position =
          location == null
              ? Position.FILE
              : new Position(
                  Math.max(location.getLineNr(), 0), Math.max(location.getColumnNr(), 0));
      throw syntax(path, position, firstLine(e.getOriginalMessage()));
    }
  }

  /**
   * Takes integers from tomlj: jackson-dataformat-toml 2.22 loses leading digits of decimal
   * integers of 19 digits ({@code 1234567890123456789} becomes 123456789), the length of a Discord
   * id.
   */
  private static void copyIntegers(JsonNode target, Object source) {
    if (target instanceof ObjectNode object && source instanceof TomlTable table) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        Object value = table.get(List.of(key));
        if (value instanceof Long number && object.path(key).isIntegralNumber()) {
          object.set(key, integer(number));
        } else if (value != null) {
          copyIntegers(object.path(key), value);
        }
      }
    } else if (target instanceof ArrayNode list && source instanceof TomlArray array) {
      for (int i = 0; i < Math.min(list.size(), array.size()); i++) {
        Object value = array.get(i);
        if (value instanceof Long number && list.path(i).isIntegralNumber()) {
          list.set(i, integer(number));
        } else if (value != null) {
          copyIntegers(list.path(i), value);
        }
      }
    }
  }

  private static JsonNode integer(long number) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return number == (int) number ? nodes.numberNode((int) number) : nodes.numberNode(number);
  }

  private static Position positionOf(TomlParseError error) {
    TomlPosition position = error.position();
    return new Position(position.line(), position.column());
  }

  private static String message(TomlParseError error) {
    return firstLine(error.getMessage());
  }

  private static String firstLine(@Nullable String message) {
    String text = message == null ? "not valid TOML" : message.lines().findFirst().orElse("");
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private static TomlSyntaxException syntax(String path, Position position, String message) {
    return new TomlSyntaxException(List.of(problem(path, position, message)));
  }

  private static Problem problem(String path, Position position, String message) {
    return new Problem(
        Severity.ERROR,
        "toml_syntax",
        path,
        position.line(),
        position.column(),
        "",
        Optional.empty(),
        Optional.empty(),
        message);
  }
}
