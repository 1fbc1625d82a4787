package io.botticelli.core.node;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.definition.DefinitionPlan;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.Definitions.Applied;
import io.botticelli.core.definition.Definitions.InForce;
import io.botticelli.core.definition.Forecast;
import io.botticelli.core.definition.Planning;
import io.botticelli.core.definition.StoredDefinition;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.scheduling.ActorControl;
import io.botticelli.core.scheduling.FireForecast;
import io.botticelli.core.scheduling.PlannedFire;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a person looks at what the local files would change, and lets the cluster run them. Nothing
 * but the version in force is changed; nodes follow within seconds. Thread-safe.
 */
public final class DefinitionDesk {
  private static final int SHOWN_FIRES = 3;

  private final Supplier<WorkingSet> local;
  private final Definitions definitions;
  private final Environment environment;
  private final Forecast forecast;
  private final Runnable announce;

  /**
   * @param local loads the local files; what it throws is passed on
   * @param announce tells other nodes that there is something to see; may do nothing
   */
  DefinitionDesk(
      Supplier<WorkingSet> local,
      Definitions definitions,
      Environment environment,
      Forecast forecast,
      Runnable announce) {
    this.local = local;
    this.definitions = definitions;
    this.environment = environment;
    this.forecast = forecast;
    this.announce = announce;
  }

  /** Returns when actors fire: as the cluster has it, and as a schedule would have it. */
  static Forecast forecast(Supplier<ActorControl> control, ActorStates states, Clock clock) {
    return new Forecast() {
      @Override
      public List<Instant> current(ActorName actor) {
        return control.get().nextFires(actor, SHOWN_FIRES);
      }

      @Override
      public List<Instant> coming(ActorDefinition actor) {
        Optional<Instant> lastRun =
            states.find(actor.name()).flatMap(ActorStates.ActorState::lastRun);
        return FireForecast.of(actor, lastRun, clock.instant(), SHOWN_FIRES).stream()
            .map(PlannedFire::at)
            .toList();
      }
    };
  }

  /**
   * Compares the local files with what the cluster runs.
   *
   * @throws io.botticelli.core.config.ConfigException naming every mistake of the local files
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Proposal plan() {
    WorkingSet set = local.get();
    Optional<InForce> inForce = definitions.inForce();
    Optional<StoredDefinition> stored = inForce.map(InForce::version).flatMap(definitions::find);
    return new Proposal(set, inForce, new Planning(environment, forecast).plan(stored, set));
  }

  /**
   * Lets the cluster run what was proposed, unless somebody else applied another version since.
   *
   * @param by who does it
   */
  public Applied apply(Proposal proposal, String by) {
    Applied applied =
        definitions.applyIf(proposal.set(), by, proposal.inForce().map(InForce::version));
    if (applied instanceof Applied.Changed) {
      announce.run();
    }
    return applied;
  }

  /**
   * A working set and what applying it would change.
   *
   * @param inForce what the cluster ran when the plan was made
   */
  public record Proposal(WorkingSet set, Optional<InForce> inForce, DefinitionPlan plan) {}
}
