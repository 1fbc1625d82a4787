package io.botticelli.core.definition;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import java.time.Instant;
import java.util.List;

/** Tells when actors fire, for people who are about to change that. */
public interface Forecast {
  /** Knows nothing. */
  Forecast NONE =
      new Forecast() {
        @Override
        public List<Instant> current(ActorName actor) {
          return List.of();
        }

        @Override
        public List<Instant> coming(ActorDefinition actor) {
          return List.of();
        }
      };

  /** Returns the next fires as the cluster has them; empty when paused or none. */
  List<Instant> current(ActorName actor);

  /** Returns the next fires of an actor if it were applied now, before any random shift. */
  List<Instant> coming(ActorDefinition actor);
}
