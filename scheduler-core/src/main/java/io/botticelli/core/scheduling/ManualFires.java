package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.history.Receipts;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires somebody asked for: the receipt is stored first, then the trigger. Whoever dies in between
 * leaves a receipt that has neither trigger nor execution; a repeat of the request or the next
 * sweep of any node stores its trigger. The trigger's key and the fire's identity follow from the
 * receipt, so that storing it twice is harmless. Thread-safe.
 */
final class ManualFires {
  private static final Logger LOG = LoggerFactory.getLogger(ManualFires.class);

  private static final int BATCH = 50;

  /** A request that young is still being stored by whoever took it. */
  static final Duration STORING = Duration.ofSeconds(10);

  private final String node;
  private final Scheduler quartz;
  private final ActorCatalog catalog;
  private final KnownActors actors;
  private final Pauses pauses;
  private final ExecutionHistory history;
  private final Receipts receipts;
  private final Clock clock;

  ManualFires(
      String node,
      Scheduler quartz,
      ActorCatalog catalog,
      KnownActors actors,
      Pauses pauses,
      ExecutionHistory history,
      Receipts receipts,
      Clock clock) {
    this.node = node;
    this.quartz = quartz;
    this.catalog = catalog;
    this.actors = actors;
    this.pauses = pauses;
    this.history = history;
    this.receipts = receipts;
    this.clock = clock;
  }

  /**
   * Fires an actor on some node, once per idempotency key.
   *
   * @throws SchedulingException {@code actor_not_found}, {@code actor_disabled}, {@code
   *     actor_paused}, {@code cluster_paused} or {@code circuit_open}; only for a new wish
   * @throws io.botticelli.core.history.FireRequestException {@code idempotency_conflict}
   */
  FireReceipt fire(FireRequest request) {
    boolean known =
        request
            .idempotencyKey()
            .flatMap(key -> receipts.findByKey(request.actor(), key))
            .isPresent();
    if (!known) {
      checkMayFire(request);
    }
    FireReceipt receipt = receipts.store(request);
    if (receipt.executionId().isEmpty()) {
      try {
        storeTrigger(receipt);
      } catch (SchedulingException failure) {
        // The wish is stored: telling the caller that it failed would make him ask for another.
        LOG.warn(
            "receipt {} of actor {} is stored, but not its trigger; a running node does that: {}",
            receipt.id(),
            receipt.actor(),
            failure.isRetryable() ? failure.getMessage() : "no node has scheduled the actor yet");
      }
    }
    LOG.info(
        "actor {}: fire asked for by {}, receipt {} ({})",
        request.actor(),
        request.by().isEmpty() ? "somebody" : request.by(),
        receipt.id(),
        receipt.state().shown());
    return receipt;
  }

  /** Stores the triggers that are missing. */
  void sweep() {
    for (FireReceipt receipt : receipts.listOpen(STORING, BATCH)) {
      try {
        complete(receipt);
      } catch (ActorServerException failure) {
        LOG.warn(
            "receipt {} of actor {} has no trigger, it is tried again: {}",
            receipt.id(),
            receipt.actor(),
            failure.getMessage());
      }
    }
  }

  private void complete(FireReceipt receipt) {
    if (catalog.current().isGone(receipt.actor())) {
      history.recordNotRun(
          receipt.identity(),
          ExecutionStatus.SKIPPED,
          "actor_gone",
          "the actor was disabled or removed before it could fire",
          node);
      LOG.warn("receipt {}: actor {} is gone, not fired", receipt.id(), receipt.actor());
    } else if (!hasTrigger(receipt) && storeTrigger(receipt)) {
      LOG.warn("receipt {} of actor {} had no trigger; stored", receipt.id(), receipt.actor());
    }
  }

  /** A fire that was handed over waits under another key. */
  private boolean hasTrigger(FireReceipt receipt) {
    try {
      for (Trigger trigger : quartz.getTriggersOfJob(FireData.jobKey(receipt.actor()))) {
        if (FireData.isReceipt(trigger, receipt.id())) {
          return true;
        }
      }
      return false;
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("read the triggers of " + receipt.actor(), failure);
    }
  }

  private boolean storeTrigger(FireReceipt receipt) {
    Trigger trigger =
        ActorControl.at(
            new TriggerKey(receipt.id(), FireData.MANUAL),
            receipt.identity(),
            receipt.parameters(),
            receipt.force(),
            clock.instant());
    try {
      quartz.scheduleJob(trigger);
      return true;
    } catch (ObjectAlreadyExistsException waiting) {
      return false;
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("fire actor " + receipt.actor(), failure);
    }
  }

  /** Judged by the rows alone: who asks may not have the variables the definitions need. */
  private void checkMayFire(FireRequest request) {
    ActorState state = actors.get(request.actor());
    if (!state.enabled()) {
      throw new SchedulingException(
          "actor_disabled",
          "actor "
              + request.actor()
              + " is disabled or no longer defined; set actor.enabled = true and reload");
    }
    if (!request.force()) {
      checkMayFire(state);
    }
  }

  private void checkMayFire(ActorState state) {
    Optional<Pauses.Refusal> pause = pauses.find(state.name());
    if (pause.isPresent()) {
      throw new SchedulingException(
          pause.get().code().equals("paused") ? "actor_paused" : pause.get().code(),
          "actor "
              + state.name()
              + " does not fire: "
              + pause.get().message()
              + "; "
              + pause.get().remedy()
              + ", or fire it with force");
    }
    if (state.breakerState().equals("open")) {
      throw new SchedulingException(
          "circuit_open",
          "actor "
              + state.name()
              + ": breaker OPEN after "
              + state.consecutiveFailures()
              + " failures in a row; resume it, or fire it with force");
    }
  }
}
