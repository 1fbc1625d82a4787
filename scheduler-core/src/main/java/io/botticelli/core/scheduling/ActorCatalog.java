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
   * @param sequence grows whenever the cluster agrees on another version, also when an earlier one
   *     comes back; 0 = not counted
   * @param isAgreed false: the cluster agreed on a version that cannot be used on this node, which
   *     goes on with an earlier one; nothing in the database may be brought in line with it
   */
  record Snapshot(String version, List<ActorDefinition> actors, long sequence, boolean isAgreed) {
    public Snapshot {
      actors = List.copyOf(actors);
    }

    /** A snapshot of what the cluster agreed on, not counted. */
    public Snapshot(String version, List<ActorDefinition> actors) {
      this(version, actors, 0, true);
    }

    /** Finds an actor by name. */
    public Optional<ActorDefinition> find(ActorName name) {
      return actors.stream().filter(actor -> actor.name().equals(name)).findFirst();
    }
  }
}
