package io.botticelli.core.platform;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A platform command failed. */
public final class PlatformException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Outcome outcome;
  private final @Nullable Duration retryAfter;

  public PlatformException(
      Kind kind,
      Outcome outcome,
      String message,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super("platform_" + kind.name().toLowerCase(Locale.ROOT), message, cause);
    this.kind = kind;
    this.outcome = outcome;
    this.retryAfter = retryAfter;
  }

  /** Returns a failure that certainly had no effect. */
  public static PlatformException rejected(Kind kind, String message) {
    return new PlatformException(kind, Outcome.REJECTED, message, null, null);
  }

  /** Returns what went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Tells whether the command may have had its effect. */
  public Outcome outcome() {
    return outcome;
  }

  /** Returns the wait the platform asked for. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean isRetryable() {
    return outcome == Outcome.REJECTED && (kind == Kind.RATE_LIMITED || kind == Kind.UNAVAILABLE);
  }

  @Override
  public FailureClass failureClass() {
    return switch (kind) {
      case AUTHENTICATION,
          PERMISSION_DENIED,
          PLATFORM_UNKNOWN,
          COMMAND_UNKNOWN,
          COMMAND_NOT_IMPLEMENTED ->
          FailureClass.PERMANENT;
      case RATE_LIMITED -> retryAfter == null ? FailureClass.TRANSIENT : FailureClass.QUOTA;
      // Arguments and ids may come from a model or a table: the next run may have better ones.
      case ARGUMENT_MISSING, ARGUMENT_INVALID, NOT_FOUND, UNAVAILABLE, API_ERROR ->
          FailureClass.TRANSIENT;
    };
  }

  /** Whether the command may have had its effect. */
  public enum Outcome {
    /** Certainly not done. */
    REJECTED,
    /** May have been done: never repeat without looking. */
    UNKNOWN
  }

  /** What went wrong. */
  public enum Kind {
    COMMAND_UNKNOWN,
    COMMAND_NOT_IMPLEMENTED,
    PLATFORM_UNKNOWN,
    ARGUMENT_MISSING,
    ARGUMENT_INVALID,
    NOT_FOUND,
    PERMISSION_DENIED,
    AUTHENTICATION,
    RATE_LIMITED,
    UNAVAILABLE,
    API_ERROR
  }
}
