package io.botticelli.core.history.jdbc;

import io.botticelli.core.history.ExecutionHistory.GroupLimit;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Full;
import io.botticelli.core.history.FireIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Room in concurrency groups. One transaction at a time decides about a group, and inserts its
 * execution before the next one counts. Every running row counts, also one whose owner is gone:
 * that fire is in, and whoever takes it over asks for no room again.
 *
 * <p>Fires that were refused are let in by the order in which they first asked; one that has not
 * asked for a while is not waited for.
 */
final class ConcurrencyGroups {
  private static final String IS_MINE =
      "task_id = ? AND actor_name = ? AND kind = ? AND scheduled_for = ? AND receipt_id = ?";

  private ConcurrencyGroups() {}

  /**
   * Asks for room within the transaction that opens the execution.
   *
   * @return empty if the fire may be opened, or is in already
   */
  static Optional<Full> admit(Connection connection, FireIdentity fire, GroupLimit group)
      throws SQLException {
    lock(connection, group.name());
    if (isKnown(connection, fire)) {
      return Optional.empty();
    }
    int running =
        count(
            connection,
            "SELECT count(*) FROM public.actor_server_executions"
                + " WHERE concurrency_group = ? AND status = 'running'",
            group.name());
    int ahead = countAhead(connection, fire, group.name());
    if (group.most() - running > ahead) {
      forget(connection, fire);
      return Optional.empty();
    }
    remember(connection, fire, group.name());
    return Optional.of(new Full(group.name(), group.most(), running, ahead));
  }

  /** Forgets that a fire waits: it runs, or never will. */
  static void forget(Connection connection, FireIdentity fire) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM public.fire_waits WHERE " + IS_MINE)) {
      ExecutionRows.bindFire(statement, fire);
      statement.executeUpdate();
    }
  }

  private static void lock(Connection connection, String group) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_advisory_xact_lock(hashtextextended('botticelli.group:' || ?, 0))")) {
      statement.setString(1, group);
      statement.execute();
    }
  }

  private static boolean isKnown(Connection connection, FireIdentity fire) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.actor_server_executions WHERE " + IS_MINE)) {
      ExecutionRows.bindFire(statement, fire);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Fires that asked before this one did and still ask. */
  private static int countAhead(Connection connection, FireIdentity fire, String group)
      throws SQLException {
    String sql =
        "WITH mine AS (SELECT since FROM public.fire_waits WHERE "
            + IS_MINE
            + """
            )
            SELECT count(*) FROM public.fire_waits w
            WHERE w.concurrency_group = ? AND w.seen_at > clock_timestamp() - interval '45 seconds'
              AND w.since < COALESCE((SELECT since FROM mine), 'infinity')""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, fire);
      statement.setString(next, group);
      return first(statement);
    }
  }

  private static void remember(Connection connection, FireIdentity fire, String group)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.fire_waits
          (task_id, actor_name, kind, scheduled_for, receipt_id, concurrency_group, since, seen_at)
        VALUES (?, ?, ?, ?, ?, ?, clock_timestamp(), clock_timestamp())
        ON CONFLICT (task_id, scheduled_for, kind, receipt_id) DO UPDATE
        SET seen_at = clock_timestamp(), concurrency_group = EXCLUDED.concurrency_group""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, fire);
      statement.setString(next, group);
      statement.executeUpdate();
    }
  }

  private static int count(Connection connection, String sql, String group) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, group);
      return first(statement);
    }
  }

  private static int first(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }
}
