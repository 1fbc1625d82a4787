package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.table.ContentTables.TableUpdate;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.jdbc.Coercion.Coerced;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code database.update_table}; the caller owns the transaction. */
final class TableUpdater {
  private static final String NOW = "NOW()";

  private TableUpdater() {}

  /**
   * @param keys exactly these rows, or empty: those the filter selects
   * @return rows changed
   */
  static int update(
      Connection connection, Relation table, TableUpdate update, Optional<List<Long>> keys)
      throws SQLException {
    SqlFragment where = FilterParser.parse(update.where(), table.columns());
    Map<TableColumn, @Nullable String> values = values(table, update.values());
    List<@Nullable String> bound = new ArrayList<>();
    String set = set(values, bound);
    TableReader.checkFilter(connection, table, where);
    if (keys.isPresent()) {
      return updateKeys(connection, table, set, bound, keys.get());
    }
    if (update.limit().isPresent()) {
      return updateOldest(connection, table, set, bound, where, update.limit().get());
    }
    return updateAll(connection, table, set, bound, where);
  }

  private static int updateKeys(
      Connection connection,
      Relation table,
      String set,
      List<@Nullable String> bound,
      List<Long> keys)
      throws SQLException {
    TableColumn key =
        table
            .key()
            .orElseThrow(
                () ->
                    new TableException(
                        "column_missing",
                        "table "
                            + table.name()
                            + " has no unique numeric id, so single rows cannot be updated"));
    String sql =
        "UPDATE " + table.quoted() + " AS t SET " + set + " WHERE t." + key.quoted() + " = ANY (?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = bind(statement, bound);
      statement.setArray(next, connection.createArrayOf("bigint", keys.toArray()));
      return statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  /** The rows are chosen and locked first, so that a limit holds whatever the planner does. */
  private static int updateOldest(
      Connection connection,
      Relation table,
      String set,
      List<@Nullable String> bound,
      SqlFragment where,
      int limit)
      throws SQLException {
    if (limit < 0) {
      throw new TableException(
          "value_invalid",
          "limit of an update of table " + table.name() + " is " + limit + ", expected 0 or more");
    }
    List<String> ids = choose(connection, table, where, limit);
    String sql =
        "UPDATE " + table.quoted() + " AS t SET " + set + " WHERE t." + handle(table, true);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = bind(statement, bound);
      statement.setArray(next, connection.createArrayOf("text", ids.toArray()));
      return statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  private static int updateAll(
      Connection connection,
      Relation table,
      String set,
      List<@Nullable String> bound,
      SqlFragment where)
      throws SQLException {
    String sql = "UPDATE " + table.quoted() + " AS t SET " + set + " WHERE (" + where.sql() + ")";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      where.bind(statement, bind(statement, bound));
      return statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  private static List<String> choose(
      Connection connection, Relation table, SqlFragment where, int limit) throws SQLException {
    String sql =
        "SELECT t."
            + handle(table, false)
            + "::text FROM "
            + table.quoted()
            + " AS t WHERE ("
            + where.sql()
            + ")"
            + OrderBy.byAge(table.columns(), false)
            + " LIMIT ? FOR UPDATE";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = where.bind(statement, 1);
      statement.setInt(next, limit);
      List<String> ids = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          ids.add(result.getString(1));
        }
      }
      return ids;
    } catch (SQLException failure) {
      throw SqlFailures.ofFilter(table.name(), failure);
    }
  }

  /** A locked row keeps its physical address until this transaction ends. */
  private static String handle(Relation table, boolean compare) {
    return table
        .key()
        .map(key -> key.quoted() + (compare ? " = ANY (?::bigint[])" : ""))
        .orElse(compare ? "ctid = ANY (?::tid[])" : "ctid");
  }

  private static Map<TableColumn, @Nullable String> values(
      Relation table, Map<String, JsonNode> updates) {
    if (updates.isEmpty()) {
      throw new TableException(
          "value_invalid", "update of table " + table.name() + " names no column to change");
    }
    Map<TableColumn, @Nullable String> values = new LinkedHashMap<>();
    updates.forEach(
        (name, value) -> {
          TableColumn column = table.columns().get(Identifiers.checked("column", name));
          if (values.containsKey(column)) {
            throw new TableException(
                "value_invalid", "column " + column.name() + " is updated twice");
          }
          values.put(column, value(table, column, value));
        });
    return values;
  }

  private static @Nullable String value(Relation table, TableColumn column, JsonNode value) {
    ColumnType type = column.type();
    if (isNow(value)) {
      if (!type.isTime() && !type.isText()) {
        throw refused(table, column, "NOW() is not a value of type " + type.name());
      }
      return NOW;
    }
    if (value.isObject() && !type.isJson() || value.isArray() && !type.isJson() && !type.array()) {
      throw refused(table, column, "a list or table is not a value of type " + type.name());
    }
    if (type.array() && value.isArray()) {
      value.forEach(
          item -> {
            if (item.isContainerNode()) {
              throw refused(table, column, "an array column takes scalars only");
            }
          });
    }
    Coerced coerced = Coercion.coerce(value, type);
    if (coerced.problem().isPresent()) {
      throw refused(table, column, coerced.problem().get());
    }
    return coerced.text();
  }

  private static boolean isNow(JsonNode value) {
    return value.isTextual() && NOW.equalsIgnoreCase(value.asText());
  }

  private static TableException refused(Relation table, TableColumn column, String why) {
    return new TableException(
        "value_invalid", "column " + column.name() + " of table " + table.name() + ": " + why);
  }

  private static String set(
      Map<TableColumn, @Nullable String> values, List<@Nullable String> bound) {
    List<String> assignments = new ArrayList<>();
    values.forEach(
        (column, value) -> {
          if (NOW.equals(value)) {
            assignments.add(column.quoted() + " = now()");
          } else {
            assignments.add(column.quoted() + " = ?");
            bound.add(value);
          }
        });
    return String.join(", ", assignments);
  }

  private static int bind(PreparedStatement statement, List<@Nullable String> values)
      throws SQLException {
    int index = 1;
    for (String value : values) {
      RowWriter.bind(statement, index++, value);
    }
    return index;
  }
}
