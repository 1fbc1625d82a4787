package io.botticelli.core.history.jdbc;

import io.botticelli.core.history.ExecutionHistory.Renewal;
import io.botticelli.core.history.Fence;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Extends the leases of a node in one go. Rows somebody has locked are passed over: waiting for one
 * would cost the others their leases.
 */
final class LeaseRenewal {
  private static final String FENCES =
      " JOIN unnest(?::bigint[], ?::integer[]) AS f (id, epoch)"
          + " ON e.id = f.id AND e.epoch = f.epoch WHERE e.status = 'running'";

  private LeaseRenewal() {}

  static Map<Fence, Renewal> renew(Connection connection, Collection<Fence> fences, Duration lease)
      throws SQLException {
    Map<Fence, Renewal> renewals = new HashMap<>(extend(connection, fences, lease));
    List<Fence> rest = fences.stream().filter(fence -> !renewals.containsKey(fence)).toList();
    if (!rest.isEmpty()) {
      Map<Fence, Renewal> locked = stillOwned(connection, rest);
      rest.stream()
          .filter(fence -> !locked.containsKey(fence))
          .forEach(fence -> renewals.put(fence, new Renewal(false, Optional.empty())));
    }
    return Map.copyOf(renewals);
  }

  private static Map<Fence, Renewal> extend(
      Connection connection, Collection<Fence> fences, Duration lease) throws SQLException {
    String sql =
        "WITH ours AS (SELECT e.id FROM public.actor_server_executions e"
            + FENCES
            + " ORDER BY e.id FOR NO KEY UPDATE OF e SKIP LOCKED)"
            + " UPDATE public.actor_server_executions e"
            + " SET lease_until = clock_timestamp() + ? * interval '1 millisecond'"
            + " FROM ours WHERE e.id = ours.id RETURNING e.id, e.epoch,"
            + " CASE WHEN e.cancel_requested_at IS NULL THEN NULL"
            + " ELSE coalesce(e.cancel_requested_by, '') END";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(connection, statement, fences);
      statement.setLong(3, lease.toMillis());
      return read(statement);
    }
  }

  private static Map<Fence, Renewal> stillOwned(Connection connection, Collection<Fence> fences)
      throws SQLException {
    String sql = "SELECT e.id, e.epoch, NULL::text FROM public.actor_server_executions e" + FENCES;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(connection, statement, fences);
      return read(statement);
    }
  }

  private static void bind(
      Connection connection, PreparedStatement statement, Collection<Fence> fences)
      throws SQLException {
    Array ids =
        connection.createArrayOf("bigint", fences.stream().map(Fence::executionId).toArray());
    Array epochs = connection.createArrayOf("integer", fences.stream().map(Fence::epoch).toArray());
    statement.setArray(1, ids);
    statement.setArray(2, epochs);
  }

  private static Map<Fence, Renewal> read(PreparedStatement statement) throws SQLException {
    Map<Fence, Renewal> renewals = new HashMap<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        renewals.put(
            new Fence(row.getLong(1), row.getInt(2)),
            new Renewal(true, Optional.ofNullable(row.getString(3))));
      }
    }
    return renewals;
  }
}
