package io.botticelli.core.alert.jdbc;

import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.alert.AlertStore.Message;
import io.botticelli.core.alert.Condition;
import io.botticelli.core.db.PostgresText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rows of {@code alert_deliveries}. Stateless; each method is part of its caller's transaction. */
final class DeliveryRows {
  private static final String SELECT =
      """
      SELECT d.id, d.channel, d.event, d.alert_id, d.message->>'rule', d.message->>'subject',
        d.message->>'severity', d.message->>'summary', d.message->'details',
        (d.message->>'started_at')::timestamptz, (d.message->>'ended_at')::timestamptz,
        d.attempts, d.created_at, d.delivered_at, d.gave_up_at, d.last_error
      FROM public.alert_deliveries d\s""";

  private DeliveryRows() {}

  /** Stores a message with what its alert says now, so that later changes do not rewrite it. */
  static void store(Connection connection, long alertId, String channel, Event event)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.alert_deliveries (alert_id, channel, event, message)
        SELECT id, ?, ?, jsonb_build_object('rule', rule, 'subject', subject,
          'severity', severity, 'summary', summary, 'details', details,
          'started_at', started_at, 'ended_at', resolved_at)
        FROM public.alerts WHERE id = ?
        ON CONFLICT (alert_id, channel, event) DO NOTHING""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(channel));
      statement.setString(2, event.name().toLowerCase(Locale.ROOT));
      statement.setLong(3, alertId);
      statement.executeUpdate();
    }
  }

  static long storeTest(Connection connection, Condition test) throws SQLException {
    String sql =
        """
        INSERT INTO public.alert_deliveries (channel, event, message)
        VALUES (?, 'test', jsonb_build_object('rule', ?::text, 'subject', ?::text,
          'severity', ?::text, 'summary', ?::text, 'details', '{}'::jsonb,
          'started_at', clock_timestamp(), 'ended_at', NULL))
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(test.subject()));
      statement.setString(2, test.rule());
      statement.setString(3, PostgresText.storable(test.subject()));
      statement.setString(4, AlertRows.stored(test.severity()));
      statement.setString(5, PostgresText.storable(test.summary()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Counts the attempt when it is claimed: a node that dies while sending has tried. */
  static List<Delivery> claimDue(Connection connection, String node, Duration claim, int limit)
      throws SQLException {
    String sql =
        """
        UPDATE public.alert_deliveries SET attempts = attempts + 1, claimed_by = ?,
          claimed_until = clock_timestamp() + ? * interval '1 millisecond'
        WHERE id IN (
          SELECT due.id FROM public.alert_deliveries due
          WHERE due.delivered_at IS NULL AND due.gave_up_at IS NULL
            AND due.next_attempt_at <= clock_timestamp()
            AND (due.claimed_until IS NULL OR due.claimed_until <= clock_timestamp())
            AND NOT EXISTS (
              SELECT 1 FROM public.alert_deliveries first
              WHERE first.alert_id = due.alert_id AND first.channel = due.channel
                AND first.id < due.id AND first.delivered_at IS NULL
                AND first.gave_up_at IS NULL)
          ORDER BY due.next_attempt_at, due.id LIMIT ? FOR UPDATE SKIP LOCKED)
        RETURNING id""";
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(node));
      statement.setLong(2, claim.toMillis());
      statement.setInt(3, limit);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    ids.sort(Comparator.naturalOrder());
    List<Delivery> claimed = new ArrayList<>();
    for (long id : ids) {
      find(connection, id).ifPresent(claimed::add);
    }
    return claimed;
  }

  static Optional<Delivery> claim(Connection connection, long id, String node, Duration claim)
      throws SQLException {
    String sql =
        """
        UPDATE public.alert_deliveries SET attempts = attempts + 1, claimed_by = ?,
          claimed_until = clock_timestamp() + ? * interval '1 millisecond'
        WHERE id = ? AND delivered_at IS NULL AND gave_up_at IS NULL
          AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(node));
      statement.setLong(2, claim.toMillis());
      statement.setLong(3, id);
      return statement.executeUpdate() == 1 ? find(connection, id) : Optional.empty();
    }
  }

  static boolean delivered(Connection connection, long id) throws SQLException {
    String sql =
        "UPDATE public.alert_deliveries SET delivered_at = clock_timestamp(),"
            + " claimed_until = NULL, last_error = NULL WHERE id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      return statement.executeUpdate() == 1;
    }
  }

  static boolean failed(Connection connection, long id, String error, Optional<Duration> again)
      throws SQLException {
    String sql =
        """
        UPDATE public.alert_deliveries SET last_error = ?, claimed_until = NULL,
          next_attempt_at = clock_timestamp() + ? * interval '1 millisecond',
          gave_up_at = CASE WHEN ? THEN clock_timestamp() END
        WHERE id = ? AND delivered_at IS NULL""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, error);
      statement.setLong(2, again.orElse(Duration.ZERO).toMillis());
      statement.setBoolean(3, again.isEmpty());
      statement.setLong(4, id);
      return statement.executeUpdate() == 1;
    }
  }

  static Optional<Delivery> find(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SELECT + "WHERE d.id = ?")) {
      statement.setLong(1, id);
      return read(statement).stream().findFirst();
    }
  }

  static List<Delivery> list(Connection connection, int limit) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(SELECT + "ORDER BY d.id DESC LIMIT ?")) {
      statement.setInt(1, limit);
      return read(statement);
    }
  }

  private static List<Delivery> read(PreparedStatement statement) throws SQLException {
    List<Delivery> deliveries = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        long alertId = row.getLong(4);
        String key = row.wasNull() ? "test-" + row.getLong(1) : "alert-" + alertId;
        Instant startedAt = AlertRows.instant(row, 10).orElseThrow();
        deliveries.add(
            new Delivery(
                row.getLong(1),
                row.getString(2),
                Event.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                key,
                new Message(
                    row.getString(5),
                    row.getString(6),
                    AlertRows.severity(row.getString(7)),
                    row.getString(8),
                    AlertRows.strings(row.getString(9)),
                    startedAt,
                    AlertRows.instant(row, 11)),
                row.getInt(12),
                AlertRows.instant(row, 13).orElseThrow(),
                AlertRows.instant(row, 14),
                AlertRows.instant(row, 15),
                Optional.ofNullable(row.getString(16))));
      }
    }
    return deliveries;
  }
}
