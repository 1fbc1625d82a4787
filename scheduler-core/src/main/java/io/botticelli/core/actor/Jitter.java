package io.botticelli.core.actor;

import java.time.Duration;

/**
 * A random shift of each fire, so that posts look human.
 *
 * @param percent 0..90, of the interval; 0 when {@code amount} is used
 * @param amount absolute shift, zero when {@code percent} is used
 */
public record Jitter(int percent, Duration amount) {
  /** No shift. */
  public static final Jitter NONE = new Jitter(0, Duration.ZERO);

  /** Tells whether fires are shifted at all. */
  public boolean isPresent() {
    return percent > 0 || !amount.isZero();
  }
}
