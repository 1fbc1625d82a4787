package io.botticelli.core.posting.jdbc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a published message changes in the content store: its source row is marked and {@code
 * content.post_history} gets a line. On one connection inside one transaction.
 */
final class PostedRows {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final String LIBRARY = "content";

  private final Connection connection;

  PostedRows(Connection connection) {
    this.connection = connection;
  }

  /** Where a row stands, as far as its columns can tell. */
  enum Mark {
    /** Every column that says so says it was posted. */
    POSTED,
    /** A column says it is waiting: after it had been marked, somebody put it back. */
    WAITING,
    /** The row is gone, or its table has no such column. */
    UNKNOWN
  }

  Mark markOf(SourceRow source) throws SQLException {
    Map<String, String> columns = columns(source);
    List<String> conditions = new ArrayList<>();
    if (holdsText(columns.get("review_status"))) {
      conditions.add("coalesce(review_status = 'posted', false)");
    }
    if (holdsTime(columns.get("posted_at"))) {
      conditions.add("posted_at IS NOT NULL");
    }
    if (conditions.isEmpty() || !holdsNumber(columns.get("id"))) {
      return Mark.UNKNOWN;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT "
                + String.join(" AND ", conditions)
                + " FROM "
                + name(source)
                + " WHERE id = ?")) {
      statement.setLong(1, source.id());
      try (ResultSet row = statement.executeQuery()) {
        return !row.next() ? Mark.UNKNOWN : row.getBoolean(1) ? Mark.POSTED : Mark.WAITING;
      }
    }
  }

  /** Marks a row as posted in whatever columns its table has for that. */
  void mark(SourceRow source) throws SQLException {
    Map<String, String> columns = columns(source);
    List<String> changes = new ArrayList<>();
    if (holdsTime(columns.get("posted_at"))) {
      changes.add("posted_at = now()");
    }
    if (holdsText(columns.get("review_status"))) {
      changes.add("review_status = 'posted'");
    }
    if (isLibrary(source)) {
      changes.add("post_count = post_count + 1");
      changes.add("last_posted_at = now()");
    }
    if (changes.isEmpty() || !holdsNumber(columns.get("id"))) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE " + name(source) + " SET " + String.join(", ", changes) + " WHERE id = ?")) {
      statement.setLong(1, source.id());
      statement.executeUpdate();
    }
  }

  /**
   * Appends a message to {@code content.post_history}: its first part's id, all of them in {@code
   * metadata.message_ids} (array of strings), and where it came from in {@code metadata.table} and
   * {@code metadata.row_id}.
   */
  void appendHistory(List<OutboundRow> parts) throws SQLException {
    OutboundRow first = parts.get(0);
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("execution_id", first.executionId());
    parts.forEach(
        part ->
            part.messageId().ifPresent(id -> metadata.withArrayProperty("message_ids").add(id)));
    first
        .source()
        .ifPresent(source -> metadata.put("table", source.table()).put("row_id", source.id()));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO content.post_history"
                + " (content_id, actor_name, platform, channel_id, post_id, metadata)"
                + " VALUES ((SELECT id FROM content.content WHERE id = ?), ?, ?, ?, ?, ?::jsonb)")) {
      statement.setObject(
          1,
          first.source().filter(PostedRows::isLibrary).map(SourceRow::id).orElse(null),
          java.sql.Types.BIGINT);
      statement.setString(2, first.actor());
      statement.setString(3, first.platform());
      statement.setString(4, first.channelId());
      statement.setString(5, first.messageId().orElseThrow());
      statement.setString(6, metadata.toString());
      statement.executeUpdate();
    }
  }

  private static boolean isLibrary(SourceRow source) {
    return source.table().equalsIgnoreCase(LIBRARY);
  }

  /** Returns column to type of a content table; empty when there is no such table. */
  private Map<String, String> columns(SourceRow source) throws SQLException {
    Map<String, String> columns = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_catalog.pg_attribute"
                + " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped"
                + " AND attname IN ('id', 'posted_at', 'review_status')")) {
      statement.setString(1, name(source));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.put(row.getString(1), row.getString(2));
        }
      }
    }
    return columns;
  }

  /** Refuses a table name that is not a plain identifier, before anything is sent for it. */
  static void checkName(SourceRow source) {
    if (!IDENTIFIER.matcher(source.table()).matches()) {
      throw new IllegalArgumentException(
          "source table of a post is not a plain identifier of at most 63 letters, digits and _");
    }
  }

  /** The name becomes SQL text, so it is checked here too. */
  private static String name(SourceRow source) {
    checkName(source);
    return "content.\"" + source.table().toLowerCase(Locale.ROOT) + "\"";
  }

  // A model's own column of that name may hold anything; only what can hold the mark gets it.

  private static boolean holdsTime(@Nullable String type) {
    return type != null && (type.startsWith("timestamp") || type.equals("date"));
  }

  private static boolean holdsText(@Nullable String type) {
    return type != null && (type.equals("text") || type.startsWith("character varying"));
  }

  private static boolean holdsNumber(@Nullable String type) {
    return type != null && (type.equals("bigint") || type.equals("integer"));
  }
}
