package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.doctor.TriggerBlueprints;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.quartz.CronTrigger;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerKey;

/** Tells the times of schedules' triggers from the agreed definitions. Thread-safe. */
final class PlannedTriggers implements TriggerBlueprints {
  private final ActorCatalog catalog;
  private final TriggerPlan plan;
  private final Clock clock;

  PlannedTriggers(ActorCatalog catalog, TriggerPlan plan, Clock clock) {
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
