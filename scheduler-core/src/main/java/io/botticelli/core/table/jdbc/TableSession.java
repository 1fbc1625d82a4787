package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Settings of one transaction on content tables. */
final class TableSession {
  private TableSession() {}

  /**
   * Prepares a transaction: its own statement time-out, and UTC, so that a filter with CURRENT_DATE
   * or a time without a zone means UTC whatever the server's zone is.
   */
  static Connection of(Connection connection, TableSettings settings) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT set_config('statement_timeout', ?, true), set_config('TimeZone', 'UTC', true)")) {
      statement.setString(1, String.valueOf(settings.statementTimeout().toMillis()));
      statement.execute();
    }
    return connection;
  }
}
