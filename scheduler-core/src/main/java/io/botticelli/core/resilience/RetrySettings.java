package io.botticelli.core.resilience;

import java.time.Duration;
import java.util.Optional;

/**
 * What a person may change about retries of model calls.
 *
 * @param maxRetries calls after the first for every kind of failure, 0 = no retry; empty = as the
 *     built-in table says
 * @param firstDelay upper bound of the first wait; empty = as the table says
 * @param scale factor on every wait, also those a provider or an actor asks for; 1.0 in production,
 *     small in tests
 */
public record RetrySettings(
    Optional<Integer> maxRetries, Optional<Duration> firstDelay, double scale) {
  /** The built-in table. */
  public static final RetrySettings DEFAULTS =
      new RetrySettings(Optional.empty(), Optional.empty(), 1.0);

  /**
   * @throws IllegalArgumentException if a number is negative
   */
  public RetrySettings {
    if (maxRetries.orElse(0) < 0 || scale < 0) {
      throw new IllegalArgumentException(
          "retry settings maxRetries " + maxRetries + " and scale " + scale + " must be >= 0");
    }
  }

  Duration scaled(Duration wait) {
    return scale == 1.0 ? wait : Duration.ofMillis(Math.round(wait.toMillis() * scale));
  }
}
