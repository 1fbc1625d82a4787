package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.table.TableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Derives columns from the JSON objects of one response. Pure. */
final class SchemaInference {
  /** Far more than any prompt asks for; a response with more is confused or hostile. */
  static final int MAX_COLUMNS = 200;

  private SchemaInference() {}

  /** What a JSON value asks for. Order does not matter; {@link #widen} decides conflicts. */
  enum Kind {
    NULL("text"),
    BOOLEAN("boolean"),
    BIGINT("bigint"),
    NUMERIC("numeric"),
    DOUBLE("double precision"),
    JSONB("jsonb"),
    TEXT("text");

    private final String sql;

    Kind(String sql) {
      this.sql = sql;
    }

    private boolean isNumber() {
      return this == BIGINT || this == NUMERIC || this == DOUBLE;
    }
  }

  /**
   * @param types column name to SQL type, in order of first appearance
   * @param collisions keys that were dropped because an earlier key has the same column name
   */
  record Inferred(Map<String, String> types, List<String> collisions) {}

  /**
   * @throws TableException {@code value_invalid} if there are more than {@link #MAX_COLUMNS} fields
   */
  static Inferred infer(List<ObjectNode> rows) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    Map<String, String> owners = new LinkedHashMap<>();
    List<String> collisions = new ArrayList<>();
    for (ObjectNode row : rows) {
      for (Map.Entry<String, JsonNode> field : row.properties()) {
        String column = Identifiers.columnFor(field.getKey());
        String owner = owners.putIfAbsent(column, field.getKey());
        if (owner != null && !owner.equals(field.getKey())) {
          if (row.has(owner)) {
            collisions.add(field.getKey());
            continue;
          }
        }
        kinds.merge(column, kindOf(field.getValue()), SchemaInference::widen);
        if (kinds.size() > MAX_COLUMNS) {
          throw new TableException(
              "value_invalid",
              "the response has more than "
                  + MAX_COLUMNS
                  + " different fields, so no table is made of it; ask for fewer fields");
        }
      }
    }
    Map<String, String> types = new LinkedHashMap<>();
    kinds.forEach((column, kind) -> types.put(column, kind.sql));
    return new Inferred(types, collisions);
  }

  static Kind kindOf(JsonNode value) {
    if (value.isNull()) {
      return Kind.NULL;
    }
    if (value.isBoolean()) {
      return Kind.BOOLEAN;
    }
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? Kind.BIGINT : Kind.NUMERIC;
    }
    if (value.isNumber()) {
      return Kind.DOUBLE;
    }
    return value.isContainerNode() ? Kind.JSONB : Kind.TEXT;
  }

  /** Commutative, associative, idempotent. */
  static Kind widen(Kind one, Kind other) {
    if (one == other || other == Kind.NULL) {
      return one;
    }
    if (one == Kind.NULL) {
      return other;
    }
    if (one == Kind.TEXT || other == Kind.TEXT) {
      return Kind.TEXT;
    }
    if (one == Kind.JSONB || other == Kind.JSONB) {
      return Kind.JSONB;
    }
    if (one.isNumber() && other.isNumber()) {
      // NUMERIC holds every value of both without loss.
      return one == Kind.NUMERIC || other == Kind.NUMERIC ? Kind.NUMERIC : Kind.DOUBLE;
    }
    return Kind.TEXT;
  }
}
