package io.botticelli.core.breaker;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import java.time.Duration;
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

  /**
   * Records a failure by its class.
   *
   * <p>{@code TRANSIENT} is counted and opens the breaker at the threshold. {@code PERMANENT} is
   * counted and opens it at once. {@code QUOTA} is not counted: the breaker is open until the quota
   * is renewed, and the first run after that is a run like any other. A probe that fails opens the
   * breaker again, for twice as long unless it failed for its quota.
   */
  BreakerSnapshot recordFailure(
      ActorName actor, BreakerPolicy policy, long executionId, Failure failure);

  /** Records a failure of the mildest class. */
  default BreakerSnapshot recordFailure(
      ActorName actor, BreakerPolicy policy, long executionId, String reason) {
    return recordFailure(
        actor, policy, executionId, new Failure(FailureClass.TRANSIENT, reason, Optional.empty()));
  }

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

  /** Why a breaker is open; stored lower-case. */
  enum Cause {
    /** Failures in a row reached the threshold. */
    FAILURES,
    /** One failure that a person must mend. */
    PERMANENT,
    /** A quota is used up; nothing was counted. */
    QUOTA
  }

  /**
   * A failure of a run.
   *
   * @param reason one line for people
   * @param retryAfter for a quota: when it is renewed, from now; empty = unknown
   */
  record Failure(FailureClass failureClass, String reason, Optional<Duration> retryAfter) {}

  /**
   * A breaker as stored.
   *
   * @param nextProbeAt when the next run is granted; empty when closed, and when a person must
   *     reset it
   * @param tripped true when this call opened it, other than for a quota
   * @param cause why it is not closed; empty when it is
   * @param reason last failure, one line for people
   */
  record BreakerSnapshot(
      State state,
      int consecutiveFailures,
      Optional<Instant> openedAt,
      Optional<Instant> nextProbeAt,
      boolean tripped,
      Optional<Cause> cause,
      Optional<String> reason) {}
}
