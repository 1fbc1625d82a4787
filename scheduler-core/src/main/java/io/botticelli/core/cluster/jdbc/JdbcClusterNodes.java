package io.botticelli.core.cluster.jdbc;

import io.botticelli.core.cluster.ClusterNodes;
import io.botticelli.core.cluster.NodeState;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
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

/** Members in {@code cluster_nodes}, the last start in {@code cluster_start}. Thread-safe. */
public final class JdbcClusterNodes implements ClusterNodes {
  /** Key of the advisory lock around joining; any constant no other part uses. */
  private static final long JOIN_LOCK = 0x626f_7474_6a6f_696eL;

  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcClusterNodes(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public ClusterStart join(Report node) {
    return transactions.write(
        "join the cluster",
        connection -> {
          // One after the other: of two nodes that find nobody else only the first finds nobody.
          lock(connection);
          forget(connection);
          boolean first = isAlone(connection, node.instanceId());
          upsert(connection, node);
          if (first) {
            return new ClusterStart(start(connection, node.instanceId()), true);
          }
          // Members without a start come from rows somebody took away.
          Optional<Instant> started = lastStart(connection);
          return started.isPresent()
              ? new ClusterStart(started.get(), false)
              : new ClusterStart(start(connection, node.instanceId()), true);
        });
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, JOIN_LOCK);
      statement.execute();
    }
  }

  private static void forget(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM public.cluster_nodes"
                + " WHERE last_seen < clock_timestamp() - ? * interval '1 millisecond'")) {
      statement.setLong(1, FORGOTTEN_AFTER.toMillis());
      statement.executeUpdate();
    }
  }

  private static boolean isAlone(Connection connection, String instanceId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.cluster_nodes WHERE instance_id <> ?"
                + " AND last_seen >= clock_timestamp() - ? * interval '1 millisecond' LIMIT 1")) {
      statement.setString(1, PostgresText.storable(instanceId));
      statement.setLong(2, LOST_AFTER.toMillis());
      try (ResultSet row = statement.executeQuery()) {
        return !row.next();
      }
    }
  }

  private static Instant start(Connection connection, String instanceId) throws SQLException {
    String sql =
        """
        INSERT INTO public.cluster_start (started_at, started_by)
        VALUES (date_trunc('milliseconds', clock_timestamp()), ?)
        ON CONFLICT (singleton) DO UPDATE
        SET started_at = EXCLUDED.started_at, started_by = EXCLUDED.started_by
        RETURNING started_at""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(instanceId));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return instant(row, "started_at");
      }
    }
  }

  @Override
  public Optional<String> beat(Report node) {
    return transactions.write("renew the node's sign", connection -> upsert(connection, node));
  }

  private static Optional<String> upsert(Connection connection, Report node) throws SQLException {
    String sql =
        """
        INSERT INTO public.cluster_nodes AS n
          (instance_id, host, pid, version, state, running, clock_skew_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (instance_id) DO UPDATE
        SET last_seen = clock_timestamp(), state = EXCLUDED.state, running = EXCLUDED.running,
          clock_skew_ms = EXCLUDED.clock_skew_ms
        RETURNING CASE WHEN n.drain_requested_at IS NULL THEN NULL
          ELSE coalesce(n.drain_requested_by, '') END AS drained_by""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(node.instanceId()));
      statement.setString(2, PostgresText.storable(node.host()));
      statement.setLong(3, node.pid());
      statement.setString(4, PostgresText.storable(node.version()));
      statement.setString(5, node.state().stored());
      statement.setInt(6, node.running());
      statement.setLong(7, node.clockSkew().toMillis());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getString(1));
      }
    }
  }

  @Override
  public void leave(String instanceId) {
    transactions.write(
        "leave the cluster",
        connection ->
            update(
                connection, "DELETE FROM public.cluster_nodes WHERE instance_id = ?", instanceId));
  }

  @Override
  public List<Member> list() {
    return transactions.read(
        "list the nodes",
        connection -> {
          String sql =
              """
              SELECT n.*, (extract(epoch FROM clock_timestamp() - last_seen) * 1000)::bigint AS age_ms
              FROM public.cluster_nodes n
              WHERE last_seen >= clock_timestamp() - ? * interval '1 millisecond'
              ORDER BY started_at, instance_id""";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, FORGOTTEN_AFTER.toMillis());
            List<Member> members = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                members.add(member(row));
              }
            }
            return members;
          }
        });
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        row.getString("instance_id"),
        row.getString("host"),
        row.getLong("pid"),
        row.getString("version"),
        instant(row, "started_at"),
        instant(row, "last_seen"),
        Duration.ofMillis(row.getLong("age_ms")),
        NodeState.ofStored(row.getString("state")),
        Optional.ofNullable(row.getObject("drain_requested_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString("drain_requested_by")),
        row.getInt("running"),
        Duration.ofMillis(row.getLong("clock_skew_ms")));
  }

  @Override
  public boolean requestDrain(String instanceId, String by) {
    return transactions.write(
        "ask a node to drain",
        connection -> {
          String sql =
              """
              UPDATE public.cluster_nodes
              SET drain_requested_at = coalesce(drain_requested_at, clock_timestamp()),
                drain_requested_by = coalesce(drain_requested_by, ?)
              WHERE instance_id = ?""";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, PostgresText.storable(by));
            statement.setString(2, PostgresText.storable(instanceId));
            return statement.executeUpdate() == 1;
          }
        });
  }

  @Override
  public boolean resume(String instanceId) {
    return transactions.write(
        "let a node fire again",
        connection ->
            update(
                    connection,
                    "UPDATE public.cluster_nodes SET drain_requested_at = NULL,"
                        + " drain_requested_by = NULL WHERE instance_id = ?",
                    instanceId)
                == 1);
  }

  @Override
  public Optional<Instant> lastStart() {
    return transactions.read("read the cluster's start", JdbcClusterNodes::lastStart);
  }

  private static Optional<Instant> lastStart(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT started_at FROM public.cluster_start");
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(instant(row, "started_at")) : Optional.empty();
    }
  }

  private static int update(Connection connection, String sql, String instanceId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(instanceId));
      return statement.executeUpdate();
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
