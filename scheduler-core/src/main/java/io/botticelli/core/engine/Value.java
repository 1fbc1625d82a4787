package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a placeholder stands for.
 *
 * @param text inserted as it is, never scanned again
 * @param truthy what a condition on it yields
 * @param rows elements a loop over it visits
 */
record Value(String text, boolean truthy, List<JsonNode> rows) {
  Value {
    rows = List.copyOf(rows);
  }

  static Value of(String text) {
    return new Value(text, !text.isBlank(), List.of());
  }

  static Value of(JsonNode node) {
    List<JsonNode> rows = new java.util.ArrayList<>();
    if (node.isArray()) {
      node.forEach(rows::add);
    }
    return new Value(JsonPaths.text(node), isTruthy(node), rows);
  }

  static boolean isTruthy(JsonNode node) {
    if (node.isContainerNode()) {
      return !node.isEmpty();
    }
    if (node.isTextual()) {
      return !node.textValue().isBlank();
    }
    if (node.isNumber()) {
      return node.doubleValue() != 0;
    }
    return node.asBoolean(false);
  }
}
