package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import java.time.Duration;

/** Counts what happens to fires. Thread-safe; must not block. All methods do nothing by default. */
public interface FireMetrics {
  /** Counts nothing. */
  FireMetrics NONE = new FireMetrics() {};

  /** A trigger fired this long after its scheduled time. */
  default void fired(ActorName actor, Duration delay) {}

  /** A fire could not start in time and its policy was applied. */
  default void misfired(ActorName actor, String policy) {}

  /** A run took its permission and starts. */
  default void started(ActorName actor) {}

  /** A started run ended and was closed. */
  default void finished(ActorName actor, ExecutionResult result, Duration duration) {}

  /**
   * A fire did not become a run.
   *
   * @param reason {@code finished}, {@code owned}, {@code overlap}, {@code misfired}, {@code
   *     group_full}, {@code paused}, {@code circuit_open}, {@code quota}, {@code actor_gone},
   *     {@code definition_refused}
   */
  default void notRun(ActorName actor, String reason) {}

  /** A fire found its concurrency group full and asks again later. */
  default void waiting(ActorName actor, String group) {}

  /** A run found that another node had taken its execution over, or nobody may take it over. */
  default void abandoned(ActorName actor) {}

  /** An execution of a dead owner was handed to the cluster again. */
  default void takenOver(ActorName actor) {}

  /** A breaker opened. */
  default void breakerTripped(ActorName actor) {}

  /** Failures in a row after a run. */
  default void consecutiveFailures(ActorName actor, int failures) {}

  /** A listener threw and was held back. */
  default void listenerFailed() {}

  /** State of one actor as the last reconcile saw it. */
  default void paused(ActorName actor, boolean paused) {}

  /** Size of the schedule as the last reconcile saw it. */
  default void scheduled(int scheduled, int paused) {}
}
