package io.botticelli.core.scheduling.jdbc;

import io.botticelli.core.db.SqlStates;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.scheduling.ClusterState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** The scheduler's questions to PostgreSQL. */
public final class JdbcClusterState implements ClusterState {
  /** Key of the advisory lock around reconciling; any constant no other part uses. */
  private static final long RECONCILE_LOCK = 0x626f_7474_7265_636fL;

  private static final String PREFIX = "public.qrtz_";

  private final DataSource dataSource;
  private final Transactions transactions;

  /**
   * @param dataSource application pool; the lock keeps one connection while work runs
   */
  public JdbcClusterState(DataSource dataSource) {
    this.dataSource = dataSource;
    this.transactions = new Transactions(dataSource);
  }

  @Override
  public Instant databaseTime() {
    return transactions.read(
        "read the database clock",
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement("SELECT clock_timestamp()");
              ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getObject(1, OffsetDateTime.class).toInstant();
          }
        });
  }

  @Override
  public Optional<Duration> checkInAge(String schedulerName, String instanceId) {
    return transactions.read(
        "read the node's check-in",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
                      + " - last_checkin_time FROM "
                      + PREFIX
                      + "scheduler_state WHERE sched_name = ? AND instance_name = ?")) {
            statement.setString(1, schedulerName);
            statement.setString(2, instanceId);
            try (ResultSet result = statement.executeQuery()) {
              return result.next()
                  ? Optional.of(Duration.ofMillis(result.getLong(1)))
                  : Optional.empty();
            }
          }
        });
  }

  @Override
  public int countNodes(String schedulerName, Duration maxAge) {
    return transactions.read(
        "count nodes",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT count(*) FROM "
                      + PREFIX
                      + "scheduler_state WHERE sched_name = ?"
                      + " AND last_checkin_time > extract(epoch FROM clock_timestamp()) * 1000 - ?")) {
            statement.setString(1, schedulerName);
            statement.setLong(2, maxAge.toMillis());
            try (ResultSet result = statement.executeQuery()) {
              result.next();
              return result.getInt(1);
            }
          }
        });
  }

  @Override
  public List<StoredTrigger> listTriggers(String schedulerName) {
    return transactions.read(
        "list triggers",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT job_name, trigger_name, trigger_group, trigger_state, next_fire_time FROM "
                      + PREFIX
                      + "triggers WHERE sched_name = ? AND job_group = 'actors'")) {
            statement.setString(1, schedulerName);
            List<StoredTrigger> triggers = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                long next = row.getLong(5);
                triggers.add(
                    new StoredTrigger(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        next > 0 ? Optional.of(Instant.ofEpochMilli(next)) : Optional.empty()));
              }
            }
            return triggers;
          }
        });
  }

  @Override
  public int releaseAcquired(String schedulerName, String instanceId) {
    return transactions.write(
        "release acquired triggers",
        connection -> {
          lockQuartz(connection, schedulerName);
          int released =
              update(
                  connection,
                  "UPDATE "
                      + PREFIX
                      + "triggers t SET trigger_state = 'WAITING'"
                      + " FROM "
                      + PREFIX
                      + "fired_triggers f WHERE f.sched_name = ? AND f.instance_name = ?"
                      + " AND f.state = 'ACQUIRED' AND t.trigger_state = 'ACQUIRED'"
                      + " AND t.sched_name = f.sched_name AND t.trigger_name = f.trigger_name"
                      + " AND t.trigger_group = f.trigger_group",
                  schedulerName,
                  instanceId);
          update(
              connection,
              "DELETE FROM "
                  + PREFIX
                  + "fired_triggers WHERE sched_name = ? AND instance_name = ?"
                  + " AND state = 'ACQUIRED'",
              schedulerName,
              instanceId);
          // A fired row that is still there belongs to a run that did not end: then the check-in
          // row must stay, because Quartz recovers fired rows of nodes that stopped checking in.
          update(
              connection,
              "DELETE FROM "
                  + PREFIX
                  + "scheduler_state s WHERE s.sched_name = ? AND s.instance_name = ?"
                  + " AND NOT EXISTS (SELECT 1 FROM "
                  + PREFIX
                  + "fired_triggers f WHERE f.sched_name = s.sched_name"
                  + " AND f.instance_name = s.instance_name)",
              schedulerName,
              instanceId);
          return released;
        });
  }

  @Override
  public void underLock(Runnable work) {
    // A session lock outside a transaction: the session time-out for idle transactions must not
    // end it while work talks to Quartz on other connections.
    try (Connection connection = dataSource.getConnection()) {
      advisory(connection, "SELECT pg_advisory_lock(?)");
      try {
        work.run();
      } finally {
        advisory(connection, "SELECT pg_advisory_unlock(?)");
      }
    } catch (SQLException failure) {
      throw SqlStates.translate("lock the schedule", failure);
    }
  }

  private static void advisory(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, RECONCILE_LOCK);
      statement.execute();
    }
  }

  private static void lockQuartz(Connection connection, String schedulerName) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM "
                + PREFIX
                + "locks WHERE sched_name = ? AND lock_name = 'TRIGGER_ACCESS' FOR UPDATE")) {
      statement.setString(1, schedulerName);
      statement.execute();
    }
  }

  private static int update(Connection connection, String sql, String scheduler, String instance)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, scheduler);
      statement.setString(2, instance);
      return statement.executeUpdate();
    }
  }
}
