package io.botticelli.core.node;

import io.botticelli.core.breaker.jdbc.JdbcBreakerStore;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.resilience.RunGuard;
import io.botticelli.core.scheduling.ActorCatalog;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.ClusterState;
import io.botticelli.core.scheduling.FireBody;
import io.botticelli.core.scheduling.FireMetrics;
import io.botticelli.core.scheduling.QuartzProperties;
import io.botticelli.core.scheduling.SchedulerSettings;
import java.util.concurrent.ThreadLocalRandom;

/** Wires a scheduler over the stores of a process; a node and a workbench differ in few parts. */
final class Schedulers {
  private Schedulers() {}

  /**
   * Builds a scheduler in standby.
   *
   * @param workers runs at a time
   * @throws io.botticelli.core.ActorServerException if {@code quartz.properties} is refused or
   *     Quartz cannot be built
   */
  static ClusterScheduler build(
      String nodeId,
      int workers,
      NodeSettings settings,
      ServerConfig server,
      Storage storage,
      Components components,
      ActorCatalog catalog,
      FireBody body,
      ClusterState cluster,
      FireMetrics metrics) {
    return new ClusterScheduler(
        new SchedulerSettings(
            nodeId,
            workers,
            server.checkInterval(),
            SchedulerSettings.SWEEP_INTERVAL,
            QuartzProperties.load(settings.workingDirectory())),
        new ClusterScheduler.Ports(
            catalog,
            components.history,
            components.receipts,
            components.fires,
            components.pending,
            components.states,
            components.clusterPause,
            new RunGuard(new JdbcBreakerStore(storage.transactions())),
            body,
            cluster,
            metrics,
            settings.clock(),
            () -> ThreadLocalRandom.current().nextDouble()),
        storage.sources().quartz());
  }
}
