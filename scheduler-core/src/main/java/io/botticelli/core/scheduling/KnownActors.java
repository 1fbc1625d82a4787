package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.toml.Suggestions;
import java.util.List;

/** Finds the actor somebody named. Thread-safe. */
final class KnownActors {
  private final ActorStates states;

  KnownActors(ActorStates states) {
    this.states = states;
  }

  /**
   * Returns an actor's state.
   *
   * @throws SchedulingException with code {@code actor_not_found}
   */
  ActorState get(ActorName actor) {
    return states.find(actor).orElseThrow(() -> notFound(actor));
  }

  SchedulingException notFound(ActorName actor) {
    List<String> names = states.list().stream().map(state -> state.name().value()).toList();
    return new SchedulingException(
        "actor_not_found",
        "there is no actor "
            + actor
            + Suggestions.nearest(actor.value(), names)
                .map(near -> "; did you mean " + near + "?")
                .orElse("; list them with: actors list"));
  }
}
