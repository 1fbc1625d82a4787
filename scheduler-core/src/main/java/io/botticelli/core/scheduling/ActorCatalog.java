package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import java.util.List;
import java.util.Optional;

/** The actors the cluster agreed to run. Thread-safe. */
public interface ActorCatalog {
  /**
   * Returns what the cluster runs now; sees a version another node applied within seconds.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  Snapshot current();

  /**
   * One agreed version.
   *
   * @param version id of the working set, "" = none was applied yet
   * @param actors every actor, also disabled ones
   */
  record Snapshot(String version, List<ActorDefinition> actors) {
    public Snapshot {
      actors = List.copyOf(actors);
    }

    /** Finds an actor by name. */
    public Optional<ActorDefinition> find(ActorName name) {
      return actors.stream().filter(actor -> actor.name().equals(name)).findFirst();
    }
  }
}
