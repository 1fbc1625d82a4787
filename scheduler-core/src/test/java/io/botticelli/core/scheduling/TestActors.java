package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;

/** Actors with more than a schedule. */
final class TestActors {
  private TestActors() {}

  static ActorDefinition bounded(String name, ActorSchedule schedule, FireBounds bounds) {
    FiringPolicy plain = FiringPolicy.DEFAULT;
    return with(
        TestNode.actor(name, schedule),
        new FiringPolicy(
            plain.misfire(),
            plain.overlap(),
            plain.group(),
            plain.onStart(),
            plain.after(),
            bounds));
  }

  static ActorDefinition with(ActorDefinition actor, FiringPolicy firing) {
    return new ActorDefinition(
        actor.name(),
        actor.displayName(),
        actor.description(),
        actor.enabled(),
        actor.schedule(),
        firing,
        actor.execution(),
        actor.breaker(),
        actor.platform(),
        actor.knowledge(),
        actor.skills());
  }
}
