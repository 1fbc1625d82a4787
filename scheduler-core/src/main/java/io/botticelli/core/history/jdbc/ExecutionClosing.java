package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.json;
import static io.botticelli.core.history.jdbc.Columns.text;

import io.botticelli.core.FailureClass;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The statements that end an execution, by its owner or without one. */
final class ExecutionClosing {
  private ExecutionClosing() {}

  /**
   * Closes an execution for its owner.
   *
   * @throws StaleExecutionException if it has another owner or is over
   */
  static void close(Connection connection, Fence fence, ExecutionResult result, boolean causesFires)
      throws SQLException {
    String task = closeRow(connection, fence, result, causesFires);
    interruptRuns(connection, fence.executionId(), "interrupted: the execution ended");
    countRun(connection, task, fence.executionId(), result.status());
  }

  private static String closeRow(
      Connection connection, Fence fence, ExecutionResult result, boolean causesFires)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_executions
        SET status = ?, success = ?, completed_at = clock_timestamp(), lease_until = NULL,
          error_code = ?, error_message = ?, skills_succeeded = ?, skills_failed = ?,
          skills_skipped = ?, tokens_in = ?, tokens_out = ?, metadata = metadata || ?::jsonb,
          failure_class = ?, chain_pending = ?
        WHERE id = ? AND epoch = ? AND status = 'running'
        RETURNING task_id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, result.status().stored());
      statement.setBoolean(2, result.status() == ExecutionStatus.SUCCEEDED);
      statement.setString(3, text(result.errorCode()));
      statement.setString(4, text(result.errorMessage()));
      statement.setInt(5, result.skillsSucceeded());
      statement.setInt(6, result.skillsFailed());
      statement.setInt(7, result.skillsSkipped());
      statement.setLong(8, result.tokensIn());
      statement.setLong(9, result.tokensOut());
      statement.setString(10, json(result.metadata()));
      statement.setString(11, text(result.failureClass().map(FailureClass::stored)));
      statement.setBoolean(12, causesFires);
      statement.setLong(13, fence.executionId());
      statement.setInt(14, fence.epoch());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new StaleExecutionException(fence.executionId(), fence.epoch());
        }
        return row.getString(1);
      }
    }
  }

  /** Executions may end in another order than they started: the latest start stays the last run. */
  static void countRun(Connection connection, String task, long executionId, ExecutionStatus status)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_state s
        SET last_run = GREATEST(s.last_run, e.started_at), last_status = e.status,
          runs_succeeded = s.runs_succeeded + ?, runs_failed = s.runs_failed + ?,
          runs_skipped = s.runs_skipped + ?, updated_at = clock_timestamp()
        FROM public.actor_server_executions e
        WHERE e.id = ? AND s.task_id = ?""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, status == ExecutionStatus.SUCCEEDED ? 1 : 0);
      statement.setInt(2, status == ExecutionStatus.FAILED ? 1 : 0);
      statement.setInt(3, status == ExecutionStatus.SKIPPED ? 1 : 0);
      statement.setLong(4, executionId);
      statement.setString(5, task);
      statement.executeUpdate();
    }
  }

  /** Narrative runs of an attempt that will never finish them. */
  static void interruptRuns(Connection connection, long executionId, String reason)
      throws SQLException {
    String sql =
        """
        UPDATE public.narrative_executions
        SET status = 'failed', completed_at = clock_timestamp(), error_message = ?
        WHERE execution_id = ? AND status = 'running'""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(reason));
      statement.setLong(2, executionId);
      statement.executeUpdate();
    }
  }

  /**
   * Ends an execution that nobody owns any more.
   *
   * @return false if it is owned, over or was taken over
   */
  static boolean abandon(Connection connection, long executionId, int epoch, String reason)
      throws SQLException {
    if (!lockUnowned(connection, executionId)) {
      return false;
    }
    String sql =
        """
        UPDATE public.actor_server_executions
        SET status = 'abandoned', completed_at = clock_timestamp(), lease_until = NULL,
          error_code = 'abandoned', error_message = ?
        WHERE id = ? AND epoch = ? AND status = 'running' AND\s"""
            + JdbcExecutionHistory.LEASE_IS_OVER
            + " RETURNING task_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(reason));
      statement.setLong(2, executionId);
      statement.setInt(3, epoch);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        interruptRuns(connection, executionId, reason);
        countRun(connection, row.getString(1), executionId, ExecutionStatus.ABANDONED);
        return true;
      }
    }
  }

  /**
   * Locks an execution whose lease is over against effects of its owner that are on their way; one
   * that is owned is not waited for.
   */
  private static boolean lockUnowned(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.actor_server_executions"
                + " WHERE id = ? AND status = 'running' AND "
                + JdbcExecutionHistory.LEASE_IS_OVER
                + " FOR UPDATE")) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
