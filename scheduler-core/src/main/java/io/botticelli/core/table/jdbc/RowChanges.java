package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.ContentReview.ReviewStatus;
import io.botticelli.core.table.ContentReview.RowChange;
import io.botticelli.core.table.TableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is done to one locked row. The caller owns the transaction. */
final class RowChanges {
  private final Connection connection;
  private final Relation table;
  private final long id;
  private final String key;

  private RowChanges(Connection connection, Relation table, long id, String key) {
    this.connection = connection;
    this.table = table;
    this.id = id;
    this.key = key;
  }

  /** Work on the locked row. */
  @FunctionalInterface
  interface Work<T> {
    T run(RowChanges changes) throws SQLException;
  }

  /**
   * Locks the row and compares its version.
   *
   * @throws TableException {@code row_missing}, {@code row_changed}, or {@code column_missing} when
   *     the table's rows cannot be told apart
   */
  static RowChanges lock(Connection connection, Relation table, RowChange change)
      throws SQLException {
    if (!table.writable()) {
      throw new TableException(
          "table_not_allowed", table.name() + " is a view; its rows cannot be changed");
    }
    TableColumn key = requireKey(table);
    RowChanges changes = new RowChanges(connection, table, change.id(), key.quoted());
    String now = changes.version(true);
    if (change.version().isPresent() && !change.version().get().equals(now)) {
      throw new TableException(
          "row_changed",
          "row "
              + change.id()
              + " of table "
              + table.name()
              + " has version "
              + now
              + ", not "
              + change.version().get()
              + ": somebody changed it; look at it again and repeat with its new version");
    }
    return changes;
  }

  static TableException noTable(String name) {
    return new TableException(
        "table_missing",
        "table "
            + name
            + " does not exist in schema content; narratives create theirs with the first row they"
            + " store");
  }

  private static TableColumn requireKey(Relation table) {
    return table
        .key()
        .orElseThrow(
            () ->
                new TableException(
                    "column_missing",
                    "table " + table.name() + " has no unique numeric id, so no row can be named"));
  }

  Connection connection() {
    return connection;
  }

  /** Returns the version the row has now, this transaction's own changes included. */
  String version() throws SQLException {
    return version(false);
  }

  private String version(boolean lock) throws SQLException {
    String sql =
        "SELECT xmin::text FROM "
            + table.quoted()
            + " WHERE "
            + key
            + " = ?"
            + (lock ? " FOR UPDATE" : "");
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new TableException(
              "row_missing", "table " + table.name() + " has no row " + id + " (any more)");
        }
        return row.getString(1);
      }
    }
  }

  void setTags(List<String> tags) throws SQLException {
    TableColumn column = table.columns().get("tags");
    if (!column.type().array() || !column.type().element().isText()) {
      throw unfit(column, "a list of texts");
    }
    set(column, connection.createArrayOf("text", tags.toArray()));
  }

  void setRating(int rating) throws SQLException {
    TableColumn column = table.columns().get("rating");
    if (!column.type().isInteger()) {
      throw unfit(column, "a whole number");
    }
    set(column, rating);
  }

  void setStatus(ReviewStatus status) throws SQLException {
    TableColumn column = table.columns().get("review_status");
    if (!column.type().isText()) {
      throw unfit(column, "a text");
    }
    set(column, status.stored());
  }

  private TableException unfit(TableColumn column, String expected) {
    return new TableException(
        "value_invalid",
        "column "
            + column.name()
            + " of table "
            + table.name()
            + " is data of type "
            + column.type().ddl()
            + ", expected "
            + expected);
  }

  private void set(TableColumn column, Object value) throws SQLException {
    String sql =
        "UPDATE " + table.quoted() + " SET " + column.quoted() + " = ? WHERE " + key + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, value);
      statement.setLong(2, id);
      statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  /**
   * Copies the row's data.
   *
   * @return id of the copy
   * @throws TableException if the target is missing, is the same table, or shares no data column
   */
  long copyInto(Optional<Relation> found, String name) throws SQLException {
    Relation target = found.orElseThrow(() -> noTable(name));
    if (!target.writable()) {
      throw new TableException("table_not_allowed", name + " is a view; nothing is copied into it");
    }
    if (target.name().equals(table.name())) {
      throw new TableException("value_invalid", "row " + id + " is in table " + name + " already");
    }
    TableColumn targetKey = requireKey(target);
    List<TableColumn> shared =
        target.columns().all().stream()
            .filter(column -> isData(column.name()) && !column.generated())
            .filter(column -> table.columns().has(column.name()))
            .toList();
    if (shared.isEmpty()) {
      throw new TableException(
          "column_missing",
          "tables " + table.name() + " and " + name + " share no data column to copy");
    }
    String into = shared.stream().map(TableColumn::quoted).collect(Collectors.joining(", "));
    String from =
        shared.stream()
            .map(column -> table.columns().get(column.name()).quoted())
            .collect(Collectors.joining(", "));
    String sql =
        "INSERT INTO "
            + target.quoted()
            + " ("
            + into
            + ") SELECT "
            + from
            + " FROM "
            + table.quoted()
            + " WHERE "
            + key
            + " = ? RETURNING "
            + targetKey.quoted();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(target.name(), failure);
    }
  }

  private static boolean isData(String column) {
    String folded = column.toLowerCase(Locale.ROOT);
    return !folded.equals(MetadataColumns.ID) && !MetadataColumns.definitions().containsKey(folded);
  }

  void delete() throws SQLException {
    String sql = "DELETE FROM " + table.quoted() + " WHERE " + key + " = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.executeUpdate();
    } catch (SQLException failure) {
      // For instance a foreign key of post_history.
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }
}
