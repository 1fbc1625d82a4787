package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.FireIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores fires again under their old identity. The trigger's key is derived from what is taken
 * over, so that several nodes doing it at once store one trigger. Thread-safe.
 */
final class Takeovers {
  private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);

  /** Nobody else has a fire that is handed over. */
  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final Scheduler quartz;
  private final Clock clock;
  private final Patience patience;

  Takeovers(Scheduler quartz, Clock clock, Patience patience) {
    this.quartz = quartz;
    this.clock = clock;
    this.patience = patience;
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

  /** Stores the fire that an execution of another actor causes; one per execution and actor. */
  void chain(FireIdentity caused, String key) {
    store(new TriggerKey(key, FireData.CHAINED), caused, Map.of(), false, Duration.ZERO);
  }

  /** Stores the fire of a start of the cluster; one per start and actor. */
  void start(FireIdentity started) {
    String name = started.actor() + "@" + started.scheduledFor().toEpochMilli();
    store(new TriggerKey(name, FireData.ON_START), started, Map.of(), false, Duration.ZERO);
  }

  /**
   * Stores again a fire that waits for room and whose trigger may be gone.
   *
   * @return false if its trigger is there
   */
  boolean waitAgain(FireIdentity waiting) {
    return store(waitKey(waiting), waiting, Map.of(), false, Duration.ZERO);
  }

  /**
   * Lets a fire ask for room again later. The key follows from the fire, so that it never waits
   * twice; the trigger that brought it may be just that one, and is replaced while it fires.
   */
  void waitFor(Fire fire, Duration delay) {
    Trigger trigger = at(waitKey(fire.identity()), fire, delay);
    try {
      if (quartz.rescheduleJob(trigger.getKey(), trigger) == null) {
        quartz.scheduleJob(trigger);
      }
    } catch (ObjectAlreadyExistsException waiting) {
      LOG.debug("a fire of {} waits already", fire.identity().actor());
    } catch (SchedulerException failure) {
      throw SchedulingException.failed(
          "let a fire of " + fire.identity().actor() + " wait", failure);
    }
  }

  private static TriggerKey waitKey(FireIdentity fire) {
    String name =
        fire.actor()
            + "@"
            + fire.kind().name().toLowerCase(Locale.ROOT)
            + fire.scheduledFor().toEpochMilli()
            + fire.receipt();
    return new TriggerKey(name, FireData.WAITING);
  }

  /**
   * Hands a fire this node cannot run to another one. Only this node has the fire, so the key is
   * new each time: the trigger that brought it may itself be a hand-over, and its row still stands.
   * Waits while the database is away.
   *
   * @param due when it was due by its schedule
   * @param delay before it fires, so that what cannot work now is not tried in a tight loop
   * @throws SchedulingException if the actor has no job
   */
  void handOver(Fire fire, Instant due, Duration delay) {
    TriggerKey key = new TriggerKey("handover-" + UUID.randomUUID(), FireData.TAKEOVER);
    patience.persist(
        "handing over a fire of actor " + fire.identity().actor(),
        NO_LIMIT,
        () -> storeHandOver(key, fire, due, delay));
  }

  /**
   * Tells whether an actor has its job, so that it can fire at all.
   *
   * @throws SchedulingException if the database fails
   */
  boolean isScheduled(ActorName actor) {
    try {
      return quartz.checkExists(FireData.jobKey(actor));
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("look for the job of " + actor, failure);
    }
  }

  private boolean storeHandOver(TriggerKey key, Fire fire, Instant due, Duration delay) {
    Trigger trigger = at(key, fire, delay);
    if (fire.scheduled()) {
      FireData.markUnsettled(trigger, due);
    }
    fire.refusedSince().ifPresent(since -> FireData.markRefused(trigger, since));
    try {
      quartz.scheduleJob(trigger);
      return true;
    } catch (ObjectAlreadyExistsException stored) {
      // An attempt whose commit was not confirmed.
      return true;
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("hand over a fire of " + fire.identity().actor(), failure);
    }
  }

  private Trigger at(TriggerKey key, Fire fire, Duration delay) {
    return ActorControl.at(
        key, fire.identity(), fire.parameters(), fire.force(), clock.instant().plus(delay));
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
