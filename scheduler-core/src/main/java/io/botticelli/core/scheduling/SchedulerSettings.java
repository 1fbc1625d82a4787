package io.botticelli.core.scheduling;

import java.time.Duration;
import java.util.Map;

/**
 * How this node takes part in the cluster's schedule.
 *
 * @param instanceId unique among running nodes, readable, at most 150 characters
 * @param threads actors this node runs at once, at least 1
 * @param checkInterval period of the reconciler, at least 1 s
 * @param sweepInterval period of the search for executions without owner
 * @param properties {@code org.quartz.*} as the operator wrote them, see {@link QuartzProperties}
 */
public record SchedulerSettings(
    String instanceId,
    int threads,
    Duration checkInterval,
    Duration sweepInterval,
    Map<String, String> properties) {
  /** How often nodes look for executions whose owner is gone. */
  public static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);

  public SchedulerSettings {
    properties = Map.copyOf(properties);
  }
}
