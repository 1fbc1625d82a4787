package io.botticelli.core;

import org.jspecify.annotations.Nullable;

/**
 * The root of every exception this project throws on purpose.
 *
 * <p>A message says what is wrong, where, and what to do next; it never holds secrets, post text or
 * full SQL. {@link #code()} is stable: it is stored as {@code error_code} and shown by the API.
 */
public abstract class ActorServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code stable lower-case identifier such as {@code config_invalid}
   * @param message subject, value, expectation, place and remedy in one line
   * @param cause what led here, or null
   */
  protected ActorServerException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * Returns the stable identifier of this kind of failure, for example {@code store_unavailable}.
   */
  public String code() {
    return code;
  }

  /**
   * Tells whether the same call may succeed later without anybody changing anything.
   *
   * @return true for time-outs, lost connections, rate limits; false for everything a person must
   *     fix
   */
  public boolean isRetryable() {
    return false;
  }

  /**
   * Tells what the breaker of an actor should make of a run that ended by this failure.
   *
   * @return {@link FailureClass#TRANSIENT} unless more is known
   */
  public FailureClass failureClass() {
    return FailureClass.TRANSIENT;
  }
}
