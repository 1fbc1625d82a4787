package io.botticelli.core.model;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model call failed; the message names provider, model and what to do. Never holds a key. */
public final class ModelException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private static final int NOT_FOUND = 404;
  private static final int REDIRECTION = 3;

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
      case RATE_LIMITED, UNAVAILABLE, CIRCUIT_OPEN, TIMEOUT, CONNECTION -> true;
      case QUOTA_EXHAUSTED, AUTHENTICATION, INVALID_REQUEST, NOT_CONFIGURED, INTERRUPTED -> false;
    };
  }

  @Override
  public FailureClass failureClass() {
    return switch (kind) {
      case QUOTA_EXHAUSTED -> FailureClass.QUOTA;
      // Without a time nobody knows whether the limit is ever renewed.
      case RATE_LIMITED -> retryAfter == null ? FailureClass.TRANSIENT : FailureClass.QUOTA;
      case AUTHENTICATION, NOT_CONFIGURED -> FailureClass.PERMANENT;
      // No such model, or an address that answers with a redirect. Other refusals depend on what
      // was sent and may not come again.
      case INVALID_REQUEST ->
          status == NOT_FOUND || status / 100 == REDIRECTION
              ? FailureClass.PERMANENT
              : FailureClass.TRANSIENT;
      case UNAVAILABLE, CIRCUIT_OPEN, TIMEOUT, CONNECTION, INTERRUPTED -> FailureClass.TRANSIENT;
    };
  }

  /** What went wrong; decides about retries. */
  public enum Kind {
    /** Too many requests just now; a later attempt of the same call may succeed. */
    RATE_LIMITED,
    /** A quota of hours or days is used up; retries of this call make no sense. */
    QUOTA_EXHAUSTED,
    UNAVAILABLE,
    /** The provider failed again and again, so this node did not call it at all. */
    CIRCUIT_OPEN,
    TIMEOUT,
    CONNECTION,
    AUTHENTICATION,
    INVALID_REQUEST,
    NOT_CONFIGURED,
    INTERRUPTED
  }
}
