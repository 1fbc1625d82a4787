package io.botticelli.core.definition;

import io.botticelli.core.config.WorkingSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The versions of the working set and which of them the cluster runs. Thread-safe. */
public interface Definitions {
  /**
   * Stores a working set and lets the cluster run it, in one transaction. Two nodes that apply at
   * the same time do so one after the other; the later one counts.
   *
   * @param appliedBy who does it, for example a node or user name
   * @return the version; when the cluster ran it already, nothing was changed
   * @throws io.botticelli.core.StoreException if the database fails; the old version stays
   */
  String apply(WorkingSet workingSet, String appliedBy);

  /** Applies a working set without saying who does it; see {@link #apply(WorkingSet, String)}. */
  default String apply(WorkingSet workingSet) {
    return apply(workingSet, "");
  }

  /**
   * Stores a working set and lets the cluster run it, unless the cluster has moved on from what the
   * caller has seen.
   *
   * @param appliedBy who does it, for example a node or user name
   * @param seen version in force when the caller looked; empty = none was
   * @return what happened; when the cluster runs the set already, nothing was changed, whatever was
   *     seen
   * @throws io.botticelli.core.StoreException if the database fails; the old version stays
   */
  Applied applyIf(WorkingSet workingSet, String appliedBy, Optional<String> seen);

  /**
   * Returns what the cluster runs.
   *
   * @return empty before the first {@link #apply}
   */
  Optional<StoredDefinition> current();

  /** Returns the version the cluster runs, without its sources; cheap enough to poll. */
  Optional<String> currentVersion();

  /** Returns who let the cluster run what and when; empty before the first {@link #apply}. */
  Optional<InForce> inForce();

  /**
   * Returns a stored version.
   *
   * @param version 64 hexadecimal digits
   */
  Optional<StoredDefinition> find(String version);

  /**
   * Lists stored versions, newest first.
   *
   * @param limit 1..500
   */
  List<Summary> list(int limit);

  /**
   * Deletes old versions. Kept are the version in force, those applied last, and those that an
   * execution or the state of an actor names.
   *
   * @param keepNewest 5..10000: fewer could take away what a node is just about to run
   * @return versions deleted
   */
  int prune(int keepNewest);

  /**
   * What the cluster runs, without its sources; cheap enough to poll.
   *
   * @param sequence grows with each change, also when an earlier version comes back
   */
  record InForce(String version, long sequence, Instant appliedAt, String appliedBy) {}

  /** How an attempt to apply ended. */
  sealed interface Applied {
    /** The cluster runs the set from now on. */
    record Changed(String version) implements Applied {}

    /** The cluster ran the set already. */
    record Unchanged(String version) implements Applied {}

    /**
     * Somebody else applied another version since the caller looked; nothing was changed.
     *
     * @param now what the cluster runs instead; empty when it has agreed on nothing
     */
    record Superseded(Optional<InForce> now) implements Applied {}
  }

  /**
   * A stored version without its sources.
   *
   * @param isCurrent true: the cluster runs it
   */
  record Summary(
      String version, String entry, Instant createdAt, String createdBy, boolean isCurrent) {}
}
