package io.botticelli.core.resilience;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.Timeout;
import dev.failsafe.TimeoutExceededException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.breaker.BreakerStore;
import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Permit;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What surrounds a whole run of an actor: the breaker, and around it the time-out.
 *
 * <p>The stored breaker is the truth. The in-process breaker lives for one run: it is put into the
 * state the store granted, so an open breaker refuses the run here, and the verdict of the run goes
 * back to the store, which makes the transition for the whole cluster.
 *
 * <p>Thread-safe.
 */
public final class RunGuard {
  private final BreakerStore store;

  public RunGuard(BreakerStore store) {
    this.store = store;
  }

  /**
   * Asks the cluster's breaker for permission.
   *
   * @param force true: a person insists; an open breaker does not refuse
   * @return false if the breaker keeps the actor from running
   */
  public boolean tryAcquire(
      ActorName actor, BreakerPolicy policy, long executionId, boolean force) {
    if (!policy.enabled() || !policy.autoPause()) {
      return true;
    }
    Permit permit = store.tryAcquire(actor, policy, executionId);
    if (permit == Permit.REFUSED && force) {
      return true;
    }
    CircuitBreaker<Object> local = breaker(policy);
    switch (permit) {
      case GRANTED -> local.close();
      case PROBE -> local.halfOpen();
      case REFUSED -> local.open();
    }
    return local.tryAcquirePermit();
  }

  /**
   * Runs work on the calling thread and interrupts it when it takes too long.
   *
   * @param limit at least 1 ms
   * @throws RunTimeoutException if the limit was reached; the work has returned by then and the
   *     interrupt flag is clear
   */
  public <T> T run(ActorName actor, Duration limit, Supplier<T> work) {
    Timeout<T> timeout = Timeout.<T>builder(limit).withInterrupt().build();
    try {
      return Failsafe.with(timeout).get(work::get);
    } catch (TimeoutExceededException late) {
      // The flag was raised by the time-out itself and has done its work.
      Thread.interrupted();
      throw new RunTimeoutException(actor.value(), limit, late);
    } catch (FailsafeException wrapped) {
      if (wrapped.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw wrapped;
    }
  }

  /** Records a success for the cluster. */
  public BreakerSnapshot recordSuccess(ActorName actor, BreakerPolicy policy, long executionId) {
    return store.recordSuccess(actor, policy, executionId);
  }

  /** Records a failure for the cluster; its class decides what the breaker makes of it. */
  public BreakerSnapshot recordFailure(
      ActorName actor, BreakerPolicy policy, long executionId, BreakerStore.Failure failure) {
    return store.recordFailure(actor, policy, executionId, failure);
  }

  /** Returns the breaker of an actor as stored. */
  public BreakerSnapshot breaker(ActorName actor) {
    return store.get(actor);
  }

  /** Closes the breaker by hand. */
  public void reset(ActorName actor) {
    store.reset(actor);
  }

  /** Gives a permission back without a verdict. */
  public void recordNeutral(ActorName actor, long executionId) {
    store.releaseProbe(actor, executionId);
  }

  private static CircuitBreaker<Object> breaker(BreakerPolicy policy) {
    return CircuitBreaker.builder()
        .withFailureThreshold(policy.failureThreshold())
        .withSuccessThreshold(policy.successThreshold())
        .withDelay(Duration.ofDays(1))
        .build();
  }
}
