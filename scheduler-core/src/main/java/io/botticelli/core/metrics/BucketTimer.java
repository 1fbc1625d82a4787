package io.botticelli.core.metrics;

import com.codahale.metrics.Timer;

/** A timer whose buckets can be read. */
final class BucketTimer extends Timer {
  private final BucketReservoir buckets;

  private BucketTimer(BucketReservoir buckets) {
    super(buckets);
    this.buckets = buckets;
  }

  static BucketTimer withBounds(double[] bounds) {
    return new BucketTimer(new BucketReservoir(bounds));
  }

  BucketReservoir buckets() {
    return buckets;
  }
}
