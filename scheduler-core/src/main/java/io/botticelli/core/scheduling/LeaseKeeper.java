package io.botticelli.core.scheduling;

import io.botticelli.core.StoreException;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.Renewal;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extends the leases of this node's runs and interrupts a run that has lost its own. One daemon
 * thread for all runs. Thread-safe.
 */
public final class LeaseKeeper implements AutoCloseable {
  /** How long an owner is believed alive without a sign. */
  public static final Duration LEASE = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final ExecutionHistory history;
  private final Duration lease;
  private final Map<Long, Held> held = new ConcurrentHashMap<>();
  private final AtomicBoolean lookAwaited = new AtomicBoolean();
  private final ScheduledExecutorService timer;

  /** Keeps leases of 15 s by extending them every 5 s. */
  public LeaseKeeper(ExecutionHistory history) {
    this(history, LEASE, PERIOD);
  }

  LeaseKeeper(ExecutionHistory history, Duration lease, Duration period) {
    this.history = history;
    this.lease = lease;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "lease-keeper");
              thread.setDaemon(true);
              return thread;
            });
    timer.scheduleWithFixedDelay(
        this::extendAll, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns how long a lease lasts. */
  public Duration lease() {
    return lease;
  }

  /** Keeps the lease of a run on the calling thread until the result is closed. */
  public Held keep(Fence fence) {
    Held run = new Held(fence, Thread.currentThread());
    held.put(fence.executionId(), run);
    return run;
  }

  /**
   * Interrupts a run of this node.
   *
   * @return false if this node does not run it
   */
  boolean interrupt(long executionId, Reason reason) {
    return Optional.ofNullable(held.get(executionId)).map(run -> run.stop(reason)).orElse(false);
  }

  /** Interrupts the run on a thread, if there is one. */
  void interrupt(Thread thread, Reason reason) {
    held.values().stream().filter(run -> run.thread == thread).forEach(run -> run.stop(reason));
  }

  /** Interrupts every run of this node. */
  int interruptAll(Reason reason) {
    held.values().forEach(run -> run.stop(reason));
    return held.size();
  }

  /** Counts runs of this node. */
  int size() {
    return held.size();
  }

  /**
   * Extends all leases at once, and so sees whether a run is to be cancelled.
   *
   * @param hint id of an execution; nothing is done when it does not run here, "" = any
   */
  void lookAt(String hint) {
    boolean ours =
        hint.isEmpty() || held.keySet().stream().anyMatch(id -> Long.toString(id).equals(hint));
    // However many hints arrive, one look that has not begun yet sees what they are about.
    if (!ours || !lookAwaited.compareAndSet(false, true)) {
      return;
    }
    try {
      timer.execute(
          () -> {
            lookAwaited.set(false);
            extendAll();
          });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("cancellations are not looked for any more, the node stops");
    }
  }

  private void extendAll() {
    List<Held> runs = List.copyOf(held.values());
    try {
      Map<Fence, Renewal> renewals =
          history.renewLeases(runs.stream().map(run -> run.fence).toList(), lease);
      runs.forEach(run -> heed(run, renewals.get(run.fence)));
    } catch (StoreException failure) {
      LOG.warn(
          "leases of {} executions could not be extended, it is tried again: {}",
          runs.size(),
          failure.getMessage());
    } catch (RuntimeException failure) {
      // Work that throws would end the timer and with it every lease of this node.
      LOG.error("leases could not be extended", failure);
    }
  }

  private static void heed(Held run, @Nullable Renewal renewal) {
    if (renewal == null) {
      LOG.debug("execution {} is locked by somebody, its lease later", run.fence.executionId());
      return;
    }
    renewal.cancelRequestedBy().ifPresent(by -> cancel(run, by));
    if (!renewal.owned() && run.stop(Reason.LEASE_LOST)) {
      LOG.warn(
          "execution {} was taken over or closed elsewhere; its run here is interrupted",
          run.fence.executionId());
    }
  }

  private static void cancel(Held run, String by) {
    if (run.cancel(by)) {
      LOG.info("execution {} is cancelled, asked for by {}", run.fence.executionId(), by);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Why a run is interrupted. */
  enum Reason {
    CANCELLED,
    LEASE_LOST,
    STOPPING
  }

  /** A run whose lease is kept. */
  public final class Held implements AutoCloseable {
    private final Fence fence;
    private final Thread thread;
    private volatile @Nullable Reason reason;
    private volatile String cancelledBy = "";

    private Held(Fence fence, Thread thread) {
      this.fence = fence;
      this.thread = thread;
    }

    /** Returns why the run was interrupted, if it was. */
    Optional<Reason> stopped() {
      return Optional.ofNullable(reason);
    }

    /**
     * Returns how a result reads whose run was interrupted because a person cancelled it; any other
     * one, and one that was finished all the same, as it is.
     */
    public ExecutionResult asCancelled(ExecutionResult result) {
      boolean ended =
          result.status() == ExecutionStatus.CANCELLED || result.status() == ExecutionStatus.FAILED;
      return ended && reason == Reason.CANCELLED
          ? new ExecutionResult(
              ExecutionStatus.CANCELLED,
              Optional.of("cancelled"),
              Optional.of(cancellation()),
              result.skillsSucceeded(),
              result.skillsFailed(),
              result.skillsSkipped(),
              result.tokensIn(),
              result.tokensOut(),
              result.metadata())
          : result;
    }

    /** Returns who cancelled the run, in a sentence. */
    String cancellation() {
      return cancelledBy.isEmpty() ? "the run was cancelled" : "cancelled by " + cancelledBy;
    }

    /** Interrupts it for a person, once more each time: a run may have missed the first one. */
    private synchronized boolean cancel(String by) {
      boolean first = reason == null;
      if (first) {
        cancelledBy = by;
      }
      return stop(Reason.CANCELLED) && first;
    }

    /** The first reason counts; the lock keeps an interrupt from reaching the next run. */
    private synchronized boolean stop(Reason why) {
      if (!held.containsValue(this)) {
        return false;
      }
      if (reason == null) {
        reason = why;
      }
      thread.interrupt();
      return true;
    }

    @Override
    public synchronized void close() {
      held.remove(fence.executionId(), this);
    }
  }
}
