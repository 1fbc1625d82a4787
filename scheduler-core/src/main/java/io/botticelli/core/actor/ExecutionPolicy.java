package io.botticelli.core.actor;

import java.time.Duration;

/**
 * How one fire of an actor is carried out.
 *
 * @param stopOnUnrecoverable a permanent error aborts the run
 * @param continueOnError false: the first failing skill aborts the run
 * @param maxRetries extra attempts per skill after transient errors, 0..100
 * @param retryDelay first wait, doubled each time, at most 300 s
 * @param timeout the whole run is cancelled after this
 * @param drainQueue true: repeat the narrative while its source has rows
 * @param maxIterations guard for {@code drainQueue}
 */
public record ExecutionPolicy(
    boolean stopOnUnrecoverable,
    boolean continueOnError,
    int maxRetries,
    Duration retryDelay,
    Duration timeout,
    boolean drainQueue,
    int maxIterations) {
  /** Three retries from five seconds, one hour, one pass. */
  public static final ExecutionPolicy DEFAULT =
      new ExecutionPolicy(
          true, true, 3, Duration.ofSeconds(5), Duration.ofSeconds(3600), false, 100);
}
