package io.botticelli.core.db;

import io.botticelli.core.ActorServerException;
import org.jspecify.annotations.Nullable;

/**
 * There is no usable database: it cannot be reached, started or trusted. The message is one line
 * that says what, where and what to do; it never holds the password.
 */
public final class DatabaseUnavailableException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message subject, place, reason and remedy in one line
   * @param cause what led here, or null
   */
  public DatabaseUnavailableException(String message, @Nullable Throwable cause) {
    super("database_unavailable", message, cause);
  }
}
