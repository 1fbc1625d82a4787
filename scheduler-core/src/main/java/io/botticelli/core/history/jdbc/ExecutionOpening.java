package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.json;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.history.ExecutionHistory.GroupLimit;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The statements that open an execution, take one over, or record that a fire never ran. */
final class ExecutionOpening {
  private ExecutionOpening() {}

  /** Opens the execution of a fire, or takes over the one that stands. */
  static OpenOutcome open(Connection connection, OpenRequest request) throws SQLException {
    if (request.group().isPresent()) {
      Optional<OpenOutcome.Full> full =
          ConcurrencyGroups.admit(connection, request.fire(), request.group().get());
      if (full.isPresent()) {
        return full.get();
      }
    } else {
      // It may have waited while its actor was still in a group.
      ConcurrencyGroups.forget(connection, request.fire());
    }
    Optional<Long> inserted = insertRunning(connection, request);
    if (inserted.isPresent()) {
      linkReceipt(connection, request.fire(), inserted.get());
      return new OpenOutcome.Opened(new Fence(inserted.get(), 1), 1);
    }
    return takeOver(connection, request);
  }

  private static Optional<Long> insertRunning(Connection connection, OpenRequest request)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.actor_server_executions
          (task_id, actor_name, kind, scheduled_for, receipt_id, status, node, lease_until,
           definition_version, parameters, concurrency_group, started_at)
        VALUES (?, ?, ?, ?, ?, 'running', ?, clock_timestamp() + ? * interval '1 millisecond',
           ?, ?::jsonb, ?, clock_timestamp())
        ON CONFLICT (task_id, scheduled_for, kind, receipt_id) DO NOTHING
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, request.fire());
      statement.setString(next++, PostgresText.storable(request.node()));
      statement.setLong(next++, request.lease().toMillis());
      statement.setString(next++, request.definitionVersion());
      statement.setString(next++, json(request.parameters()));
      statement.setString(next, request.group().map(GroupLimit::name).orElse(""));
      return firstLong(statement);
    }
  }

  /** From now on the request counts as fulfilled, even when this row is removed one day. */
  private static void linkReceipt(Connection connection, FireIdentity fire, long id)
      throws SQLException {
    if (fire.kind() != FireIdentity.Kind.MANUAL || fire.receipt().isEmpty()) {
      return;
    }
    String sql =
        "UPDATE public.fire_receipts SET execution_id = ?"
            + " WHERE receipt_id = ? AND execution_id IS NULL";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.setString(2, PostgresText.storable(fire.receipt()));
      statement.executeUpdate();
    }
  }

  /**
   * Locks the row first: only then does the following UPDATE see what a concurrent transaction left
   * behind, and the lease is judged after the wait.
   */
  private static OpenOutcome takeOver(Connection connection, OpenRequest request)
      throws SQLException {
    String lock =
        """
        SELECT id, status, node FROM public.actor_server_executions
        WHERE task_id = ? AND actor_name = ? AND kind = ? AND scheduled_for = ? AND receipt_id = ?
        FOR UPDATE""";
    try (PreparedStatement statement = connection.prepareStatement(lock)) {
      ExecutionRows.bindFire(statement, request.fire());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the execution vanished while it was opened", "40001");
        }
        long id = row.getLong("id");
        String node = row.getString("node");
        if (!row.getString("status").equals("running")) {
          return new OpenOutcome.Vetoed(id, "finished", node);
        }
        if (JdbcCancellations.closeUnowned(connection, id, request.recovering())) {
          return new OpenOutcome.Vetoed(id, "cancelled", node);
        }
        Optional<OpenOutcome> opened = takeOver(connection, request, id);
        return opened.orElseGet(() -> new OpenOutcome.Vetoed(id, "owned", node));
      }
    }
  }

  private static Optional<OpenOutcome> takeOver(Connection connection, OpenRequest request, long id)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_executions
        SET epoch = epoch + 1, attempt = attempt + 1, node = ?, definition_version = ?,
          lease_until = clock_timestamp() + ? * interval '1 millisecond'
        WHERE id = ? AND status = 'running' AND (? OR\s"""
            + JdbcExecutionHistory.LEASE_IS_OVER
            + ") RETURNING epoch, attempt";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(request.node()));
      statement.setString(2, request.definitionVersion());
      statement.setLong(3, request.lease().toMillis());
      statement.setLong(4, id);
      statement.setBoolean(5, request.recovering());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        int epoch = row.getInt("epoch");
        int attempt = row.getInt("attempt");
        ExecutionClosing.interruptRuns(
            connection, id, "interrupted: " + request.node() + " took the execution over");
        return Optional.of(new OpenOutcome.Opened(new Fence(id, epoch), attempt));
      }
    }
  }

  /** Records an execution that is over before it began, once; a skip counts for its actor. */
  static void recordNotRun(
      Connection connection,
      FireIdentity fire,
      ExecutionStatus status,
      String code,
      String message,
      String node)
      throws SQLException {
    if (insertClosed(connection, fire, status, code, message, node)
        && status == ExecutionStatus.SKIPPED) {
      countSkip(connection, fire.actor());
    }
  }

  private static boolean insertClosed(
      Connection connection,
      FireIdentity fire,
      ExecutionStatus status,
      String code,
      String message,
      String node)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.actor_server_executions
          (task_id, actor_name, kind, scheduled_for, receipt_id, status, error_code, error_message,
           node, completed_at, started_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp(), clock_timestamp())
        ON CONFLICT (task_id, scheduled_for, kind, receipt_id) DO NOTHING
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, fire);
      statement.setString(next++, status.stored());
      statement.setString(next++, PostgresText.storable(code));
      statement.setString(next++, PostgresText.storable(message));
      statement.setString(next, PostgresText.storable(node));
      Optional<Long> inserted = firstLong(statement);
      if (inserted.isPresent()) {
        linkReceipt(connection, fire, inserted.get());
        ConcurrencyGroups.forget(connection, fire);
      }
      return inserted.isPresent();
    }
  }

  private static void countSkip(Connection connection, ActorName actor) throws SQLException {
    String sql =
        "UPDATE public.actor_server_state SET runs_skipped = runs_skipped + 1,"
            + " updated_at = clock_timestamp() WHERE task_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, actor.value());
      statement.executeUpdate();
    }
  }

  private static Optional<Long> firstLong(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }
}
