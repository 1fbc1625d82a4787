package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.timestamp;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads rows of {@code actor_server_executions} and binds the identity of a fire. */
final class ExecutionRows {
  private ExecutionRows() {}

  /** Lists executions, newest first. */
  static List<Execution> list(Connection connection, Filter filter) throws SQLException {
    StringBuilder sql =
        new StringBuilder("SELECT * FROM public.actor_server_executions WHERE true");
    List<Object> values = new ArrayList<>();
    filter.actor().ifPresent(actor -> add(sql, values, " AND actor_name = ?", actor.value()));
    filter.status().ifPresent(status -> add(sql, values, " AND status = ?", status.stored()));
    filter.since().ifPresent(at -> add(sql, values, " AND started_at >= ?", timestamp(at)));
    filter.until().ifPresent(at -> add(sql, values, " AND started_at < ?", timestamp(at)));
    // An old period among a million rows is found through the index on started_at only when that is
    // also the order; both orders are the same but for neighbours.
    boolean byTime =
        filter.actor().isEmpty() && (filter.since().isPresent() || filter.until().isPresent());
    if (filter.beforeId().isPresent()) {
      long id = filter.beforeId().get();
      Optional<Instant> cursor = byTime ? startOf(connection, id) : Optional.empty();
      if (cursor.isPresent()) {
        sql.append(" AND (started_at, id) < (?, ?)");
        values.add(timestamp(cursor.get()));
        values.add(id);
      } else {
        add(sql, values, " AND id < ?", id);
      }
    }
    sql.append(byTime ? " ORDER BY started_at DESC, id DESC" : " ORDER BY id DESC");
    add(sql, values, " LIMIT ?", filter.limit());
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      List<Execution> executions = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          executions.add(execution(row));
        }
      }
      return executions;
    }
  }

  private static Optional<Instant> startOf(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT started_at FROM public.actor_server_executions WHERE id = ?")) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(Columns.instant(row, "started_at")) : Optional.empty();
      }
    }
  }

  private static void add(StringBuilder sql, List<Object> values, String condition, Object value) {
    sql.append(condition);
    values.add(value);
  }

  /** Binds task, actor, kind, scheduled time and receipt at 1..5 and returns 6. */
  static int bindFire(PreparedStatement statement, FireIdentity fire) throws SQLException {
    Instant scheduledFor = fire.scheduledFor().truncatedTo(ChronoUnit.MILLIS);
    statement.setString(1, fire.actor().value());
    statement.setString(2, fire.actor().value());
    statement.setString(3, fire.kind().name().toLowerCase(Locale.ROOT));
    statement.setObject(4, timestamp(scheduledFor));
    statement.setString(5, PostgresText.storable(fire.receipt()));
    return 6;
  }

  static FireIdentity fire(ResultSet row) throws SQLException {
    return new FireIdentity(
        new ActorName(row.getString("actor_name")),
        Columns.instant(row, "scheduled_for"),
        FireIdentity.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("receipt_id"));
  }

  static Execution execution(ResultSet row) throws SQLException {
    return new Execution(
        row.getLong("id"),
        fire(row),
        Columns.instant(row, "started_at"),
        Columns.optionalInstant(row, "completed_at"),
        ExecutionStatus.ofStored(row.getString("status")),
        Columns.optionalText(row, "error_code"),
        Columns.optionalText(row, "error_message"),
        row.getString("node"),
        row.getInt("attempt"),
        row.getInt("epoch"),
        row.getInt("skills_succeeded"),
        row.getInt("skills_failed"),
        row.getInt("skills_skipped"),
        row.getLong("tokens_in"),
        row.getLong("tokens_out"),
        row.getString("definition_version"),
        Columns.optionalText(row, "failure_class").map(FailureClass::ofStored));
  }
}
