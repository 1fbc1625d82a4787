package io.botticelli.web.api;

import java.time.Instant;
import java.util.Map;

/**
 * What {@code /health} shows.
 *
 * @param status {@code healthy}, {@code degraded} or {@code unhealthy}
 * @param ready this node would fire
 * @param started start-up has finished
 * @param checks component name to its state
 * @param node id of this node
 */
public record HealthView(
    String status,
    boolean ready,
    boolean started,
    Map<String, Check> checks,
    String node,
    Instant timestamp) {

  /**
   * State of one component.
   *
   * @param status {@code healthy}, {@code degraded} or {@code unhealthy}
   * @param detail one sentence for a person
   */
  public record Check(String status, String detail) {}
}
