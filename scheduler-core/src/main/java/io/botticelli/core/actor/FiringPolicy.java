package io.botticelli.core.actor;

import java.util.List;
import java.util.Optional;

/**
 * What becomes of an actor's fires beside their times: late ones, overlapping ones, chained ones.
 *
 * @param misfire what a fire does that could not happen in time
 * @param overlap what a fire does that comes due while the actor runs
 * @param group concurrency group its runs count against, cluster-wide, or empty for none
 * @param onStart true: it also fires once at every start of the cluster
 * @param after actors after whose success it fires; without duplicates, free of loops
 * @param bounds when its schedule may fire at all
 */
public record FiringPolicy(
    MisfirePolicy misfire,
    OverlapPolicy overlap,
    Optional<String> group,
    boolean onStart,
    List<ActorName> after,
    FireBounds bounds) {
  /** Missed fires are made up by one, overlapping ones are dropped, no bounds, no chain. */
  public static final FiringPolicy DEFAULT =
      new FiringPolicy(
          new MisfirePolicy.FireOnce(),
          OverlapPolicy.SKIP,
          Optional.empty(),
          false,
          List.of(),
          FireBounds.NONE);

  public FiringPolicy {
    after = List.copyOf(after);
  }
}
