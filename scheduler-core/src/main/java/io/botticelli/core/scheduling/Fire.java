package io.botticelli.core.scheduling;

import io.botticelli.core.history.FireIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A fire as Quartz hands it to this node.
 *
 * @param recovering true when Quartz recovers the fire of a node it believes dead
 * @param force a person insists: pause and breaker do not count
 * @param origin where it comes from, also through recovery
 * @param refusedSince when the first node handed it over because it could not use the agreed
 *     definition
 */
record Fire(
    FireIdentity identity,
    boolean recovering,
    boolean force,
    Map<String, String> parameters,
    Origin origin,
    Optional<Instant> refusedSince) {
  Fire {
    parameters = Map.copyOf(parameters);
  }

  /** A fire every node so far could judge. */
  Fire(
      FireIdentity identity,
      boolean recovering,
      boolean force,
      Map<String, String> parameters,
      Origin origin) {
    this(identity, recovering, force, parameters, origin, Optional.empty());
  }

  /** Tells whether the actor's policies for late and overlapping fires apply to it. */
  boolean scheduled() {
    return origin == Origin.SCHEDULE || origin == Origin.HANDED_OVER;
  }

  /** Returns this fire under another identity, as one that nobody owns yet. */
  Fire as(FireIdentity other) {
    return new Fire(other, false, force, parameters, origin, refusedSince);
  }

  /** Returns this fire as one that nodes cannot judge since then. */
  Fire refused(Instant since) {
    return new Fire(identity, recovering, force, parameters, origin, Optional.of(since));
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
