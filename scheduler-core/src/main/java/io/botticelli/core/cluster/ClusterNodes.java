package io.botticelli.core.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The members of the cluster. Every time is the database's.
 *
 * <p>Thread-safe; all methods throw {@link io.botticelli.core.StoreException} when the database
 * fails.
 */
public interface ClusterNodes {
  /** A member that was not seen for this long is lost. */
  Duration LOST_AFTER = Duration.ofSeconds(30);

  /**
   * Makes a node a member. When no other was seen within {@link #LOST_AFTER} the cluster starts
   * with it: of nodes that join at once exactly one is told so.
   */
  ClusterStart join(Report node);

  /**
   * Renews a member's row; brings it back when it is gone.
   *
   * @return who asked it to drain; empty = nobody does
   */
  Optional<String> beat(Report node);

  /** Removes a member that stops in order. */
  void leave(String instanceId);

  /** Lists members and those lost within a day, oldest first. */
  List<Member> list();

  /**
   * Asks a member to fire nothing more while its runs end. Asking twice changes nothing.
   *
   * @return false if there is no such member
   */
  boolean requestDrain(String instanceId, String by);

  /**
   * Lets a member fire again.
   *
   * @return false if there is no such member
   */
  boolean resume(String instanceId);

  /** Returns when the cluster last came up from nothing; empty before its first start. */
  Optional<Instant> lastStart();

  /**
   * What a node tells of itself.
   *
   * @param running runs under way, at least 0
   * @param clockSkew its clock minus the database's
   */
  record Report(
      String instanceId,
      String host,
      long pid,
      String version,
      NodeState state,
      int running,
      Duration clockSkew) {}

  /**
   * The start of the cluster a node belongs to.
   *
   * @param startedAt whole milliseconds; the same for all members
   * @param first true for the one node the cluster started with
   */
  record ClusterStart(Instant startedAt, boolean first) {}

  /**
   * A member as its row says.
   *
   * @param age since it was last seen
   * @param drainRequestedAt when a person asked it to drain
   */
  record Member(
      String instanceId,
      String host,
      long pid,
      String version,
      Instant startedAt,
      Instant lastSeen,
      Duration age,
      NodeState state,
      Optional<Instant> drainRequestedAt,
      Optional<String> drainRequestedBy,
      int running,
      Duration clockSkew) {
    /** Tells whether it gave no sign for too long; it did not stop in order. */
    public boolean isLost() {
      return age.compareTo(LOST_AFTER) > 0;
    }
  }
}
