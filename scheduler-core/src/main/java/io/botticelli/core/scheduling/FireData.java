package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.scheduling.Fire.Origin;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerKey;

/** Reads and writes a fire as job data: strings only, because they are stored as properties. */
final class FireData {
  /** Group of every actor's job. */
  static final String JOB_GROUP = "actors";

  /** Triggers of the actor's schedule. */
  static final String SCHEDULE = "schedule";

  /** One-shot triggers of an applied definition. */
  static final String STARTUP = "startup";

  /** Fires a person asked for. */
  static final String MANUAL = "manual";

  /** Fires of an owner that is gone. */
  static final String TAKEOVER = "takeover";

  /** Fires of the schedule that are made up later. */
  static final String CATCH_UP = "catchup";

  /** Fires that wait for room in their concurrency group. */
  static final String WAITING = "waiting";

  /** Fires caused by the success of another actor. */
  static final String CHAINED = "chained";

  /** Fires of a start of the cluster. */
  static final String ON_START = "onstart";

  /** Key of the schedule fingerprint in the job's data. */
  static final String FINGERPRINT = "fingerprint";

  private static final String ACTOR = "actor";
  private static final String KIND = "kind";
  private static final String SCHEDULED_FOR = "scheduled_for";
  private static final String RECEIPT = "receipt";
  private static final String FORCE = "force";
  private static final String UNSETTLED = "unsettled";
  private static final String REFUSED_SINCE = "refused_since";
  private static final String PARAMETER = "p.";

  private FireData() {}

  /** Tells whether a trigger carries the fire of a receipt, under whatever key. */
  static boolean isReceipt(Trigger trigger, String receipt) {
    return receipt.equals(text(trigger.getJobDataMap(), RECEIPT));
  }

  static JobKey jobKey(ActorName actor) {
    return new JobKey(actor.value(), JOB_GROUP);
  }

  /** Returns the data of a job. */
  static JobDataMap ofJob(ActorName actor, String fingerprint) {
    JobDataMap data = new JobDataMap();
    data.put(ACTOR, actor.value());
    data.put(FINGERPRINT, fingerprint);
    return data;
  }

  /** Returns the data of a trigger whose scheduled time is the trigger's own. */
  static JobDataMap ofKind(Kind kind) {
    JobDataMap data = new JobDataMap();
    data.put(KIND, kind.name().toLowerCase(Locale.ROOT));
    return data;
  }

  /** Returns the data of a trigger that carries a fire's identity with it. */
  static JobDataMap ofFire(FireIdentity fire, Map<String, String> parameters, boolean force) {
    JobDataMap data = ofKind(fire.kind());
    data.put(SCHEDULED_FOR, Long.toString(fire.scheduledFor().toEpochMilli()));
    data.put(RECEIPT, fire.receipt());
    data.put(FORCE, Boolean.toString(force));
    parameters.forEach((name, value) -> data.put(PARAMETER + name, value));
    return data;
  }

  /** Reads the fire Quartz hands to the job. */
  static Fire read(JobExecutionContext context) {
    JobDataMap data = context.getTrigger().getJobDataMap();
    boolean recovering = context.isRecovering();
    ActorName actor = new ActorName(context.getJobDetail().getKey().getName());
    Instant scheduledFor = scheduledFor(context, data, recovering);
    FireIdentity identity =
        new FireIdentity(actor, scheduledFor, kind(text(data, KIND)), orEmpty(text(data, RECEIPT)));
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String key : data.getKeys()) {
      if (key.startsWith(PARAMETER)) {
        parameters.put(key.substring(PARAMETER.length()), orEmpty(text(data, key)));
      }
    }
    return new Fire(
        identity,
        recovering,
        Boolean.parseBoolean(text(data, FORCE)),
        parameters,
        origin(context, data),
        Optional.ofNullable(text(data, REFUSED_SINCE))
            .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis))));
  }

  private static Origin origin(JobExecutionContext context, JobDataMap data) {
    if (originalTrigger(context).getGroup().equals(SCHEDULE)) {
      return Origin.SCHEDULE;
    }
    return data.containsKey(UNSETTLED) ? Origin.HANDED_OVER : Origin.STORED;
  }

  /** Marks the fire of a schedule whose policies nobody has applied yet. */
  static void markUnsettled(Trigger trigger, Instant due) {
    trigger.getJobDataMap().put(UNSETTLED, Boolean.TRUE.toString());
    DueTime.carry(trigger, due);
  }

  /** Marks a fire that nodes hand on because they cannot use the agreed definition. */
  static void markRefused(Trigger trigger, Instant since) {
    trigger.getJobDataMap().put(REFUSED_SINCE, Long.toString(since.toEpochMilli()));
  }

  /** Returns the trigger that fired, or, for a recovery, the one whose fire is recovered. */
  static TriggerKey originalTrigger(JobExecutionContext context) {
    return context.isRecovering()
        ? context.getRecoveringTriggerKey()
        : context.getTrigger().getKey();
  }

  private static Instant scheduledFor(
      JobExecutionContext context, JobDataMap data, boolean recovering) {
    @Nullable String carried = text(data, SCHEDULED_FOR);
    if (carried == null && recovering) {
      carried =
          text(data, Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS);
    }
    return carried == null
        ? context.getScheduledFireTime().toInstant()
        : Instant.ofEpochMilli(Long.parseLong(carried));
  }

  private static Kind kind(@Nullable String stored) {
    return stored == null ? Kind.SCHEDULE : Kind.valueOf(stored.toUpperCase(Locale.ROOT));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String text(JobDataMap data, String key) {
    Object value = data.get(key);
    return value == null ? null : value.toString();
  }
}
