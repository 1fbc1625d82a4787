package io.botticelli.core.node;

import io.botticelli.core.db.DataSources;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.scheduling.ClusterScheduler;

/** Shows in the metrics what only the assembled node knows: runs, pools, clock and check-ins. */
final class NodeFigures {
  private final ActorMetrics metrics;
  private final ClusterScheduler scheduler;
  private final DataSources sources;
  private final ClockGuard clock;
  private final CheckInLag checkIn;

  NodeFigures(
      ActorMetrics metrics,
      ClusterScheduler scheduler,
      DataSources sources,
      ClockGuard clock,
      CheckInLag checkIn) {
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.sources = sources;
    this.clock = clock;
    this.checkIn = checkIn;
  }

  /** Registers the figures; they are read whenever somebody asks for the metrics. */
  void show() {
    metrics.activeActors(scheduler::countRunning);
    for (DataSources.PoolFigures pool : sources.figures()) {
      String name = pool.pool();
      metrics.poolConnections(name, "busy", () -> figures(name).busy());
      metrics.poolConnections(name, "idle", () -> figures(name).idle());
      metrics.poolConnections(name, "waiting", () -> figures(name).waiting());
      metrics.poolConnections(name, "max", () -> figures(name).max());
    }
    metrics.clockSkew(clock.skew());
    metrics.checkinLag(checkIn::seconds);
  }

  private DataSources.PoolFigures figures(String pool) {
    return sources.figures().stream()
        .filter(figures -> figures.pool().equals(pool))
        .findFirst()
        .orElseThrow();
  }
}
