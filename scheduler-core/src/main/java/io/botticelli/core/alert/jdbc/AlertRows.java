package io.botticelli.core.alert.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.alert.AlertStore.Alert;
import io.botticelli.core.alert.Condition;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.db.PostgresText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rows of {@code alerts}. Stateless; each method is part of its caller's transaction. */
final class AlertRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AlertRows() {}

  /** What makes two conditions the same alert. */
  record Identity(String rule, String subject) {
    /** Returns the identity of the row a condition becomes. */
    static Identity of(Condition condition) {
      return new Identity(
          PostgresText.storable(condition.rule()), PostgresText.storable(condition.subject()));
    }
  }

  /**
   * An alert that has not ended.
   *
   * @param unseenFor since when the condition was not found again
   */
  record Lasting(
      long id, Identity identity, boolean notified, Duration unseenFor, List<String> channels) {
    boolean isQuiet(Duration quiet) {
      return unseenFor.compareTo(quiet) >= 0;
    }
  }

  /** Opens an alert or brings the one there is up to date. */
  static long upsert(Connection connection, Condition condition) throws SQLException {
    String sql =
        """
        INSERT INTO public.alerts AS a (rule, subject, severity, summary, details, channels)
        VALUES (?, ?, ?, ?, ?::jsonb, ?)
        ON CONFLICT (rule, subject) WHERE resolved_at IS NULL DO UPDATE SET
          last_seen_at = clock_timestamp(), severity = EXCLUDED.severity,
          summary = EXCLUDED.summary, details = EXCLUDED.details,
          channels = CASE WHEN a.notified_at IS NULL THEN EXCLUDED.channels ELSE a.channels END
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(condition.rule()));
      statement.setString(2, PostgresText.storable(condition.subject()));
      statement.setString(3, stored(condition.severity()));
      statement.setString(4, PostgresText.storable(condition.summary()));
      statement.setString(5, json(condition.details()));
      statement.setArray(
          6, connection.createArrayOf("text", condition.channels().toArray(String[]::new)));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Tells, once, that an alert has lasted long enough for people to hear of it. */
  static boolean becomesKnown(Connection connection, long id, Duration hold) throws SQLException {
    String sql =
        """
        UPDATE public.alerts SET notified_at = clock_timestamp()
        WHERE id = ? AND notified_at IS NULL
          AND started_at <= clock_timestamp() - ? * interval '1 millisecond'""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.setLong(2, hold.toMillis());
      return statement.executeUpdate() == 1;
    }
  }

  static List<Lasting> lasting(Connection connection) throws SQLException {
    String sql =
        """
        SELECT id, rule, subject, notified_at IS NOT NULL, channels,
          (extract(epoch FROM clock_timestamp() - last_seen_at) * 1000)::bigint
        FROM public.alerts WHERE resolved_at IS NULL""";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      List<Lasting> alerts = new ArrayList<>();
      while (row.next()) {
        alerts.add(
            new Lasting(
                row.getLong(1),
                new Identity(row.getString(2), row.getString(3)),
                row.getBoolean(4),
                Duration.ofMillis(row.getLong(6)),
                List.of((String[]) row.getArray(5).getArray())));
      }
      return alerts;
    }
  }

  static void resolve(Connection connection, long id) throws SQLException {
    execute(
        connection, "UPDATE public.alerts SET resolved_at = clock_timestamp() WHERE id = ?", id);
  }

  /** Nobody was told of it, so nobody needs to hear of its end. */
  static void delete(Connection connection, long id) throws SQLException {
    execute(connection, "DELETE FROM public.alerts WHERE id = ?", id);
  }

  private static void execute(Connection connection, String sql, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.executeUpdate();
    }
  }

  static List<Alert> list(Connection connection, int limit) throws SQLException {
    String sql =
        """
        SELECT id, rule, subject, severity, summary, details, started_at, notified_at, resolved_at
        FROM public.alerts ORDER BY resolved_at IS NOT NULL, id DESC LIMIT ?""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, limit);
      List<Alert> alerts = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          alerts.add(
              new Alert(
                  row.getLong(1),
                  row.getString(2),
                  row.getString(3),
                  severity(row.getString(4)),
                  row.getString(5),
                  strings(row.getString(6)),
                  instant(row, 7).orElseThrow(),
                  instant(row, 8),
                  instant(row, 9)));
        }
      }
      return alerts;
    }
  }

  static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  static Severity severity(String stored) {
    return Severity.valueOf(stored.toUpperCase(Locale.ROOT));
  }

  static String stored(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  static String json(Map<String, String> details) {
    try {
      Map<String, String> storable = new TreeMap<>();
      details.forEach(
          (name, value) -> storable.put(PostgresText.storable(name), PostgresText.storable(value)));
      return JSON.writeValueAsString(storable);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  static Map<String, String> strings(String json) throws SQLException {
    try {
      return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("details of an alert are no map of texts", e);
    }
  }
}
