package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory.GroupLimit;
import java.util.List;
import java.util.Map;
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
   * @param groups concurrency groups with the most runs at once
   */
  record Snapshot(
      String version,
      List<ActorDefinition> actors,
      long sequence,
      boolean isAgreed,
      Map<String, Integer> groups) {
    public Snapshot {
      actors = List.copyOf(actors);
      groups = Map.copyOf(groups);
    }

    /** A snapshot without concurrency groups. */
    public Snapshot(String version, List<ActorDefinition> actors, long sequence, boolean isAgreed) {
      this(version, actors, sequence, isAgreed, Map.of());
    }

    /** Returns a concurrency group; one nobody defined has room for one run. */
    public GroupLimit group(String name) {
      return new GroupLimit(name, groups.getOrDefault(name, 1));
    }

    /**
     * Tells whether actors may fire after one succeeded; a node that cannot use what the cluster
     * agreed on does not know all of them.
     */
    public boolean mayCause(ActorName upstream) {
      return !isAgreed || !after(upstream).isEmpty();
    }

    /** Returns the enabled actors that fire after an actor succeeded. */
    public List<ActorDefinition> after(ActorName upstream) {
      return actors.stream()
          .filter(actor -> actor.enabled() && actor.firing().after().contains(upstream))
          .toList();
    }

    /**
     * Tells whether an actor does not fire any more. Not known to a node that cannot use what the
     * cluster agreed on: the actor may be new.
     */
    public boolean isGone(ActorName name) {
      return isAgreed && find(name).filter(ActorDefinition::enabled).isEmpty();
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
