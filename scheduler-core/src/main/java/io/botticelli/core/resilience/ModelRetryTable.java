package io.botticelli.core.resilience;

import io.botticelli.core.model.ModelException;
import java.time.Duration;

/**
 * How often and how long to wait after each kind of failed model call. The row is chosen by the
 * first failure of a call and kept for its later failures.
 *
 * @param firstDelay upper bound of the first wait; doubled for each further one
 * @param retries calls after the first, at least 0
 * @param cap upper bound of any wait
 */
record ModelRetryTable(Duration firstDelay, int retries, Duration cap) {
  private static final ModelRetryTable RATE_LIMITED = seconds(5, 3, 40);
  private static final ModelRetryTable OVERLOADED = seconds(2, 5, 60);
  private static final ModelRetryTable SERVER_ERROR = seconds(1, 3, 8);
  private static final ModelRetryTable TIMED_OUT = seconds(2, 4, 30);
  private static final ModelRetryTable CONNECTION = seconds(2, 5, 60);

  /** Returns the row for a failure, which must be retryable. */
  static ModelRetryTable rowFor(ModelException failure) {
    return switch (failure.kind()) {
      case RATE_LIMITED -> RATE_LIMITED;
      case TIMEOUT -> TIMED_OUT;
      case CONNECTION -> CONNECTION;
      default ->
          switch (failure.status()) {
            case 408 -> TIMED_OUT;
            case 429 -> RATE_LIMITED;
            case 500, 502, 504 -> SERVER_ERROR;
            default -> OVERLOADED;
          };
    };
  }

  /**
   * Returns the upper bound of the wait before a retry.
   *
   * @param retry 1 for the first retry
   */
  Duration bound(int retry) {
    return doubled(firstDelay, retry, cap);
  }

  /** Returns {@code first * 2^(retry - 1)}, at most {@code cap}, without overflow. */
  static Duration doubled(Duration first, int retry, Duration cap) {
    Duration delay = first;
    for (int i = 1; i < retry && delay.compareTo(cap) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(cap) < 0 ? delay : cap;
  }

  private static ModelRetryTable seconds(long first, int retries, long cap) {
    return new ModelRetryTable(Duration.ofSeconds(first), retries, Duration.ofSeconds(cap));
  }
}
