package io.botticelli.core.model;

import io.botticelli.core.ActorServerException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model call failed; the message names provider, model and what to do. Never holds a key. */
public final class ModelException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int status;
  private final @Nullable Duration retryAfter;

  /**
   * @param status HTTP status, 0 = none
   * @param retryAfter what the provider asked for, or null
   */
  public ModelException(
      Kind kind,
      String message,
      int status,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super("model_" + kind.name().toLowerCase(java.util.Locale.ROOT), message, cause);
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Returns what went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Returns the HTTP status, 0 = none. */
  public int status() {
    return status;
  }

  /** Returns the wait the provider asked for. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean isRetryable() {
    return switch (kind) {
      case RATE_LIMITED, UNAVAILABLE, TIMEOUT, CONNECTION -> true;
      case AUTHENTICATION, INVALID_REQUEST, NOT_CONFIGURED, INTERRUPTED -> false;
    };
  }

  /** What went wrong; decides about retries. */
  public enum Kind {
    RATE_LIMITED,
    UNAVAILABLE,
    TIMEOUT,
    CONNECTION,
    AUTHENTICATION,
    INVALID_REQUEST,
    NOT_CONFIGURED,
    INTERRUPTED
  }
}
