package io.botticelli.core.node;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.engine.PromptReplay;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ActRun;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.NarrativeRun;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.history.RunRecorder.ActRecord;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.scheduling.LeaseKeeper;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Replays recorded acts as an execution of its own, which holds answers and nothing else. */
final class Replays {
  private final ExecutionHistory history;
  private final RunRecorder recorder;
  private final PromptReplay prompts;
  private final LeaseKeeper leases;
  private final String nodeId;
  private final Clock clock;

  Replays(
      ExecutionHistory history,
      RunRecorder recorder,
      PromptReplay prompts,
      LeaseKeeper leases,
      String nodeId,
      Clock clock) {
    this.history = history;
    this.recorder = recorder;
    this.prompts = prompts;
    this.leases = leases;
    this.nodeId = nodeId;
    this.clock = clock;
  }

  /** See {@link Workbench#replay}. */
  Replay replay(ActorName actor, long executionId, Optional<String> act, Optional<String> model) {
    if (history.find(executionId).isEmpty()) {
      throw new NodeException(
          "execution_missing", "there is no execution " + executionId + "; see 'executions list'");
    }
    List<NarrativeRun> runs = history.listRuns(executionId);
    requireSomething(executionId, runs, act);
    Fence fence = open(actor, executionId);
    Progress progress = new Progress(fence, act, model);
    try (LeaseKeeper.Held kept = leases.keep(fence)) {
      RuntimeException failure = null;
      try {
        runs.forEach(progress::replay);
      } catch (RuntimeException ended) {
        failure = ended;
      }
      String reason = failure == null ? "" : String.valueOf(failure.getMessage());
      NarrativeExecutions.uninterrupted(
          () -> history.close(fence, progress.result(executionId, reason)));
      if (failure != null) {
        throw failure;
      }
    }
    return new Replay(executionId, fence.executionId(), progress.answers);
  }

  private Fence open(ActorName actor, long executionId) {
    FireIdentity identity =
        new FireIdentity(
            actor,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            Kind.MANUAL,
            UUID.randomUUID().toString());
    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                identity,
                nodeId,
                false,
                "",
                Map.of("replay_of", Long.toString(executionId)),
                leases.lease()));
    if (!(outcome instanceof OpenOutcome.Opened opened)) {
      throw new IllegalStateException("a fresh receipt cannot belong to another execution");
    }
    return opened.fence();
  }

  private static void requireSomething(
      long executionId, List<NarrativeRun> runs, Optional<String> act) {
    List<String> names =
        runs.stream()
            .flatMap(run -> run.acts().stream())
            .filter(PromptReplay::asked)
            .map(ActRun::name)
            .distinct()
            .toList();
    if (names.isEmpty()) {
      throw new NodeException(
          "nothing_to_replay", "execution " + executionId + " asked no model anything");
    }
    if (act.isPresent() && !names.contains(act.get())) {
      throw new NodeException(
          "nothing_to_replay",
          "execution "
              + executionId
              + " asked no model in an act "
              + act.get()
              + "; acts that did: "
              + String.join(", ", names));
    }
  }

  /** What was replayed so far. */
  private final class Progress {
    private final Fence fence;
    private final Optional<String> wanted;
    private final Optional<String> model;
    private final List<Replay.Answer> answers = new ArrayList<>();
    private long tokensIn;
    private long tokensOut;
    private int failed;

    Progress(Fence fence, Optional<String> wanted, Optional<String> model) {
      this.fence = fence;
      this.wanted = wanted;
      this.model = model;
    }

    void replay(NarrativeRun run) {
      List<Integer> chosen = new ArrayList<>();
      for (int index = 0; index < run.acts().size(); index++) {
        ActRun act = run.acts().get(index);
        if (PromptReplay.asked(act) && wanted.map(act.name()::equals).orElse(true)) {
          chosen.add(index);
        }
      }
      if (chosen.isEmpty()) {
        return;
      }
      String runId = UUID.randomUUID().toString();
      recorder.startRun(
          fence,
          runId,
          Optional.empty(),
          run.narrative(),
          "replay of run " + run.runId(),
          run.file(),
          run.iteration());
      int failedBefore = failed;
      boolean ended = false;
      try {
        for (int index : chosen) {
          replay(run, index, runId);
        }
        ended = true;
      } finally {
        String status = !ended ? "cancelled" : failed > failedBefore ? "failed" : "completed";
        NarrativeExecutions.uninterrupted(
            () -> recorder.finishRun(fence, runId, status, "none", Optional.empty()));
      }
    }

    private void replay(NarrativeRun run, int index, String runId) {
      ActRun act = run.acts().get(index);
      long start = System.nanoTime();
      Optional<ModelResponse> response = Optional.empty();
      Optional<String> error = PromptReplay.obstacle(act);
      if (error.isEmpty()) {
        try {
          response = Optional.of(prompts.ask(run, index, model));
        } catch (ModelException failure) {
          if (failure.kind() == ModelException.Kind.INTERRUPTED
              || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            throw failure;
          }
          error = Optional.of(String.valueOf(failure.getMessage()));
        }
      }
      long durationMs = Duration.ofNanos(System.nanoTime() - start).toMillis();
      failed += error.isPresent() ? 1 : 0;
      tokensIn += Math.max(0, response.map(ModelResponse::tokensIn).orElse(0L));
      tokensOut += Math.max(0, response.map(ModelResponse::tokensOut).orElse(0L));
      recorder.recordAct(fence, runId, record(act, response, error, durationMs));
      answers.add(
          new Replay.Answer(
              run.runId(),
              run.narrative(),
              run.iteration(),
              act,
              response.map(ModelResponse::model),
              response.map(ModelResponse::text),
              error,
              durationMs));
    }

    private ActRecord record(
        ActRun act, Optional<ModelResponse> response, Optional<String> error, long durationMs) {
      return new ActRecord(
          act.sequence(),
          act.name(),
          response.map(ModelResponse::model).or(() -> model).or(act::model),
          act.temperature(),
          act.maxTokens(),
          act.inputs(),
          response.map(ModelResponse::text).orElse(""),
          response.map(ModelResponse::tokensIn).orElse(-1L),
          response.map(ModelResponse::tokensOut).orElse(-1L),
          response.map(ModelResponse::finishReason).orElse(""),
          durationMs,
          0,
          error.isPresent() ? "failed" : "completed",
          error);
    }

    ExecutionResult result(long executionId, String ended) {
      boolean cancelled = !ended.isEmpty() && Thread.currentThread().isInterrupted();
      ExecutionStatus status =
          cancelled
              ? ExecutionStatus.CANCELLED
              : failed > 0 || !ended.isEmpty() ? ExecutionStatus.FAILED : ExecutionStatus.SUCCEEDED;
      boolean succeeded = status == ExecutionStatus.SUCCEEDED;
      return new ExecutionResult(
          status,
          succeeded ? Optional.empty() : Optional.of(cancelled ? "cancelled" : "replay_failed"),
          succeeded
              ? Optional.empty()
              : Optional.of(
                  ended.isEmpty() ? failed + " of " + answers.size() + " acts failed" : ended),
          succeeded ? 1 : 0,
          status == ExecutionStatus.FAILED ? 1 : 0,
          0,
          tokensIn,
          tokensOut,
          Map.of("replay_of", Long.toString(executionId), "model_calls", answers.size()));
    }
  }
}
