package io.botticelli.core.node;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.scheduling.FireMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes what happens to fires into the metrics. */
final class MeteredFires implements FireMetrics {
  private final ActorMetrics metrics;
  private final Clock clock;
  private final Map<ActorName, State> known = new ConcurrentHashMap<>();

  private record State(boolean paused, int failures) {}

  MeteredFires(ActorMetrics metrics, Clock clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void fired(ActorName actor, Duration delay) {
    metrics.fireStarted(delay);
  }

  @Override
  public void misfired(ActorName actor, String policy) {
    metrics.misfired(actor, policy);
  }

  @Override
  public void finished(ActorName actor, ExecutionResult result, Duration duration) {
    metrics.executionEnded(actor, result.status(), duration);
    metrics.skillsExecuted(actor, "success", result.skillsSucceeded());
    metrics.skillsExecuted(actor, "failure", result.skillsFailed());
    metrics.skillsExecuted(actor, "skipped", result.skillsSkipped());
    if (result.status() == ExecutionStatus.SUCCEEDED) {
      metrics.succeededAt(actor, clock.instant());
    }
  }

  @Override
  public void notRun(ActorName actor, String reason) {
    metrics.executionEnded(actor, ExecutionStatus.SKIPPED, Duration.ZERO);
  }

  @Override
  public void abandoned(ActorName actor) {
    metrics.executionEnded(actor, ExecutionStatus.ABANDONED, Duration.ZERO);
  }

  @Override
  public void breakerTripped(ActorName actor) {
    metrics.breakerTripped(actor);
  }

  @Override
  public void consecutiveFailures(ActorName actor, int failures) {
    show(
        actor,
        known.merge(
            actor, new State(false, failures), (old, now) -> new State(old.paused(), failures)));
  }

  @Override
  public void paused(ActorName actor, boolean paused) {
    show(
        actor,
        known.merge(actor, new State(paused, 0), (old, now) -> new State(paused, old.failures())));
  }

  @Override
  public void scheduled(int scheduled, int paused) {
    metrics.tasks(scheduled, paused);
  }

  @Override
  public void listenerFailed() {
    metrics.listenerFailed();
  }

  private void show(ActorName actor, State state) {
    metrics.actorState(actor, state.paused(), state.failures());
  }
}
