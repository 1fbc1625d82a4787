package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.FireRecords;
import io.botticelli.core.scheduling.ClusterState.StoredTrigger;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings jobs and triggers in line with the agreed definitions. The same input twice changes
 * nothing, and next fire times of unchanged actors stay.
 *
 * <p>Thread-safe; callers hold the cluster's reconcile lock, so that two nodes never build the
 * triggers of one actor at once (a doubled "fire now" trigger would be a doubled run).
 */
final class ActorScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(ActorScheduler.class);

  private final Scheduler quartz;
  private final ActorStates states;
  private final FireRecords records;
  private final TriggerPlan plan;
  private final Clock clock;

  /** Fingerprints this node has seen in the jobs' rows. */
  private final Map<ActorName, String> verified = new ConcurrentHashMap<>();

  ActorScheduler(
      Scheduler quartz, ActorStates states, FireRecords records, TriggerPlan plan, Clock clock) {
    this.quartz = quartz;
    this.states = states;
    this.records = records;
    this.plan = plan;
    this.clock = clock;
  }

  /**
   * Adds, changes and removes jobs and triggers. An actor that cannot be scheduled is logged and
   * left out; the others are not affected.
   *
   * @param stored every trigger there is
   * @param clusterPaused new triggers are paused, whatever the actors' own rows say
   * @return names of actors whose job or triggers changed
   */
  Set<ActorName> reconcile(
      List<ActorDefinition> actors,
      String version,
      List<StoredTrigger> stored,
      boolean clusterPaused) {
    Map<String, Set<TriggerKey>> present = ownKeys(stored);
    Set<ActorName> changed = new TreeSet<>();
    Set<JobKey> jobs = jobs();
    StoredCalendars calendars = StoredCalendars.read(quartz);
    for (ActorDefinition actor : actors) {
      if (!actor.enabled()) {
        continue;
      }
      Set<TriggerKey> keys = present.getOrDefault(actor.name().value(), Set.of());
      try {
        boolean jobIsThere = jobs.remove(FireData.jobKey(actor.name()));
        if (bringInLine(actor, version, keys, jobIsThere, clusterPaused, calendars)) {
          changed.add(actor.name());
        }
      } catch (SchedulerException | SchedulingException failure) {
        LOG.error("actor {} could not be scheduled: {}", actor.name(), failure.getMessage());
      }
    }
    remove(jobs, changed);
    calendars.removeAllBut(actors);
    return changed;
  }

  /** Reads the jobs' rows again at the next reconcile. */
  void forgetVerified() {
    verified.clear();
  }

  private boolean bringInLine(
      ActorDefinition actor,
      String version,
      Set<TriggerKey> present,
      boolean jobIsThere,
      boolean clusterPaused,
      StoredCalendars calendars)
      throws SchedulerException {
    String fingerprint = TriggerPlan.fingerprint(actor, version);
    boolean sameSchedule = jobIsThere && isStored(actor.name(), fingerprint);
    boolean isLost = isOnceLost(actor, present) || !calendars.isComplete(actor);
    if (sameSchedule && present.containsAll(TriggerPlan.standingKeys(actor)) && !isLost) {
      return false;
    }
    Optional<ActorState> state = states.find(actor.name());
    List<Trigger> triggers =
        plan.triggers(actor, state.flatMap(ActorState::lastRun), clock.instant());
    if (sameSchedule && !isLost && haveFired(triggers, present)) {
      return false;
    }
    store(actor, fingerprint, triggers, present, calendars);
    verified.put(actor.name(), fingerprint);
    if (clusterPaused || state.map(ActorState::paused).orElse(false)) {
      pauseSchedule(actor.name());
    }
    LOG.info(
        "actor {}: {} ({}), next fire {}",
        actor.name(),
        sameSchedule ? "missing trigger built again" : "scheduled",
        actor.schedule().source(),
        triggers.stream()
            .flatMap(trigger -> Optional.ofNullable(trigger.getNextFireTime()).stream())
            .map(Date::toInstant)
            .min(Comparator.naturalOrder())
            .map(Instant::toString)
            .orElse("none"));
    return true;
  }

  /** What is missing has no fire any more: its years or its end are over. */
  private static boolean haveFired(List<Trigger> triggers, Set<TriggerKey> present) {
    return triggers.stream().allMatch(trigger -> present.contains(trigger.getKey()));
  }

  /** The job's row is read once per fingerprint; only this method's callers write it. */
  private boolean isStored(ActorName actor, String fingerprint) throws SchedulerException {
    if (fingerprint.equals(verified.get(actor))) {
      return true;
    }
    @Nullable JobDetail job = findJob(FireData.jobKey(actor));
    boolean same = job != null && fingerprint.equals(job.getJobDataMap().get(FireData.FINGERPRINT));
    if (same) {
      verified.put(actor, fingerprint);
    }
    return same;
  }

  /**
   * A one-time schedule that has neither a trigger nor a run lost its trigger to an accident,
   * unless a row says that its fire was not to run.
   */
  private boolean isOnceLost(ActorDefinition actor, Set<TriggerKey> present) {
    if (!(actor.schedule() instanceof ActorSchedule.Once once) || !present.isEmpty()) {
      return false;
    }
    Optional<ActorState> state = states.find(actor.name());
    return state.isPresent()
        && state.get().lastRun().isEmpty()
        && !state.get().running()
        && records
            .lastScheduled(actor.name())
            .filter(settled -> !settled.isBefore(once.at().truncatedTo(ChronoUnit.MILLIS)))
            .isEmpty();
  }

  /** Job and new triggers are stored in one transaction; the old ones go first. */
  private void store(
      ActorDefinition actor,
      String fingerprint,
      List<Trigger> triggers,
      Set<TriggerKey> present,
      StoredCalendars calendars)
      throws SchedulerException {
    JobDetail job =
        JobBuilder.newJob(NarrativeJob.class)
            .withIdentity(FireData.jobKey(actor.name()))
            .usingJobData(FireData.ofJob(actor.name(), fingerprint))
            .requestRecovery(true)
            .storeDurably(true)
            .build();
    // Never replaced in place: Quartz 2.5.2 loses the cron or simple row of a trigger whose type
    // changes, and the trigger then fails for ever. A crash in between is mended by the next
    // reconcile, because the job's row still has the old fingerprint.
    if (!present.isEmpty()) {
      quartz.unscheduleJobs(new ArrayList<>(present));
    }
    calendars.store(actor);
    if (triggers.isEmpty()) {
      quartz.addJob(job, true);
    } else {
      quartz.scheduleJob(job, new LinkedHashSet<>(triggers), true);
    }
  }

  private Set<JobKey> jobs() {
    try {
      return new HashSet<>(quartz.getJobKeys(GroupMatcher.jobGroupEquals(FireData.JOB_GROUP)));
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("list the jobs", failure);
    }
  }

  private void remove(Set<JobKey> jobs, Set<ActorName> changed) {
    try {
      for (JobKey key : jobs) {
        if (quartz.deleteJob(key)) {
          LOG.info("actor {}: no longer scheduled", key.getName());
          ActorName actor = new ActorName(key.getName());
          verified.remove(actor);
          changed.add(actor);
        }
      }
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("remove jobs of actors that are gone", failure);
    }
  }

  /** A row naming a class that is not there cannot be read; it is replaced. */
  private @Nullable JobDetail findJob(JobKey key) throws SchedulerException {
    try {
      return quartz.getJobDetail(key);
    } catch (SchedulerException failure) {
      if (failure.getCause() instanceof ClassNotFoundException) {
        LOG.warn("job {} names a class that does not exist; it is replaced", key);
        return null;
      }
      throw failure;
    }
  }

  private static Map<String, Set<TriggerKey>> ownKeys(List<StoredTrigger> stored) {
    Map<String, Set<TriggerKey>> keys = new HashMap<>();
    for (StoredTrigger trigger : stored) {
      if (isOwn(trigger.group())) {
        keys.computeIfAbsent(trigger.actor(), actor -> new HashSet<>())
            .add(new TriggerKey(trigger.name(), trigger.group()));
      }
    }
    return keys;
  }

  /** Tells whether a trigger group belongs to the schedule, not to a person or a take-over. */
  static boolean isOwn(String group) {
    return group.equals(FireData.SCHEDULE) || group.equals(FireData.STARTUP);
  }

  /**
   * Stores the next time of a shifted schedule at the start of a run, so that it survives a crash
   * of the run. Replacing the trigger that is just firing is allowed by Quartz ({@code
   * triggeredJobComplete} looks whether it was rescheduled meanwhile).
   *
   * @param replace false: only when no trigger is there (a recovered fire)
   */
  void scheduleNext(ActorDefinition actor, Instant start, boolean replace) {
    if (!TriggerPlan.isShifted(actor)) {
      return;
    }
    TriggerKey key = TriggerPlan.scheduleKey(actor.name(), 0);
    try {
      @Nullable Trigger present = quartz.getTrigger(key);
      if (present != null && present.getNextFireTime() != null && !replace) {
        return;
      }
      Optional<Trigger> next = plan.afterFire(actor, start, clock.instant());
      if (next.isEmpty()) {
        return;
      }
      if (present == null) {
        quartz.scheduleJob(next.get());
      } else {
        quartz.rescheduleJob(key, next.get());
      }
    } catch (SchedulerException failure) {
      LOG.warn(
          "actor {}: the next fire could not be stored ({}); the next reconcile does it",
          actor.name(),
          failure.getMessage());
    }
  }

  /** Pauses the triggers of the schedule; a person's fire that is waiting is left alone. */
  boolean pauseSchedule(ActorName actor) throws SchedulerException {
    boolean changed = false;
    for (Trigger trigger : scheduleTriggers(actor)) {
      TriggerState state = quartz.getTriggerState(trigger.getKey());
      if (state == TriggerState.NORMAL || state == TriggerState.BLOCKED) {
        // A paused trigger of a running job is reported as PAUSED too, so this ends.
        quartz.pauseTrigger(trigger.getKey());
        changed = true;
      }
    }
    return changed;
  }

  /** Resumes the triggers of the schedule; what became due meanwhile fires once. */
  boolean resumeSchedule(ActorName actor) throws SchedulerException {
    boolean changed = false;
    for (Trigger trigger : scheduleTriggers(actor)) {
      if (quartz.getTriggerState(trigger.getKey()) == TriggerState.PAUSED) {
        quartz.resumeTrigger(trigger.getKey());
        changed = true;
      }
    }
    return changed;
  }

  /** Returns the earliest next fire of the actor's schedule; empty when paused or none. */
  Optional<Instant> nextRun(ActorName actor) {
    try {
      List<Instant> times = new ArrayList<>();
      for (Trigger trigger : scheduleTriggers(actor)) {
        if (quartz.getTriggerState(trigger.getKey()) != TriggerState.PAUSED) {
          times.add(
              Optional.ofNullable(trigger.getNextFireTime())
                  .map(Date::toInstant)
                  .orElse(Instant.MAX));
        }
      }
      return times.stream().filter(time -> !time.equals(Instant.MAX)).sorted().findFirst();
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("read the next fire of actor " + actor, failure);
    }
  }

  private List<? extends Trigger> scheduleTriggers(ActorName actor) throws SchedulerException {
    return quartz.getTriggersOfJob(FireData.jobKey(actor)).stream()
        .filter(trigger -> isOwn(trigger.getKey().getGroup()))
        .toList();
  }
}
