package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableNames;
import io.botticelli.core.table.TableSettings;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds tables and their columns in PostgreSQL's catalog, within what settings allow. */
final class TableCatalog {
  private static final String PUBLIC = "public";

  private static final String FIND =
      "SELECT n.nspname, c.oid, c.relkind IN ('r', 'p')"
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relname = ? AND n.nspname = ANY (?) AND c.relkind IN ('r', 'p', 'v', 'm')"
          + " ORDER BY array_position(?, n.nspname::text) LIMIT 1";

  private static final String COLUMNS =
      "SELECT a.attname, pg_catalog.format_type(a.atttypid, NULL), a.atttypmod,"
          + " tn.nspname = 'pg_catalog', a.attnotnull, a.atthasdef OR a.attidentity <> '',"
          + " a.attidentity <> '' OR coalesce(strpos(pg_get_expr(d.adbin, d.adrelid), 'nextval(') > 0, false),"
          + " a.attgenerated <> '' OR a.attidentity = 'a',"
          + " EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid"
          + "   AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts = 1"
          + "   AND i.indkey[0] = a.attnum),"
          + " CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END"
          + " FROM pg_catalog.pg_attribute a"
          + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
          + " LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'"
          + " JOIN pg_catalog.pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace)"
          + " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
          + " WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

  private final TableSettings settings;

  TableCatalog(TableSettings settings) {
    this.settings = settings;
  }

  /**
   * Checks a name without looking it up.
   *
   * @return the folded name
   * @throws TableException {@code identifier_invalid} or {@code table_not_allowed}
   */
  String checked(String name) {
    String folded = Identifiers.checked("table", name);
    if (TableNames.isSystem(folded) && !settings.allowSystem().contains(folded)) {
      throw new TableException(
          "table_not_allowed",
          "table "
              + folded
              + " belongs to the server; choose another name or list it in tables.allow_system");
    }
    return folded;
  }

  /** Finds a table that narratives may read; empty when there is none. */
  Optional<Relation> find(Connection connection, String name) throws SQLException {
    String folded = checked(name);
    List<String> schemas = new ArrayList<>();
    schemas.add(Relation.CONTENT);
    schemas.addAll(settings.schemas());
    if (TableNames.isSystem(folded)) {
      schemas.add(PUBLIC);
    }
    return find(connection, folded, schemas);
  }

  /** Finds a table whose shape may be copied: also {@code public.discord_*}. */
  Optional<Relation> findTemplate(Connection connection, String name) throws SQLException {
    Optional<Relation> found = find(connection, name);
    if (found.isEmpty() && checked(name).startsWith("discord_")) {
      found = find(connection, checked(name), List.of(PUBLIC));
    }
    return found;
  }

  /** Finds a table rows are stored in; only ever in schema {@code content}. */
  Optional<Relation> findTarget(Connection connection, String name) throws SQLException {
    return find(connection, checked(name), List.of(Relation.CONTENT));
  }

  /** Finds a table by the name rows were claimed under. */
  Optional<Relation> findClaimed(Connection connection, String claimName) throws SQLException {
    int dot = claimName.indexOf('.');
    return dot < 0
        ? find(connection, claimName, List.of(Relation.CONTENT))
        : find(connection, claimName.substring(dot + 1), List.of(claimName.substring(0, dot)));
  }

  private static Optional<Relation> find(Connection connection, String name, List<String> schemas)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FIND)) {
      Array path = connection.createArrayOf("text", schemas.toArray());
      statement.setString(1, name);
      statement.setArray(2, path);
      statement.setArray(3, path);
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          return Optional.empty();
        }
        Columns columns = new Columns(name, columns(connection, result.getLong(2)));
        return Optional.of(new Relation(result.getString(1), name, result.getBoolean(3), columns));
      }
    }
  }

  private static List<TableColumn> columns(Connection connection, long table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setLong(1, table);
      try (ResultSet result = statement.executeQuery()) {
        List<TableColumn> columns = new ArrayList<>();
        while (result.next()) {
          columns.add(
              new TableColumn(
                  result.getString(1),
                  ColumnType.of(result.getString(2), result.getInt(3), result.getBoolean(4)),
                  result.getBoolean(5),
                  result.getBoolean(6),
                  result.getBoolean(7),
                  result.getBoolean(8),
                  result.getBoolean(9),
                  Optional.ofNullable(result.getString(10))));
        }
        return columns;
      }
    }
  }
}
