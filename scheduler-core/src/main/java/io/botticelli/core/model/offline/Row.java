package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a table found in the conversation.
 *
 * @param cells column, lower-case, to value, in column order
 */
record Row(Map<String, JsonNode> cells) {
  private static final List<String> TEXT_COLUMNS =
      List.of("text_content", "content", "text", "message", "body", "post", "description");

  Optional<JsonNode> cell(String column) {
    return Optional.ofNullable(cells.get(column.toLowerCase(Locale.ROOT)))
        .filter(value -> !value.isNull());
  }

  /** Returns the row's text: a column known to hold one, else the longest string; may be empty. */
  String text() {
    for (String column : TEXT_COLUMNS) {
      Optional<JsonNode> value = cell(column).filter(JsonNode::isTextual);
      if (value.isPresent() && !value.get().asText().isBlank()) {
        return value.get().asText();
      }
    }
    String longest = "";
    for (JsonNode value : cells.values()) {
      if (value.isTextual() && value.asText().length() > longest.length()) {
        longest = value.asText();
      }
    }
    return longest;
  }
}
