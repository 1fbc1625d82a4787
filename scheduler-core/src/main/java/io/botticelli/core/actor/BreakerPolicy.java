package io.botticelli.core.actor;

import java.time.Duration;

/**
 * How an actor's circuit breaker behaves.
 *
 * @param enabled false: failures are counted but never open the breaker
 * @param failureThreshold failures in a row that open it, at least 1
 * @param autoPause true: an open breaker keeps the actor from firing
 * @param resetOnSuccess true: a success clears the failure count
 * @param resetTimeout wait before one trial run; zero = a person must resume
 * @param successThreshold trial successes that close it, at least 1
 */
public record BreakerPolicy(
    boolean enabled,
    int failureThreshold,
    boolean autoPause,
    boolean resetOnSuccess,
    Duration resetTimeout,
    int successThreshold) {
  /** Five failures, five minutes, one success. */
  public static final BreakerPolicy DEFAULT =
      new BreakerPolicy(true, 5, true, true, Duration.ofSeconds(300), 1);
}
