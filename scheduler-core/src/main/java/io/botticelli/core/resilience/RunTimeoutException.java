package io.botticelli.core.resilience;

import io.botticelli.core.ActorServerException;
import java.time.Duration;

/** A run took longer than its actor allows; it was interrupted and has ended. */
public final class RunTimeoutException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param limit what was allowed
   */
  public RunTimeoutException(String actor, Duration limit, Throwable cause) {
    super(
        "run_timeout",
        "actor "
            + actor
            + ": the run did not end within "
            + limit.toSeconds()
            + " s and was interrupted; raise execution.timeout_seconds or shorten the narrative",
        cause);
  }
}
