package io.botticelli.core.engine;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.FailureClass;
import io.botticelli.core.engine.NarrativeRunner.Status;
import org.jspecify.annotations.Nullable;

/**
 * Ends a pass of a narrative before its last act: it failed, has nothing to do, or was cancelled.
 * Never leaves the package; {@link NarrativeEngine} turns it into a result.
 */
final class RunEndedException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final Status status;
  private final boolean retryable;
  private final long retryAfterMs;
  private final String response;

  private RunEndedException(
      Status status,
      String code,
      String message,
      boolean retryable,
      long retryAfterMs,
      @Nullable Throwable cause) {
    this(status, code, message, retryable, retryAfterMs, "", cause);
  }

  private RunEndedException(
      Status status,
      String code,
      String message,
      boolean retryable,
      long retryAfterMs,
      String response,
      @Nullable Throwable cause) {
    super(code, message, cause);
    this.status = status;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.response = response;
  }

  static RunEndedException failed(String code, String message) {
    return new RunEndedException(Status.FAILED, code, message, false, 0, null);
  }

  static RunEndedException failed(
      String code,
      String message,
      boolean retryable,
      long retryAfterMs,
      @Nullable Throwable cause) {
    return new RunEndedException(Status.FAILED, code, message, retryable, retryAfterMs, cause);
  }

  static RunEndedException skipped(String code, String message) {
    return new RunEndedException(Status.SKIPPED, code, message, false, 0, null);
  }

  static RunEndedException cancelled(String message, @Nullable Throwable cause) {
    return new RunEndedException(Status.CANCELLED, "cancelled", message, false, 0, cause);
  }

  /**
   * @param response JSON that names the approval
   */
  static RunEndedException waiting(String message, String response) {
    return new RunEndedException(
        Status.WAITING_APPROVAL, "approval_pending", message, false, 0, response, null);
  }

  /** Returns what stands for the response of the act that ended, "" = nothing does. */
  String response() {
    return response;
  }

  /** Returns the same ending with the place it happened put before the message. */
  RunEndedException at(String place) {
    return new RunEndedException(
        status, code(), place + ": " + getMessage(), retryable, retryAfterMs, response, this);
  }

  Status status() {
    return status;
  }

  long retryAfterMs() {
    return retryAfterMs;
  }

  @Override
  public boolean isRetryable() {
    return retryable;
  }

  @Override
  public FailureClass failureClass() {
    return getCause() instanceof ActorServerException failure
        ? failure.failureClass()
        : FailureClass.TRANSIENT;
  }
}
