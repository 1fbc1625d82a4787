package io.botticelli.core.node;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How this node is.
 *
 * @param ready this node would fire: it acquires triggers, its check-in is fresh, its clock is
 *     right
 * @param started the node has begun to fire once
 * @param components {@code database}, {@code scheduler}, {@code models}, {@code discord}, {@code
 *     actors}, {@code clock}, {@code doctor}, in this order
 * @param node id of this node
 */
public record Health(
    boolean ready, boolean started, Map<String, Component> components, String node) {
  public Health {
    components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
  }

  /** Returns the worst state of any component. */
  public State state() {
    return components.values().stream()
        .map(Component::state)
        .max(Comparator.naturalOrder())
        .orElse(State.HEALTHY);
  }

  /** States from good to bad; shown lower-case. */
  public enum State {
    HEALTHY,
    DEGRADED,
    UNHEALTHY
  }

  /**
   * One component.
   *
   * @param detail one sentence for a person
   */
  public record Component(State state, String detail) {}
}
