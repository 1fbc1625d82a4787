package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.table.ContentTables.StoreRequest;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.jdbc.Coercion.Coerced;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inserts the rows of one response; the caller owns the transaction. */
final class RowWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);
  private static final int MAX_WARNINGS = 20;
  private static final String NOW = "now()";

  private final Relation table;
  private final StoreRequest request;
  private final Set<String> warned = new HashSet<>();

  RowWriter(Relation table, StoreRequest request) {
    this.table = table;
    this.request = request;
  }

  /**
   * @throws TableException {@code value_invalid} if the table refuses a row; none is stored then
   */
  void insert(Connection connection, List<ObjectNode> rows) throws SQLException {
    for (int i = 0; i < rows.size(); i++) {
      insert(connection, values(rows.get(i), i + 1), i + 1);
    }
  }

  /** Column to value; {@link #NOW} as expression is marked by an absent value. */
  private Map<TableColumn, Optional<String>> values(ObjectNode row, int number) {
    Map<TableColumn, Optional<String>> values = new LinkedHashMap<>();
    boolean matched = false;
    for (Map.Entry<String, JsonNode> field : row.properties()) {
      Optional<TableColumn> column = FieldMatch.find(table.columns(), field.getKey());
      if (column.isEmpty()) {
        warn("field " + Identifiers.shown(field.getKey()) + " has no column and is ignored");
        continue;
      }
      matched = true;
      if (isOurs(column.get())) {
        continue;
      }
      if (values.containsKey(column.get())) {
        warn("field " + Identifiers.shown(field.getKey()) + " is ignored: its column is taken");
        continue;
      }
      Coerced coerced = Coercion.coerce(field.getValue(), column.get().type());
      coerced
          .problem()
          .ifPresent(why -> warn("column " + column.get().name() + ", row " + number + ": " + why));
      if (coerced.text() != null || !column.get().hasDefault() || !column.get().notNull()) {
        values.put(column.get(), Optional.ofNullable(coerced.text()));
      }
    }
    if (!matched) {
      throw new TableException(
          "value_invalid",
          "row "
              + number
              + " has no field that is a column of table "
              + table.name()
              + "; align the prompt with the table");
    }
    return values;
  }

  /** An id the table draws from a sequence is never taken from a response: it would collide. */
  private static boolean isOurs(TableColumn column) {
    return column.generated()
        || column.sequence()
        || MetadataColumns.SET_BY_ENGINE.contains(column.name());
  }

  private void insert(Connection connection, Map<TableColumn, Optional<String>> data, int number)
      throws SQLException {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    data.forEach((column, value) -> values.put(column.quoted(), value.orElse(null)));
    Map<String, String> expressions = new LinkedHashMap<>();
    metadata("source_narrative", request.narrative(), values);
    metadata("source_act", request.act(), values);
    request.model().ifPresent(model -> metadata("generation_model", model, values));
    metadata("run_id", request.runId(), values);
    table
        .columns()
        .find(MetadataColumns.GENERATED_AT)
        .filter(column -> column.type().isTime() || column.type().isText())
        .ifPresent(column -> expressions.put(column.quoted(), NOW));
    requireAll(data, values, expressions, number);
    execute(connection, values, expressions);
  }

  private void metadata(String name, String value, Map<String, @Nullable String> values) {
    table
        .columns()
        .find(name)
        .filter(column -> column.type().isText())
        .ifPresent(
            column ->
                values.put(
                    column.quoted(),
                    Coercion.coerce(TextNode.valueOf(value), column.type()).text()));
  }

  private void requireAll(
      Map<TableColumn, Optional<String>> data,
      Map<String, @Nullable String> values,
      Map<String, String> expressions,
      int number) {
    for (TableColumn column : table.columns().all()) {
      boolean filled =
          !column.notNull()
              || expressions.containsKey(column.quoted())
              || values.get(column.quoted()) != null
              || column.hasDefault() && !data.containsKey(column);
      if (!filled) {
        throw new TableException(
            "value_invalid",
            "row "
                + number
                + " has no usable value for column "
                + column.name()
                + " of table "
                + table.name()
                + ", which must not be empty");
      }
    }
  }

  private void execute(
      Connection connection, Map<String, @Nullable String> values, Map<String, String> expressions)
      throws SQLException {
    String names =
        String.join(", ", values.keySet())
            + (values.isEmpty() || expressions.isEmpty() ? "" : ", ")
            + String.join(", ", expressions.keySet());
    String marks =
        values.keySet().stream().map(name -> "?").collect(Collectors.joining(", "))
            + (values.isEmpty() || expressions.isEmpty() ? "" : ", ")
            + String.join(", ", expressions.values());
    String sql =
        "INSERT INTO "
            + table.quoted()
            + (names.isEmpty() ? " DEFAULT VALUES" : " (" + names + ") VALUES (" + marks + ")");
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int index = 1;
      for (String value : values.values()) {
        bind(statement, index++, value);
      }
      statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  /** Without a type, so that PostgreSQL reads the text as the column's type. */
  static void bind(PreparedStatement statement, int index, @Nullable String value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.OTHER);
    } else {
      statement.setObject(index, value, Types.OTHER);
    }
  }

  private void warn(String what) {
    if (warned.add(what) && warned.size() <= MAX_WARNINGS) {
      LOG.warn("table {}: {}", table.name(), what);
    }
  }
}
