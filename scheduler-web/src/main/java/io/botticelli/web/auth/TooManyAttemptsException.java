package io.botticelli.web.auth;

import io.botticelli.core.ActorServerException;

/** Too many wrong sign-ins; tells how long to wait. */
public final class TooManyAttemptsException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final long retryAfterSeconds;

  TooManyAttemptsException(long retryAfterSeconds) {
    super(
        "too_many_attempts",
        "too many wrong sign-ins; try again in " + retryAfterSeconds + " s",
        null);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Returns the wait in seconds, at least 1. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
