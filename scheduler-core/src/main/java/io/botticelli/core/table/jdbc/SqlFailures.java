package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells mistakes of the caller, which PostgreSQL notices only when it runs the statement, from
 * failures of the database.
 */
final class SqlFailures {
  private static final int MAX_DETAIL = 200;

  private SqlFailures() {}

  /**
   * Returns the failure of a query: a comparison of types that do not compare, a literal that does
   * not fit its column.
   *
   * @throws SQLException the failure itself when it is the database's
   */
  static TableException ofFilter(String table, SQLException failure) throws SQLException {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (state.equals("42501") || state.equals("42P01")) {
      throw failure;
    }
    if (state.startsWith("42") || state.startsWith("54")) {
      // Class 42 messages name operators, types and columns, never values.
      return new TableException(
          "filter_refused",
          "filter on table " + table + " refused by the database: " + server(failure));
    }
    if (state.startsWith("22")) {
      return new TableException(
          "filter_refused",
          "filter on table "
              + table
              + " refused by the database (SQLSTATE "
              + state
              + "): a literal does not fit the type it is compared with");
    }
    throw failure;
  }

  /**
   * Returns the failure of an INSERT, UPDATE or DELETE: a value or constraint violation.
   *
   * @throws SQLException the failure itself when it is the database's
   */
  static TableException ofValues(String table, SQLException failure) throws SQLException {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (!state.startsWith("22") && !state.startsWith("23") && !state.equals("42804")) {
      throw failure;
    }
    return new TableException(
        "value_invalid",
        "table "
            + table
            + " refuses a value (SQLSTATE "
            + state
            + place(failure)
            + "); correct the value or the table's constraint");
  }

  private static String place(SQLException failure) {
    if (failure instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
      ServerErrorMessage message = postgres.getServerErrorMessage();
      if (message.getColumn() != null) {
        return ", column " + message.getColumn();
      }
      if (message.getConstraint() != null) {
        return ", constraint " + message.getConstraint();
      }
    }
    return "";
  }

  private static String server(SQLException failure) {
    String text = "SQLSTATE " + failure.getSQLState();
    if (failure instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
      String message = postgres.getServerErrorMessage().getMessage();
      if (message != null) {
        text = message;
      }
    }
    return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "..";
  }
}
