package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.doctor.TriggerBlueprints;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the times of schedules' triggers from the agreed definitions, and whether Quartz can read
 * what is stored. Thread-safe.
 */
final class PlannedTriggers implements TriggerBlueprints {
  private static final Logger LOG = LoggerFactory.getLogger(PlannedTriggers.class);

  private final Scheduler quartz;
  private final ActorCatalog catalog;
  private final TriggerPlan plan;
  private final Clock clock;

  PlannedTriggers(Scheduler quartz, ActorCatalog catalog, TriggerPlan plan, Clock clock) {
    this.quartz = quartz;
    this.catalog = catalog;
    this.plan = plan;
    this.clock = clock;
  }

  @Override
  public Optional<Blueprint> find(String job, String triggerGroup, String triggerName) {
    TriggerKey key = new TriggerKey(triggerName, triggerGroup);
    return catalog.current().actors().stream()
        .filter(actor -> actor.name().value().equals(job) && actor.enabled())
        .flatMap(actor -> triggers(actor).stream())
        .filter(trigger -> trigger.getKey().equals(key))
        .findFirst()
        .flatMap(PlannedTriggers::blueprint);
  }

  @Override
  public boolean isReadable(String triggerGroup, String triggerName) {
    try {
      quartz.getTrigger(new TriggerKey(triggerName, triggerGroup));
      return true;
    } catch (SchedulerException | RuntimeException failure) {
      if (!isAboutContent(failure)) {
        return true;
      }
      LOG.warn("trigger {}/{} cannot be read: {}", triggerGroup, triggerName, failure.getMessage());
      return false;
    }
  }

  /** What Quartz wraps tells a row that makes no sense from a database that does not answer. */
  private static boolean isAboutContent(Throwable failure) {
    @Nullable Throwable cause = failure;
    while (cause instanceof SchedulerException) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException
        || cause instanceof IOException
        || cause instanceof ClassNotFoundException;
  }

  /** Only the times matter here, not when they begin. */
  private List<Trigger> triggers(ActorDefinition actor) {
    return plan.triggers(actor, Optional.empty(), clock.instant());
  }

  private static Optional<Blueprint> blueprint(Trigger trigger) {
    if (trigger instanceof SimpleTrigger simple) {
      return Optional.of(new Blueprint.Simple(simple.getRepeatCount(), simple.getRepeatInterval()));
    }
    if (trigger instanceof CronTrigger cron) {
      return Optional.of(new Blueprint.Cron(cron.getCronExpression(), cron.getTimeZone().getID()));
    }
    return Optional.empty();
  }
}
