package io.botticelli.core.scheduling;

import io.botticelli.core.history.FireIdentity;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerKey;

/**
 * Stores fires again under their old identity. The trigger's key is derived from what is taken
 * over, so that several nodes doing it at once store one trigger. Thread-safe.
 */
final class Takeovers {
  private final Scheduler quartz;
  private final Clock clock;

  Takeovers(Scheduler quartz, Clock clock) {
    this.quartz = quartz;
    this.clock = clock;
  }

  /**
   * Fires an identity again.
   *
   * @param key names the take-over, the same on every node
   * @return false if another node stored it already
   * @throws SchedulingException if the actor has no job or the database fails
   */
  boolean fireAgain(
      String key, FireIdentity identity, Map<String, String> parameters, boolean force) {
    return store(
        new TriggerKey(key, FireData.TAKEOVER), identity, parameters, force, Duration.ZERO);
  }

  /** Makes a missed time of the schedule up later; the same on every node and every repeat. */
  void catchUp(FireIdentity missed, Duration delay) {
    String name = missed.actor() + "@" + missed.scheduledFor().toEpochMilli();
    store(new TriggerKey(name, FireData.CATCH_UP), missed, Map.of(), false, delay);
  }

  /**
   * Hands a fire this node cannot run to another one. Only this node has the fire, so the key is
   * new each time: the trigger that brought it may itself be a hand-over, and its row still stands.
   *
   * @param delay before it fires, so that what cannot work now is not tried in a tight loop
   */
  void handOver(Fire fire, Duration delay) {
    TriggerKey key = new TriggerKey("handover-" + UUID.randomUUID(), FireData.TAKEOVER);
    store(key, fire.identity(), fire.parameters(), fire.force(), delay);
  }

  private boolean store(
      TriggerKey key,
      FireIdentity identity,
      Map<String, String> parameters,
      boolean force,
      Duration delay) {
    try {
      quartz.scheduleJob(
          ActorControl.at(key, identity, parameters, force, clock.instant().plus(delay)));
      return true;
    } catch (ObjectAlreadyExistsException stored) {
      return false;
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("take over a fire of " + identity.actor(), failure);
    }
  }
}
