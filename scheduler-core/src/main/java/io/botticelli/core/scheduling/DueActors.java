package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which actors should be firing now. Thread-safe; throws {@link io.botticelli.core.StoreException}
 * when the database fails.
 */
public interface DueActors {
  /**
   * Lists enabled actors that are not paused (neither they nor the cluster), do not run now, and
   * have no trigger, a broken one, or one whose time has come. One query.
   */
  List<DueActor> list(String schedulerName);

  /**
   * An actor that should be firing.
   *
   * @param since when its earliest fire was due that nothing became of; empty when it has no
   *     trigger
   * @param broken a trigger is in state {@code ERROR} and never fires again by itself
   * @param now the database clock
   */
  record DueActor(ActorName actor, Optional<Instant> since, boolean broken, Instant now) {}
}
