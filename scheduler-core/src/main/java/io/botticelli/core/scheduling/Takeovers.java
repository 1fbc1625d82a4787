package io.botticelli.core.scheduling;

import io.botticelli.core.history.FireIdentity;
import java.time.Clock;
import java.util.Map;
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
    try {
      quartz.scheduleJob(
          ActorControl.now(
              new TriggerKey(key, FireData.TAKEOVER),
              identity,
              parameters,
              force,
              clock.instant()));
      return true;
    } catch (ObjectAlreadyExistsException stored) {
      return false;
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("take over a fire of " + identity.actor(), failure);
    }
  }

  /** Hands a fire this node cannot run any more to another one. */
  boolean handOver(Fire fire) {
    FireIdentity identity = fire.identity();
    return fireAgain(
        "handover-"
            + identity.actor()
            + "-"
            + identity.scheduledFor().toEpochMilli()
            + "-"
            + identity.receipt(),
        identity,
        fire.parameters(),
        fire.force());
  }
}
