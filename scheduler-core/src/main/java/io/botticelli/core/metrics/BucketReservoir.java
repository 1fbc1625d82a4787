package io.botticelli.core.metrics;

import com.codahale.metrics.Reservoir;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Snapshot;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets, exactly and since the start, beside a few recent values for JMX's
 * percentiles. A reservoir because every way into a timer ends here.
 */
final class BucketReservoir implements Reservoir {
  /** One reservoir per actor: thousands of them must stay small. */
  private static final int RECENT_VALUES = 64;

  private final double[] bounds;
  private final LongAdder[] counts;
  private final LongAdder sumNanos = new LongAdder();
  private final Reservoir recent = new SlidingWindowReservoir(RECENT_VALUES);

  /**
   * @param bounds upper bounds in seconds, ascending, without infinity
   */
  BucketReservoir(double[] bounds) {
    this.bounds = bounds.clone();
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  @Override
  public void update(long nanos) {
    double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
    int bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sumNanos.add(nanos);
    recent.update(nanos);
  }

  /** Returns the upper bounds in seconds, infinity last. */
  double[] upperBounds() {
    double[] upper = Arrays.copyOf(bounds, bounds.length + 1);
    upper[bounds.length] = Double.POSITIVE_INFINITY;
    return upper;
  }

  /** Returns how many values each bucket holds, not cumulated. */
  long[] counts() {
    long[] now = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      now[i] = counts[i].sum();
    }
    return now;
  }

  double sumSeconds() {
    return (double) sumNanos.sum() / TimeUnit.SECONDS.toNanos(1);
  }

  @Override
  public int size() {
    return recent.size();
  }

  @Override
  public Snapshot getSnapshot() {
    return recent.getSnapshot();
  }
}
