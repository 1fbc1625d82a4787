package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns TOML values into String, Long, Double, Boolean, List and Map, in file order. */
final class PlainValues {
  private PlainValues() {}

  static Map<String, Object> of(ObjectNode table) {
    Map<String, Object> values = new LinkedHashMap<>();
    table.properties().forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
    return Collections.unmodifiableMap(values);
  }

  private static Object value(JsonNode node) {
    if (node instanceof ObjectNode table) {
      return of(table);
    } else if (node.isArray()) {
      List<Object> values = new ArrayList<>();
      node.forEach(element -> values.add(value(element)));
      return List.copyOf(values);
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.asText();
  }
}
