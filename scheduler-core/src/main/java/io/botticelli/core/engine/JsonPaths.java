package io.botticelli.core.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads, navigates and writes JSON the way placeholders see it. */
final class JsonPaths {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final ObjectWriter PRETTY =
      MAPPER
          .writer()
          .with(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private JsonPaths() {}

  /** Parses a whole text; empty when it is blank or not JSON. */
  static Optional<JsonNode> parse(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  /**
   * Follows a path such as {@code a.b[0].c} or {@code $.a.0}.
   *
   * @return empty when a segment does not exist
   */
  static Optional<JsonNode> find(JsonNode root, String path) {
    JsonNode node = root;
    for (String segment : segments(path)) {
      JsonNode next = null;
      if (node.isObject()) {
        next = node.get(segment);
      } else if (node.isArray() && segment.matches("\\d{1,9}")) {
        next = node.get(Integer.parseInt(segment));
      }
      if (next == null) {
        return Optional.empty();
      }
      node = next;
    }
    return Optional.of(node);
  }

  /** Spells a value: strings bare, everything else as compact JSON. */
  static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : node.toString();
  }

  /** Spells a value as JSON indented by two blanks. */
  static String pretty(JsonNode node) {
    try {
      return PRETTY.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      return node.toString();
    }
  }

  /** Turns an argument of a narrative file into JSON. */
  static JsonNode toNode(Object value) {
    return MAPPER.valueToTree(value);
  }

  private static List<String> segments(String path) {
    String rest = path.strip();
    if (rest.startsWith("$")) {
      rest = rest.substring(1);
    }
    List<String> segments = new ArrayList<>();
    for (String piece : rest.replace("[", ".").replace("]", "").split("\\.")) {
      if (!piece.isEmpty()) {
        segments.add(piece);
      }
    }
    return segments;
  }
}
