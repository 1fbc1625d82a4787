package io.botticelli.web.api;

import io.botticelli.core.cluster.ClusterNodes.Member;
import java.time.Instant;
import java.util.Optional;

/**
 * One node of the cluster.
 *
 * @param state {@code up}, {@code draining}, {@code standby}, or {@code lost} when it gave no sign
 *     for too long
 * @param seenMs since it was last seen, by the database clock
 * @param clockSkewMs its clock minus the database's
 */
public record NodeView(
    String node,
    String state,
    String host,
    long pid,
    String version,
    Instant startedAt,
    Instant lastSeen,
    long seenMs,
    int running,
    long clockSkewMs,
    Optional<Instant> drainRequestedAt,
    Optional<String> drainRequestedBy) {

  /** Returns how a node is shown. */
  public static NodeView of(Member member) {
    return new NodeView(
        member.instanceId(),
        member.isLost() ? "lost" : member.state().stored(),
        member.host(),
        member.pid(),
        member.version(),
        member.startedAt(),
        member.lastSeen(),
        member.age().toMillis(),
        member.running(),
        member.clockSkew().toMillis(),
        member.drainRequestedAt(),
        member.drainRequestedBy());
  }

  /** Tells whether it fires. */
  public boolean fires() {
    return state.equals("up");
  }
}
