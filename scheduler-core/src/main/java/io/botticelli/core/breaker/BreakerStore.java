package io.botticelli.core.breaker;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * The cluster-wide state of every actor's circuit breaker. Each transition is one conditional
 * UPDATE, judged by the database clock, so that nodes never lose each other's updates.
 */
public interface BreakerStore {
  /** Returns the state of an actor's breaker; closed when the actor is unknown. */
  BreakerSnapshot get(ActorName actor);

  /**
   * Asks to run. Closed: yes. Open and the probe time has come: becomes half-open and this caller
   * is the single probe. Open otherwise, or half-open with a live probe: no.
   */
  Permit tryAcquire(ActorName actor, BreakerPolicy policy, long executionId);

  /** Records a success. */
  BreakerSnapshot recordSuccess(ActorName actor, BreakerPolicy policy, long executionId);

  /** Records a failure; opens the breaker at the threshold or when a probe fails. */
  BreakerSnapshot recordFailure(
      ActorName actor, BreakerPolicy policy, long executionId, String reason);

  /** Gives a probe back without a verdict, after a skipped or cancelled run. */
  void releaseProbe(ActorName actor, long executionId);

  /** Closes the breaker by hand. */
  void reset(ActorName actor);

  /** Answer to {@link #tryAcquire}. */
  enum Permit {
    GRANTED,
    PROBE,
    REFUSED
  }

  /** States of a breaker; stored lower-case. */
  enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /**
   * A breaker as stored.
   *
   * @param tripped true when this call opened it
   */
  record BreakerSnapshot(
      State state,
      int consecutiveFailures,
      Optional<Instant> openedAt,
      Optional<Instant> nextProbeAt,
      boolean tripped) {}
}
