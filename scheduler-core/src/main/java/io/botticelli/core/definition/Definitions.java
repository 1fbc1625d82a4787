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
   * Returns what the cluster runs.
   *
   * @return empty before the first {@link #apply}
   */
  Optional<StoredDefinition> current();

  /** Returns the version the cluster runs, without its sources; cheap enough to poll. */
  Optional<String> currentVersion();

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
   * A stored version without its sources.
   *
   * @param isCurrent true: the cluster runs it
   */
  record Summary(
      String version, String entry, Instant createdAt, String createdBy, boolean isCurrent) {}
}
