package io.botticelli.core.scheduling;

import io.botticelli.core.history.FireIdentity;
import java.util.Map;

/**
 * A fire as Quartz hands it to this node.
 *
 * @param recovering true when Quartz recovers the fire of a node it believes dead
 * @param force a person insists: pause and breaker do not count
 * @param scheduled true when it came from the actor's own schedule, also through recovery
 */
record Fire(
    FireIdentity identity,
    boolean recovering,
    boolean force,
    Map<String, String> parameters,
    boolean scheduled) {
  Fire {
    parameters = Map.copyOf(parameters);
  }

  /** Returns this fire under another identity, as one that nobody owns yet. */
  Fire as(FireIdentity other) {
    return new Fire(other, false, force, parameters, scheduled);
  }
}
