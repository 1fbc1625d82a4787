package io.botticelli.core.node;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.engine.NarrativeRunner;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.node.Workbench.Outcome;
import io.botticelli.core.node.Workbench.Request;
import io.botticelli.core.scheduling.LeaseKeeper;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs narratives of the command line, each as an execution of its own. Thread-safe. */
final class NarrativeExecutions {
  private static final String NOT_STORED =
      "the narrative ran but its rows could not be stored; see the generations";

  private final ExecutionHistory history;
  private final NarrativeRunner narratives;
  private final LeaseKeeper leases;
  private final String nodeId;
  private final NodeSettings settings;
  private final MediaFiles files;

  NarrativeExecutions(
      ExecutionHistory history,
      NarrativeRunner narratives,
      LeaseKeeper leases,
      String nodeId,
      NodeSettings settings,
      MediaFiles files) {
    this.history = history;
    this.narratives = narratives;
    this.leases = leases;
    this.nodeId = nodeId;
    this.settings = settings;
    this.files = files;
  }

  /** As {@link Workbench#runNarrative}. */
  Outcome run(Request request) {
    FireIdentity identity =
        new FireIdentity(
            Workbench.ACTOR,
            settings.clock().instant().truncatedTo(ChronoUnit.MILLIS),
            Kind.MANUAL,
            UUID.randomUUID().toString());
    OpenOutcome outcome =
        history.open(
            new OpenRequest(identity, nodeId, false, "", request.variables(), leases.lease()));
    if (!(outcome instanceof OpenOutcome.Opened opened)) {
      throw new IllegalStateException("a fresh receipt cannot belong to another execution");
    }
    Fence fence = opened.fence();
    try (LeaseKeeper.Held kept = leases.keep(fence)) {
      RunResult result;
      try {
        result = narratives.run(runRequest(request, fence));
      } catch (RuntimeException failure) {
        closeFailed(fence, failure);
        throw failure;
      }
      uninterrupted(() -> history.close(fence, kept.asCancelled(executionResult(result))));
      return new Outcome(fence.executionId(), result);
    }
  }

  private RunRequest runRequest(Request request, Fence fence) {
    return new RunRequest(
        request.narrative(),
        fence,
        Workbench.ACTOR.value(),
        request.platform(),
        request.channelId(),
        request.defaultModel(),
        settings.overrideModel(),
        request.variables(),
        request.saveContent(),
        request.listener(),
        "",
        files);
  }

  /** The failure itself is what the caller must see. */
  private void closeFailed(Fence fence, RuntimeException failure) {
    if (failure instanceof StaleExecutionException) {
      return;
    }
    ExecutionResult failed =
        new ExecutionResult(
            ExecutionStatus.FAILED,
            Optional.of("internal_error"),
            Optional.of(String.valueOf(failure.getMessage())),
            0,
            1,
            0,
            0,
            0,
            Map.of());
    try {
      uninterrupted(() -> history.close(fence, failed));
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  /** Pools and drivers give up on an interrupted thread. */
  static void uninterrupted(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      work.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ExecutionResult executionResult(RunResult result) {
    ExecutionStatus status =
        switch (result.status()) {
          case COMPLETED ->
              result.contentFailed() ? ExecutionStatus.FAILED : ExecutionStatus.SUCCEEDED;
          case FAILED -> ExecutionStatus.FAILED;
          case SKIPPED -> ExecutionStatus.SKIPPED;
          case CANCELLED -> ExecutionStatus.CANCELLED;
          case WAITING_APPROVAL -> ExecutionStatus.WAITING_APPROVAL;
        };
    boolean notStored = result.contentFailed() && result.errorCode().isEmpty();
    return new ExecutionResult(
        status,
        notStored ? Optional.of("content_not_stored") : result.errorCode(),
        notStored ? Optional.of(NOT_STORED) : result.errorMessage(),
        status == ExecutionStatus.SUCCEEDED ? 1 : 0,
        status == ExecutionStatus.FAILED ? 1 : 0,
        status == ExecutionStatus.SKIPPED ? 1 : 0,
        Math.max(0, result.tokensIn()),
        Math.max(0, result.tokensOut()),
        Map.of(
            "run_ids",
            List.of(result.runId()),
            "rows_stored",
            result.rowsStored(),
            "posts_sent",
            result.postsSent(),
            "model_calls",
            result.modelCalls()));
  }
}
