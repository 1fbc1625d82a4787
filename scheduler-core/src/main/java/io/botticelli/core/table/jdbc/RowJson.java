package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON: numbers exact, times ISO-8601 in UTC, arrays and JSON nested, everything else as
 * PostgreSQL prints it.
 */
final class RowJson {
  /** PostgreSQL's numeric has up to 131,072 digits before and 16,383 after the point. */
  private static final int MAX_DIGITS = 150_000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(MAX_DIGITS)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private RowJson() {}

  /** Returns the select list; reads back with {@link #row}. */
  static String selectList(List<TableColumn> columns) {
    StringBuilder list = new StringBuilder();
    for (TableColumn column : columns) {
      if (list.length() > 0) {
        list.append(", ");
      }
      String name = "t." + column.quoted();
      list.append(column.type().array() ? "array_to_json(" + name + ")::text" : name);
    }
    return list.toString();
  }

  static ObjectNode row(ResultSet result, List<TableColumn> columns) throws SQLException {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.size(); i++) {
      row.set(columns.get(i).name(), value(result, i + 1, columns.get(i).type()));
    }
    return row;
  }

  private static JsonNode value(ResultSet result, int index, ColumnType type) throws SQLException {
    @Nullable String text = result.getString(index);
    if (text == null) {
      return NullNode.instance;
    }
    if (type.array() || type.isJson()) {
      return parsed(text);
    }
    return switch (type.name()) {
      case "smallint", "integer", "bigint" -> LongNode.valueOf(result.getLong(index));
      case "numeric" -> decimal(text);
      case "double precision" -> real(text, result.getDouble(index));
      case "real" -> {
        float number = result.getFloat(index);
        yield Float.isFinite(number) ? FloatNode.valueOf(number) : TextNode.valueOf(text);
      }
      case "boolean" -> JsonNodeFactory.instance.booleanNode(result.getBoolean(index));
      case "timestamp with time zone" ->
          text.contains("infinity")
              ? TextNode.valueOf(text)
              : TextNode.valueOf(
                  result.getObject(index, OffsetDateTime.class).toInstant().toString());
      case "timestamp without time zone" ->
          text.contains("infinity")
              ? TextNode.valueOf(text)
              : TextNode.valueOf(
                  result
                      .getObject(index, LocalDateTime.class)
                      .toInstant(ZoneOffset.UTC)
                      .toString());
      default -> TextNode.valueOf(text);
    };
  }

  private static JsonNode real(String text, double number) {
    return Double.isFinite(number) ? DoubleNode.valueOf(number) : TextNode.valueOf(text);
  }

  private static JsonNode decimal(String text) {
    return Character.isLetter(text.charAt(text.length() - 1))
        ? TextNode.valueOf(text) // NaN, Infinity
        : DecimalNode.valueOf(new BigDecimal(text));
  }

  private static JsonNode parsed(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException deeperThanWeRead) {
      return TextNode.valueOf(json);
    }
  }
}
