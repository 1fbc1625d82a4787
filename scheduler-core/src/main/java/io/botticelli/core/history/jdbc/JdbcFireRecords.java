package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.timestamp;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireRecords;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Questions to {@code actor_server_executions} about the fires of one actor. */
public final class JdbcFireRecords implements FireRecords {
  /** Runs looked at: one is covering, the others are manual fires in between. */
  private static final int RECENT = 5;

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcFireRecords(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Rows of fires that never ran are not looked at: a long run leaves any number of them. */
  @Override
  public Optional<Execution> findRunDuring(ActorName actor, Instant instant) {
    String sql =
        """
        SELECT * FROM (
          SELECT * FROM public.actor_server_executions
          WHERE actor_name = ? AND status NOT IN ('skipped', 'missed') ORDER BY id DESC LIMIT ?) e
        WHERE e.attempt = 1 AND e.started_at < ? AND e.completed_at > ? LIMIT 1""";
    return transactions.read(
        "find a run of " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, actor.value());
            statement.setInt(2, RECENT);
            statement.setObject(3, timestamp(instant));
            statement.setObject(4, timestamp(instant));
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(ExecutionRows.execution(row)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public boolean isFollowed(Execution run, FireIdentity except) {
    String sql =
        """
        SELECT 1 FROM public.actor_server_executions
        WHERE task_id = ? AND kind = 'schedule' AND scheduled_for > ? AND scheduled_for < ?
          AND status NOT IN ('skipped', 'missed')
          AND NOT (scheduled_for = ? AND kind = ? AND receipt_id = ?) LIMIT 1""";
    Instant end = run.completedAt().orElseThrow();
    return transactions.read(
        "find what followed execution " + run.id(),
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, run.fire().actor().value());
            statement.setObject(2, timestamp(run.startedAt()));
            statement.setObject(3, timestamp(end));
            statement.setObject(4, timestamp(except.scheduledFor().truncatedTo(ChronoUnit.MILLIS)));
            statement.setString(5, except.kind().name().toLowerCase(Locale.ROOT));
            statement.setString(6, PostgresText.storable(except.receipt()));
            try (ResultSet row = statement.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  @Override
  public boolean isWaiting(ActorName actor, FireIdentity except) {
    String sql =
        """
        SELECT 1 FROM public.fire_waits WHERE task_id = ? AND kind = 'schedule'
          AND scheduled_for <> ? LIMIT 1""";
    return transactions.read(
        "find a waiting fire of " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, actor.value());
            statement.setObject(2, timestamp(except.scheduledFor().truncatedTo(ChronoUnit.MILLIS)));
            try (ResultSet row = statement.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  @Override
  public Optional<Instant> lastScheduled(ActorName actor) {
    String sql =
        "SELECT max(scheduled_for) AS latest FROM public.actor_server_executions"
            + " WHERE task_id = ? AND kind = 'schedule'";
    return transactions.read(
        "find the last fire of " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, actor.value());
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              return Columns.optionalInstant(row, "latest");
            }
          }
        });
  }
}
