package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.timestamp;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.PendingFires;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pending fires in {@code actor_server_executions}, {@code start_fires} and {@code fire_waits}. */
public final class JdbcPendingFires implements PendingFires {
  private static final int ALL = 500;

  private static final String WAITS =
      "SELECT actor_name, kind, scheduled_for, receipt_id, concurrency_group, since,"
          + " seen_at FROM public.fire_waits";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcPendingFires(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Cause> listUnchained(int limit) {
    String sql =
        "SELECT id, actor_name, completed_at FROM public.actor_server_executions"
            + " WHERE chain_pending ORDER BY id LIMIT ?";
    return transactions.read(
        "list executions that cause fires",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, limit);
            List<Cause> causes = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                causes.add(
                    new Cause(
                        row.getLong("id"),
                        new ActorName(row.getString("actor_name")),
                        Columns.instant(row, "completed_at").truncatedTo(ChronoUnit.MILLIS)));
              }
            }
            return causes;
          }
        });
  }

  @Override
  public void markChained(long executionId) {
    String sql = "UPDATE public.actor_server_executions SET chain_pending = false WHERE id = ?";
    transactions.write(
        "mark execution " + executionId + " as chained",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, executionId);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public Optional<Instant> findOpenStart() {
    String sql =
        """
        SELECT s.started_at FROM public.cluster_start s
        WHERE NOT EXISTS (SELECT 1 FROM public.start_fires f WHERE f.started_at = s.started_at)""";
    return transactions.read(
        "find the start of the cluster",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(Columns.instant(row, "started_at")) : Optional.empty();
          }
        });
  }

  @Override
  public void markStarted(Instant clusterStart) {
    String sql =
        "INSERT INTO public.start_fires (started_at) VALUES (?) ON CONFLICT (started_at) DO NOTHING";
    transactions.write(
        "mark the start of the cluster",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, timestamp(clusterStart));
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public List<Waiting> listWaiting() {
    return listSilent(Duration.ZERO, ALL);
  }

  @Override
  public List<Waiting> listSilent(Duration age, int limit) {
    String sql =
        WAITS
            + " WHERE seen_at <= clock_timestamp() - ? * interval '1 millisecond'"
            + " ORDER BY since LIMIT ?";
    return transactions.read(
        "list waiting fires",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, age.toMillis());
            statement.setInt(2, limit);
            return waiting(statement);
          }
        });
  }

  private static List<Waiting> waiting(PreparedStatement statement) throws SQLException {
    List<Waiting> waiting = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        waiting.add(
            new Waiting(
                ExecutionRows.fire(row),
                row.getString("concurrency_group"),
                Columns.instant(row, "since"),
                Columns.instant(row, "seen_at")));
      }
    }
    return waiting;
  }
}
