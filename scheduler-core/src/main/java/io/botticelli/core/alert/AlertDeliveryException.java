package io.botticelli.core.alert;

import io.botticelli.core.ActorServerException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message about an alert was not taken by its receiver; the message names no secret. */
public final class AlertDeliveryException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  /**
   * @param retryAfter what the receiver asked for, or null
   */
  public AlertDeliveryException(
      String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super("alert_not_delivered", message, cause);
    this.retryAfter = retryAfter;
  }

  /** Returns how long the receiver asked to be left alone. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}
