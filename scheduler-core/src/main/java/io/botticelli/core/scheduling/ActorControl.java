package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.resilience.RunGuard;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person may do to an actor. Works on any node, also with a scheduler that was never
 * started: everything goes through the database. Thread-safe.
 *
 * <p>Methods throw {@link SchedulingException} with code {@code actor_not_found} for an actor that
 * is not scheduled, and {@code scheduler_failed} when the database fails.
 */
public final class ActorControl {
  private static final Logger LOG = LoggerFactory.getLogger(ActorControl.class);

  private final Scheduler quartz;
  private final ActorScheduler scheduler;
  private final ManualFires fires;
  private final ActorStates states;
  private final ActorCatalog catalog;
  private final KnownActors actors;
  private final ClusterPause clusterPause;
  private final RunGuard breakers;
  private final Clock clock;

  ActorControl(
      Scheduler quartz,
      ActorScheduler scheduler,
      ManualFires fires,
      ActorStates states,
      ActorCatalog catalog,
      KnownActors actors,
      ClusterPause clusterPause,
      RunGuard breakers,
      Clock clock) {
    this.quartz = quartz;
    this.scheduler = scheduler;
    this.fires = fires;
    this.states = states;
    this.catalog = catalog;
    this.actors = actors;
    this.clusterPause = clusterPause;
    this.breakers = breakers;
    this.clock = clock;
  }

  /**
   * Returns what the cluster knows about an actor.
   *
   * @throws SchedulingException with code {@code actor_not_found}
   */
  public ActorState get(ActorName actor) {
    return actors.get(actor);
  }

  /** As {@link #pause(ActorName, String, String, Optional)}, without an end. */
  public void pause(ActorName actor, String reason, String by) {
    pause(actor, reason, by, Optional.empty());
  }

  /**
   * Keeps an actor from firing until it is resumed or the time has come; a run that is under way
   * ends normally. Over an earlier pause the last one wins.
   *
   * @param reason for people, may be ""
   * @param by who asks
   * @param until when the schedule goes on by itself, by the database clock; empty = never
   * @throws SchedulingException also with code {@code until_past}
   */
  public void pause(ActorName actor, String reason, String by, Optional<Instant> until) {
    requireFuture(until, clock);
    if (!states.pause(actor, reason, by, until)) {
      throw actors.notFound(actor);
    }
    try {
      // Only the schedule: a fire that is waiting under a receipt, or whose owner is gone, must
      // still end as a row. It is refused when it runs, unless somebody insisted.
      scheduler.pauseSchedule(actor);
      states.setNextRun(actor, Optional.empty());
    } catch (SchedulerException failure) {
      // The row is the truth: no node runs the actor from now on, the reconciler does the rest.
      LOG.warn("actor {}: paused, but its triggers not yet: {}", actor, failure.getMessage());
    }
    LOG.info("actor {}: paused by {} ({}){}", actor, by, reason, ending(until));
  }

  /**
   * Lets an actor fire again and closes its breaker. What became due meanwhile fires once. While
   * the cluster is paused the actor still does not fire.
   *
   * @param by who asks
   */
  public void resume(ActorName actor, String by) {
    if (!states.setPaused(actor, false, "", by)) {
      throw actors.notFound(actor);
    }
    try {
      if (!clusterPause.current().paused()) {
        quartz.resumeJob(FireData.jobKey(actor));
        states.setNextRun(actor, scheduler.nextRun(actor));
      }
    } catch (SchedulerException failure) {
      LOG.warn("actor {}: resumed, but its triggers not yet: {}", actor, failure.getMessage());
    }
    LOG.info("actor {}: resumed by {}", actor, by);
  }

  /**
   * Closes an actor's breaker and forgets its failures; a pause stays.
   *
   * @param by who asks
   */
  public void resetBreaker(ActorName actor, String by) {
    get(actor);
    breakers.reset(actor);
    LOG.info("actor {}: breaker closed by {}", actor, by);
  }

  /**
   * Fires an actor now, on some node. The request is stored before anything else, so that the same
   * idempotency key is the same fire, also after the fire has ended and whoever else asks.
   *
   * @throws SchedulingException also with code {@code actor_disabled}, {@code actor_paused}, {@code
   *     cluster_paused} or {@code circuit_open}; not for a repeated request
   * @throws io.botticelli.core.history.FireRequestException {@code idempotency_conflict} if the key
   *     was used with other parameters
   */
  public FireReceipt fire(FireRequest request) {
    return fires.fire(request);
  }

  /**
   * Fires an actor now, on some node; every call is a fire of its own.
   *
   * @param parameters extra placeholders for its narratives
   * @param force true: also when it is paused or its breaker is open
   * @return receipt id, under which the execution can be found
   */
  public String fire(ActorName actor, Map<String, String> parameters, boolean force) {
    return fire(new FireRequest(actor, parameters, force, "")).id();
  }

  /**
   * Returns the next fire times of an actor's schedule, earliest first; empty while it is paused or
   * when it has none.
   *
   * @param count 1..100
   */
  public List<Instant> nextFires(ActorName actor, int count) {
    return forecast(actor, count).stream().map(PlannedFire::at).toList();
  }

  /**
   * Returns the coming fires of an actor's schedule with what is to be said about them, earliest
   * first; empty while it is paused or when it has none.
   *
   * @param count 1..100
   */
  public List<PlannedFire> forecast(ActorName actor, int count) {
    Optional<ActorDefinition> definition = catalog.current().find(actor);
    return scheduler
        .nextRun(actor)
        .flatMap(
            next ->
                definition.map(agreed -> FireForecast.from(agreed, next, clock.instant(), count)))
        .orElse(List.of());
  }

  /** Builds a trigger that fires a given identity. */
  static Trigger at(
      TriggerKey key,
      FireIdentity identity,
      Map<String, String> parameters,
      boolean force,
      Instant at) {
    return TriggerBuilder.newTrigger()
        .withIdentity(key)
        .forJob(FireData.jobKey(identity.actor()))
        .usingJobData(FireData.ofFire(identity, parameters, force))
        .withPriority(Trigger.DEFAULT_PRIORITY + 1)
        .startAt(Date.from(at))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
        .build();
  }

  /** A pause must end later than now. */
  static void requireFuture(Optional<Instant> until, Clock clock) {
    Instant now = clock.instant();
    if (until.filter(end -> !end.isAfter(now)).isPresent()) {
      throw new SchedulingException(
          "until_past",
          "the pause would end at "
              + until.get()
              + ", but it is "
              + now.truncatedTo(ChronoUnit.SECONDS)
              + " already; name a later time");
    }
  }

  static String ending(Optional<Instant> until) {
    return until.map(end -> " until " + end).orElse("");
  }
}
