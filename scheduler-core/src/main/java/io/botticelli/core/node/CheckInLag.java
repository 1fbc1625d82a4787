package io.botticelli.core.node;

import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.ClusterState;
import java.time.Duration;

/** How late this node's check-in with Quartz is; other nodes take a late one's fires. */
final class CheckInLag {
  private final ClusterScheduler scheduler;
  private final ClusterState cluster;
  private volatile double seconds;

  CheckInLag(ClusterScheduler scheduler, ClusterState cluster) {
    this.scheduler = scheduler;
    this.cluster = cluster;
  }

  /**
   * Measures it.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  void measure() {
    seconds =
        cluster
                .checkInAge(scheduler.schedulerName(), scheduler.instanceId())
                .map(age -> age.minus(scheduler.checkInInterval()))
                .filter(late -> !late.isNegative())
                .orElse(Duration.ZERO)
                .toMillis()
            / 1000.0;
  }

  /** Returns it as last measured; 0 = in time. */
  double seconds() {
    return seconds;
  }
}
