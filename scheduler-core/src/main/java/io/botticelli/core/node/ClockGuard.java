package io.botticelli.core.node;

import io.botticelli.core.scheduling.ClusterState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Compares this node's clock with the database's. Quartz judges due times and dead nodes by the
 * nodes' clocks: a fast one fires early by its whole skew, and from 7.5 s on healthy nodes are
 * declared dead. Thread-safe.
 */
public final class ClockGuard {
  /** A node further off than this does not start. */
  public static final Duration START_LIMIT = Duration.ofSeconds(1);

  /** A node further off than this stops firing until it is back within the start limit. */
  public static final Duration RUN_LIMIT = Duration.ofSeconds(2);

  private final Clock clock;
  private final ClusterState cluster;
  private volatile Duration skew = Duration.ZERO;

  ClockGuard(Clock clock, ClusterState cluster) {
    this.clock = clock;
    this.cluster = cluster;
  }

  /**
   * Measures the skew.
   *
   * @return this node's clock minus the database's
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Duration measure() {
    Instant before = clock.instant();
    Instant database = cluster.databaseTime();
    Instant after = clock.instant();
    Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
    skew = Duration.between(database, middle);
    return skew;
  }

  /** Returns the skew as last measured. */
  public Duration skew() {
    return skew;
  }

  /** Tells whether the skew as last measured is beyond a limit. */
  public boolean isBeyond(Duration limit) {
    return skew.abs().compareTo(limit) > 0;
  }

  /**
   * Measures before the start.
   *
   * @throws NodeException if the clocks are more than {@link #START_LIMIT} apart
   */
  void requireInTime() {
    measure();
    if (isBeyond(START_LIMIT)) {
      throw new NodeException(
          "clock_skew",
          "this node's clock is "
              + skew.toMillis()
              + " ms off the database's, at most "
              + START_LIMIT.toMillis()
              + " ms are allowed; synchronise it (NTP) and start again");
    }
  }
}
