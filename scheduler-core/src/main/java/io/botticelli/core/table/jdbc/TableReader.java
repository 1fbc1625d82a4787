package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.table.ContentTables.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Selects rows. The caller owns the transaction. */
final class TableReader {
  static final Rows MISSING = new Rows(false, List.of(), List.of(), List.of());

  private TableReader() {}

  static Rows read(Connection connection, Relation table, Selection selection) throws SQLException {
    String sql =
        select(table, selection.columns())
            + " FROM "
            + table.quoted()
            + " AS t"
            + selection.whereClause()
            + selection.orderBy()
            + " LIMIT ? OFFSET ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = 1;
      if (selection.where().isPresent()) {
        next = selection.where().get().bind(statement, next);
      }
      statement.setInt(next, selection.limit());
      statement.setInt(next + 1, selection.offset());
      return rows(statement, table, selection.columns());
    } catch (SQLException failure) {
      throw SqlFailures.ofFilter(table.name(), failure);
    }
  }

  /** Reads rows by key, in the order of the keys; rows that are gone are left out. */
  static Rows readByKeys(
      Connection connection, Relation table, List<TableColumn> columns, List<Long> keys)
      throws SQLException {
    TableColumn key = table.key().orElseThrow();
    String sql =
        select(table, columns)
            + " FROM unnest(?) WITH ORDINALITY AS k (row_id, ordinal) JOIN "
            + table.quoted()
            + " AS t ON t."
            + key.quoted()
            + " = k.row_id ORDER BY k.ordinal";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("bigint", keys.toArray()));
      return rows(statement, table, columns);
    }
  }

  static long count(Connection connection, Relation table, Optional<SqlFragment> where)
      throws SQLException {
    String sql =
        "SELECT count(*) FROM "
            + table.quoted()
            + " AS t"
            + where.map(filter -> " WHERE (" + filter.sql() + ")").orElse("");
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (where.isPresent()) {
        where.get().bind(statement, 1);
      }
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    } catch (SQLException failure) {
      throw SqlFailures.ofFilter(table.name(), failure);
    }
  }

  /**
   * Has PostgreSQL check a filter's types without running it, so that a mistake in it is not taken
   * for one in the values of an update.
   */
  static void checkFilter(Connection connection, Relation table, SqlFragment where)
      throws SQLException {
    String sql = "SELECT 1 FROM " + table.quoted() + " AS t WHERE (" + where.sql() + ") LIMIT 0";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      where.bind(statement, 1);
      statement.executeQuery().close();
    } catch (SQLException failure) {
      throw SqlFailures.ofFilter(table.name(), failure);
    }
  }

  private static String select(Relation table, List<TableColumn> columns) {
    return "SELECT "
        + RowJson.selectList(columns)
        + table.key().map(key -> ", t." + key.quoted()).orElse("");
  }

  private static Rows rows(PreparedStatement statement, Relation table, List<TableColumn> columns)
      throws SQLException {
    boolean keyed = table.key().isPresent();
    List<JsonNode> rows = new ArrayList<>();
    List<Long> keys = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(RowJson.row(result, columns));
        if (keyed) {
          keys.add(result.getLong(columns.size() + 1));
        }
      }
    }
    return new Rows(true, columns.stream().map(TableColumn::name).toList(), rows, keys);
  }
}
