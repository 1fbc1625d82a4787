package io.botticelli.core;

import org.jspecify.annotations.Nullable;

/**
 * A database call failed. Carries the SQLSTATE so that callers can tell a lost connection from a
 * bug.
 */
public final class StoreException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String sqlState;
  private final boolean retryable;

  /**
   * @param message what was being done and what to do, without bound values
   * @param sqlState five-character SQLSTATE, or null when the failure came before the server
   * @param retryable true for connection loss, serialisation failures, lock and statement time-outs
   * @param cause the driver's or pool's exception
   */
  public StoreException(
      String message, @Nullable String sqlState, boolean retryable, @Nullable Throwable cause) {
    super(retryable ? "store_unavailable" : "store_failed", message, cause);
    this.sqlState = sqlState;
    this.retryable = retryable;
  }

  /** Returns the SQLSTATE, or null when the call never reached the server. */
  public @Nullable String sqlState() {
    return sqlState;
  }

  @Override
  public boolean isRetryable() {
    return retryable;
  }
}
