package io.botticelli.core.scheduling;

import java.util.EnumSet;
import java.util.Set;

/**
 * The one place that decides whether this node acquires triggers: once it may fire, while it has no
 * reason to stand by, and until it stops. Thread-safe.
 */
final class StandbyReasons {
  private final Set<StandbyReason> reasons = EnumSet.noneOf(StandbyReason.class);
  private final Runnable fire;
  private final Runnable standBy;
  private boolean begun;
  private boolean stopped;

  /**
   * @param fire starts acquiring; may be called when it already does
   * @param standBy stops acquiring
   */
  StandbyReasons(Runnable fire, Runnable standBy) {
    this.fire = fire;
    this.standBy = standBy;
  }

  /** The node may fire from now on. */
  synchronized void begin() {
    begun = true;
    fireIfAllowed();
  }

  /** Adds a reason; returns false if it stood already. */
  synchronized boolean add(StandbyReason reason) {
    if (!reasons.add(reason)) {
      return false;
    }
    if (!stopped) {
      standBy.run();
    }
    return true;
  }

  /** Takes a reason away; returns false if it did not stand. It stays if firing does not start. */
  synchronized boolean remove(StandbyReason reason) {
    if (!reasons.remove(reason)) {
      return false;
    }
    try {
      fireIfAllowed();
    } catch (RuntimeException failure) {
      // Else nobody would try again.
      reasons.add(reason);
      throw failure;
    }
    return true;
  }

  /** Nothing is acquired any more, whatever comes. */
  synchronized void stop() {
    stopped = true;
    standBy.run();
  }

  synchronized Set<StandbyReason> all() {
    return Set.copyOf(reasons);
  }

  private void fireIfAllowed() {
    if (begun && !stopped && reasons.isEmpty()) {
      fire.run();
    }
  }
}
