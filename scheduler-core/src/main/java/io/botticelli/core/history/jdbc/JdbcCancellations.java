package io.botticelli.core.history.jdbc;

import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Cancellations;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.signal.Signals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Requests to cancel in {@code actor_server_executions}. Thread-safe. */
public final class JdbcCancellations implements Cancellations {
  private final Transactions transactions;
  private final Signals signals;

  /**
   * @param transactions the application's connections
   * @param signals tells the owner at once what it would see with its next lease
   */
  public JdbcCancellations(Transactions transactions, Signals signals) {
    this.transactions = transactions;
    this.signals = signals;
  }

  @Override
  public Answer request(long executionId, String by) {
    Answer answer =
        transactions.write(
            "cancel execution " + executionId, connection -> request(connection, executionId, by));
    if (answer == Answer.REQUESTED) {
      signals.publish(Signals.CANCEL, Long.toString(executionId));
    }
    return answer;
  }

  private static Answer request(Connection connection, long executionId, String by)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_executions
        SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
          cancel_requested_by = coalesce(cancel_requested_by, ?)
        WHERE id = ? AND status = 'running'""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(by));
      statement.setLong(2, executionId);
      if (statement.executeUpdate() == 0) {
        return exists(connection, executionId) ? Answer.ENDED : Answer.NOT_FOUND;
      }
    }
    return closeUnowned(connection, executionId, false) ? Answer.CANCELLED : Answer.REQUESTED;
  }

  private static boolean exists(Connection connection, long executionId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT 1 FROM public.actor_server_executions WHERE id = ?")) {
      statement.setLong(1, executionId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Closes an execution whose end was asked for and that nobody runs.
   *
   * @param ownerIsGone true: nobody runs it although its lease may not be over yet
   */
  static boolean closeUnowned(Connection connection, long executionId, boolean ownerIsGone)
      throws SQLException {
    if (!lockUnowned(connection, executionId, ownerIsGone)) {
      return false;
    }
    String sql =
        """
        UPDATE public.actor_server_executions
        SET status = 'cancelled', completed_at = clock_timestamp(), lease_until = NULL,
          error_code = 'cancelled', error_message = 'cancelled by '
            || coalesce(nullif(cancel_requested_by, ''), 'an unknown person')
            || '; its node ' || node || ' gave no sign any more'
        WHERE id = ? AND status = 'running' AND cancel_requested_at IS NOT NULL AND (? OR\s"""
            + JdbcExecutionHistory.LEASE_IS_OVER
            + ") RETURNING task_id, error_message";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, executionId);
      statement.setBoolean(2, ownerIsGone);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        ExecutionClosing.interruptRuns(connection, executionId, row.getString(2));
        ExecutionClosing.countRun(
            connection, row.getString(1), executionId, ExecutionStatus.CANCELLED);
        return true;
      }
    }
  }

  /** Effects of the owner that are on their way come first; a living owner is not waited for. */
  private static boolean lockUnowned(Connection connection, long executionId, boolean ownerIsGone)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.actor_server_executions WHERE id = ? AND status = 'running'"
                + " AND cancel_requested_at IS NOT NULL AND (? OR "
                + JdbcExecutionHistory.LEASE_IS_OVER
                + ") FOR UPDATE")) {
      statement.setLong(1, executionId);
      statement.setBoolean(2, ownerIsGone);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
