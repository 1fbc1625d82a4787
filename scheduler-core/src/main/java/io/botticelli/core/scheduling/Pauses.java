package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import java.util.Optional;

/** Tells whether an actor is kept from firing by its own pause or by the cluster's. Thread-safe. */
final class Pauses {
  private final ActorStates states;
  private final ClusterPause cluster;

  Pauses(ActorStates states, ClusterPause cluster) {
    this.states = states;
    this.cluster = cluster;
  }

  /** Returns what keeps an actor from firing now; empty when nothing does. */
  Optional<Refusal> find(ActorName actor) {
    return refusal(cluster.current())
        .or(() -> states.find(actor).filter(ActorState::paused).map(Pauses::refusal));
  }

  private static Optional<Refusal> refusal(ClusterPause.State cluster) {
    return cluster.paused()
        ? Optional.of(
            new Refusal(
                "cluster_paused",
                "the cluster is paused" + because(cluster.reason()),
                "resume the cluster"))
        : Optional.empty();
  }

  private static Refusal refusal(ActorState actor) {
    return new Refusal(
        "paused", "the actor is paused" + because(actor.pauseReason()), "resume the actor");
  }

  private static String because(Optional<String> reason) {
    return reason.filter(text -> !text.isBlank()).map(text -> " (" + text + ")").orElse("");
  }

  /**
   * Why an actor does not fire.
   *
   * @param code {@code paused} or {@code cluster_paused}
   */
  record Refusal(String code, String message, String remedy) {}
}
