package io.botticelli.core.history;

import io.botticelli.core.ActorServerException;

/** A request to fire that cannot be taken as it is. */
public final class FireRequestException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param code {@code parameters_invalid}, {@code idempotency_key_invalid} or {@code
   *     idempotency_conflict}
   */
  public FireRequestException(String code, String message) {
    super(code, message, null);
  }
}
