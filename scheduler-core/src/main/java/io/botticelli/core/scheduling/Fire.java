package io.botticelli.core.scheduling;

import io.botticelli.core.history.FireIdentity;
import java.util.Map;

/**
 * A fire as Quartz hands it to this node.
 *
 * @param recovering true when Quartz recovers the fire of a node it believes dead
 * @param force a person insists: pause and breaker do not count
 * @param origin where it comes from, also through recovery
 */
record Fire(
    FireIdentity identity,
    boolean recovering,
    boolean force,
    Map<String, String> parameters,
    Origin origin) {
  Fire {
    parameters = Map.copyOf(parameters);
  }

  /** Tells whether the actor's policies for late and overlapping fires apply to it. */
  boolean scheduled() {
    return origin == Origin.SCHEDULE || origin == Origin.HANDED_OVER;
  }

  /** Returns this fire under another identity, as one that nobody owns yet. */
  Fire as(FireIdentity other) {
    return new Fire(other, false, force, parameters, origin);
  }

  /** Where a fire comes from. */
  enum Origin {
    /** The actor's schedule. */
    SCHEDULE,
    /** The actor's schedule, by way of a node that could not look at it. */
    HANDED_OVER,
    /** A trigger of its own. */
    STORED,
    /** A call in this process, which is to cause nothing else. */
    CALL
  }
}
