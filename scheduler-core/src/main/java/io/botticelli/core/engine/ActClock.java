package io.botticelli.core.engine;

import java.time.Duration;

/** The time an act has left. */
final class ActClock {
  private final long startNanos = System.nanoTime();
  private final Duration limit;

  ActClock(Duration limit) {
    this.limit = limit;
  }

  long elapsedMs() {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  /** Returns the smaller of a time-out and the time left, at least 1 ms. */
  Duration atMost(Duration timeout) {
    Duration left = limit.minusMillis(elapsedMs());
    Duration smaller = left.compareTo(timeout) < 0 ? left : timeout;
    return smaller.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : smaller;
  }

  /**
   * @throws RunEndedException if the run is cancelled or the act has used up its time
   */
  void check() {
    checkCancelled();
    if (elapsedMs() > limit.toMillis()) {
      throw RunEndedException.failed(
          "act_timeout",
          "took longer than " + limit.toSeconds() + " s; nothing further was started",
          true,
          0,
          null);
    }
  }

  /**
   * @throws RunEndedException if the run is cancelled
   */
  void checkCancelled() {
    if (Thread.currentThread().isInterrupted()) {
      throw RunEndedException.cancelled("cancelled before the next step", null);
    }
  }
}
