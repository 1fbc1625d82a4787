package io.botticelli.core.db;

import io.botticelli.core.StoreException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads SQLSTATE codes (PostgreSQL manual, appendix A). */
public final class SqlStates {
  /** undefined_table. */
  public static final String UNDEFINED_TABLE = "42P01";

  /** undefined_column. */
  public static final String UNDEFINED_COLUMN = "42703";

  /** unique_violation. */
  public static final String UNIQUE_VIOLATION = "23505";

  /** Ours: every connection of a pool is in use. */
  static final String POOL_EXHAUSTED = "08B01";

  /** Ours: a pool cannot connect and the server gave no state. */
  static final String UNREACHABLE = "08B02";

  private static final Set<String> RETRYABLE =
      Set.of(
          "40001", // serialization_failure
          "40P01", // deadlock_detected
          "55P03", // lock_not_available
          "57014", // query_canceled: statement_timeout
          "25P03", // idle_in_transaction_session_timeout
          "53300"); // too_many_connections

  private SqlStates() {}

  /**
   * Returns the exception for a failed call. The message names the operation and the SQLSTATE,
   * never statement text or values.
   */
  public static StoreException translate(String what, SQLException failure) {
    @Nullable String state = failure.getSQLState();
    boolean retryable = isRetryable(state);
    if (failure instanceof SQLTransientConnectionException) {
      // Only our pools throw it (the driver does not): it names the pool, its figures and the
      // reason.
      return new StoreException(
          what + " failed: " + failure.getMessage(), state, retryable, failure);
    }
    String advice =
        isDiskFull(state)
            ? "the database's disk is full; free space and try again"
            : retryable
                ? "the database is away, busy or restarting; it is tried again"
                : "the database refused the statement";
    return new StoreException(
        what + " failed (SQLSTATE " + (state == null ? "none" : state) + "): " + advice,
        state,
        retryable,
        failure);
  }

  /** Tells whether the same statement may succeed later: connection, resource and lock failures. */
  public static boolean isRetryable(@Nullable String state) {
    if (state == null) {
      // c3p0 reports an exhausted pool or an unreachable server without a state.
      return true;
    }
    return state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("53")
        || RETRYABLE.contains(state);
  }

  private static boolean isDiskFull(@Nullable String state) {
    return "53100".equals(state);
  }
}
