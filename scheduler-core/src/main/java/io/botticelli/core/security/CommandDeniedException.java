package io.botticelli.core.security;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A policy does not let a command pass; it certainly had no effect. */
public final class CommandDeniedException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  /**
   * @param code as in {@link GateDecision.Denied}
   */
  public CommandDeniedException(String code, String message, Optional<Duration> retryAfter) {
    super(code, message, null);
    this.retryAfter = retryAfter.orElse(null);
  }

  /** Returns when it may be tried again; empty when it would be denied again. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean isRetryable() {
    return retryAfter != null;
  }

  @Override
  public FailureClass failureClass() {
    if (retryAfter != null) {
      return FailureClass.QUOTA;
    }
    // A command stands in the narrative and is denied again; the rest is judged by its arguments,
    // which may be others next time.
    return "command_denied".equals(code()) ? FailureClass.PERMANENT : FailureClass.TRANSIENT;
  }
}
