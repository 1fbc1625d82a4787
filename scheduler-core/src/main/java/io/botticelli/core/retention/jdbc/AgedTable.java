package io.botticelli.core.retention.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A table of schema {@code content} whose rows can be aged: an integer {@code id}, {@code
 * review_status}, and when they were made.
 *
 * @param name lower case, a plain identifier
 * @param ageColumn {@code generated_at} or {@code created_at}
 */
record AgedTable(String name, String ageColumn) {
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  static Optional<AgedTable> find(Connection connection, String table) throws SQLException {
    if (objection(connection, table).isPresent()) {
      return Optional.empty();
    }
    String name = table.toLowerCase(Locale.ROOT);
    return Optional.of(new AgedTable(name, ageColumn(columns(connection, name)).orElseThrow()));
  }

  /** Returns what keeps a table from being aged, or empty. */
  static Optional<String> objection(Connection connection, String table) throws SQLException {
    String name = table.toLowerCase(Locale.ROOT);
    if (!IDENTIFIER.matcher(name).matches()) {
      return Optional.of("is no plain identifier");
    }
    Map<String, String> columns = columns(connection, name);
    if (columns.isEmpty()) {
      return Optional.of("there is no such table in schema content yet");
    }
    @Nullable String id = columns.get("id");
    if (id == null || !(id.equals("bigint") || id.equals("integer"))) {
      return Optional.of("has no integer column id");
    }
    @Nullable String status = columns.get("review_status");
    if (status == null || !(status.equals("text") || status.startsWith("character varying"))) {
      return Optional.of("has no column review_status of type text");
    }
    return ageColumn(columns).isPresent()
        ? Optional.empty()
        : Optional.of("has neither generated_at nor created_at of type timestamptz");
  }

  private static Optional<String> ageColumn(Map<String, String> columns) {
    for (String column : new String[] {"generated_at", "created_at"}) {
      if ("timestamp with time zone".equals(columns.get(column))) {
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }

  /** Name to type; empty when there is no such ordinary table. */
  private static Map<String, String> columns(Connection connection, String name)
      throws SQLException {
    String sql =
        "SELECT a.attname, pg_catalog.format_type(a.atttypid, NULL)"
            + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = 'content' AND c.relname = ? AND c.relkind IN ('r', 'p')"
            + " AND a.attnum > 0 AND NOT a.attisdropped";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        Map<String, String> columns = new HashMap<>();
        while (row.next()) {
          columns.put(row.getString(1), row.getString(2));
        }
        return columns;
      }
    }
  }

  String quoted() {
    return "content.\"" + name + "\"";
  }

  /**
   * Rows {@code t} that are old; binds status, days, and the name twice. A row stays while somebody
   * holds it, and while a message of it is under way or in doubt: that message is found again by
   * its row.
   */
  String oldRows() {
    return "FROM "
        + quoted()
        + " t WHERE t.review_status = ? AND t."
        + ageColumn
        + " < clock_timestamp() - ? * interval '1 day'"
        + " AND NOT EXISTS (SELECT 1 FROM public.row_claims c WHERE c.table_name = ?"
        + " AND c.row_id = t.id AND (c.lease_until > clock_timestamp() OR EXISTS (SELECT 1"
        + " FROM public.actor_server_executions e WHERE e.id = c.execution_id"
        + " AND e.status IN ('running', 'waiting_approval'))))"
        + " AND NOT EXISTS (SELECT 1 FROM public.outbound_posts o WHERE o.source_id = t.id"
        + " AND lower(o.source_table) = ? AND (o.status IN ('sending', 'unknown')"
        + " OR o.status = 'sent' AND o.settled_at IS NULL"
        + " OR o.status = 'pending' AND EXISTS (SELECT 1 FROM public.actor_server_executions e"
        + " WHERE e.id = o.execution_id AND e.status = 'running')))";
  }

  /** Without it each batch would read every row of the table. */
  void ensureIndex(Connection connection) throws SQLException {
    CRC32 checksum = new CRC32();
    checksum.update(name.getBytes(StandardCharsets.UTF_8));
    String index = String.format(Locale.ROOT, "retention_%08x", checksum.getValue());
    try (PreparedStatement known =
        connection.prepareStatement("SELECT to_regclass('content.' || ?) IS NOT NULL")) {
      known.setString(1, index);
      try (ResultSet row = known.executeQuery()) {
        if (row.next() && row.getBoolean(1)) {
          return;
        }
      }
    }
    try (PreparedStatement create =
        connection.prepareStatement(
            "CREATE INDEX IF NOT EXISTS "
                + index
                + " ON "
                + quoted()
                + " (review_status, "
                + ageColumn
                + ")")) {
      create.execute();
    }
  }
}
