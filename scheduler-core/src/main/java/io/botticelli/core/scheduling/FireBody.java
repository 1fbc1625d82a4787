package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.Fence;
import java.util.Map;

/** What a fire does once it is allowed to: runs the actor's skills. Thread-safe. */
@FunctionalInterface
public interface FireBody {
  /**
   * Runs an actor once on the calling thread; reacts to an interrupt by returning {@code
   * CANCELLED}.
   *
   * @param version working set the actor was taken from
   * @param parameters of a manual fire, else empty
   * @throws io.botticelli.core.StaleExecutionException if the execution was taken over
   */
  ExecutionResult run(
      ActorDefinition actor, String version, Fence fence, Map<String, String> parameters);
}
