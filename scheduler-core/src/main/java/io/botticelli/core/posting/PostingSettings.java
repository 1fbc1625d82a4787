package io.botticelli.core.posting;

import java.time.Duration;

/**
 * How messages are published.
 *
 * @param maxParts largest number of messages one text may be split into, >= 1; a longer text is
 *     refused before anything is sent, so that a runaway model cannot flood a channel
 * @param lookBack how much older than the recorded start of a call a message may be and still be
 *     its result, >= 0; covers clocks that differ
 * @param lookUpDelay wait between a call whose outcome is unknown and looking it up, >= 0; gives
 *     the platform time to show what it accepted
 * @param patience how long to wait for another execution that is sending the same message, >= 0
 */
public record PostingSettings(
    int maxParts, Duration lookBack, Duration lookUpDelay, Duration patience) {

  public PostingSettings {
    if (maxParts < 1) {
      throw new IllegalArgumentException("maxParts is " + maxParts + ", expected >= 1");
    }
    if (lookBack.isNegative() || lookUpDelay.isNegative() || patience.isNegative()) {
      throw new IllegalArgumentException("lookBack, lookUpDelay and patience must be >= 0");
    }
  }

  /** Returns 20 parts, 10 s, 2 s and 60 s. */
  public static PostingSettings defaults() {
    return new PostingSettings(
        20, Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(60));
  }
}
