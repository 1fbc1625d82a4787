package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;

/** The scheduler refused or could not do something. */
public final class SchedulingException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * @param code {@code actor_not_found}, {@code actor_disabled}, {@code actor_paused}, {@code
   *     cluster_paused}, {@code circuit_open}, {@code until_past}, {@code quartz_settings_refused}
   *     or {@code scheduler_failed}
   */
  public SchedulingException(String code, String message) {
    this(code, message, false, null);
  }

  SchedulingException(String code, String message, boolean retryable, @Nullable Throwable cause) {
    super(code, message, cause);
    this.retryable = retryable;
  }

  /**
   * Returns the exception for a failed Quartz call, which nearly always means the database; what
   * Quartz itself refuses (a job that is not there, a scheduler that is stopped) is not retryable.
   */
  static SchedulingException failed(String what, Exception cause) {
    return new SchedulingException(
        "scheduler_failed",
        what + " failed: " + cause.getMessage() + "; it is tried again at the next reconcile",
        !isRefusal(cause),
        cause);
  }

  /** Quartz wraps its own refusals like everything else; they are those nothing else has caused. */
  private static boolean isRefusal(Throwable failure) {
    @Nullable Throwable cause = failure;
    while (cause instanceof SchedulerException) {
      cause = cause.getCause();
    }
    return cause == null || cause instanceof RuntimeException;
  }

  @Override
  public boolean isRetryable() {
    return retryable;
  }
}
