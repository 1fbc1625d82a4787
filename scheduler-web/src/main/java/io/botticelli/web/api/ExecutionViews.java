package io.botticelli.web.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.botticelli.core.FailureClass;
import io.botticelli.core.history.ExecutionHistory.ActRun;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.NarrativeRun;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The shapes in which history is shown as JSON, on the command line and over HTTP. */
public final class ExecutionViews {
  private ExecutionViews() {}

  /** One execution. */
  public record ExecutionView(
      String id,
      String actorName,
      String taskId,
      String trigger,
      Instant scheduledFor,
      Instant startedAt,
      Optional<Instant> completedAt,
      Optional<Long> durationMs,
      String status,
      boolean success,
      Optional<String> errorCode,
      Optional<String> errorMessage,
      Optional<String> failureClass,
      String node,
      int attempt,
      int skillsSucceeded,
      int skillsFailed,
      int skillsSkipped,
      long tokensIn,
      long tokensOut,
      String definitionVersion) {
    /** Returns how it is shown. */
    public static ExecutionView of(Execution execution) {
      String actor = execution.fire().actor().value();
      return new ExecutionView(
          Long.toString(execution.id()),
          actor,
          actor,
          execution.fire().kind().name().toLowerCase(Locale.ROOT),
          execution.fire().scheduledFor(),
          execution.startedAt(),
          execution.completedAt(),
          execution
              .completedAt()
              .map(end -> Duration.between(execution.startedAt(), end).toMillis()),
          execution.status().stored(),
          execution.status() == ExecutionStatus.SUCCEEDED,
          execution.errorCode(),
          execution.errorMessage(),
          execution.failureClass().map(FailureClass::stored),
          execution.node(),
          execution.attempt(),
          execution.skillsSucceeded(),
          execution.skillsFailed(),
          execution.skillsSkipped(),
          execution.tokensIn(),
          execution.tokensOut(),
          execution.definitionVersion());
    }
  }

  /** One execution with everything it did. */
  public record ExecutionDetail(@JsonUnwrapped ExecutionView execution, List<RunView> narratives) {}

  /** One narrative run. */
  public record RunView(
      String runId,
      Optional<String> parentRunId,
      String narrative,
      String file,
      int iteration,
      Instant startedAt,
      Optional<Instant> completedAt,
      String status,
      Optional<String> error,
      List<ActView> acts) {
    /** Returns how it is shown. */
    public static RunView of(NarrativeRun run) {
      return new RunView(
          run.runId(),
          run.parentRunId(),
          run.narrative(),
          run.file(),
          run.iteration(),
          run.startedAt(),
          run.completedAt(),
          run.status(),
          run.error(),
          run.acts().stream().map(ActView::of).toList());
    }
  }

  /** One act. */
  public record ActView(
      int sequence,
      String name,
      Optional<String> model,
      Optional<Double> temperature,
      Optional<Integer> maxTokens,
      Optional<String> promptHash,
      List<InputView> inputs,
      String response,
      long tokensIn,
      long tokensOut,
      long durationMs,
      int rowsStored,
      String status) {
    /** Returns how it is shown. */
    public static ActView of(ActRun act) {
      return new ActView(
          act.sequence(),
          act.name(),
          act.model(),
          act.temperature(),
          act.maxTokens(),
          act.promptHash(),
          act.inputs().stream().map(input -> new InputView(input.type(), input.text())).toList(),
          act.response(),
          act.tokensIn(),
          act.tokensOut(),
          act.durationMs(),
          act.rowsStored(),
          act.status());
    }
  }

  /** One input as it was sent. */
  public record InputView(String type, String text) {}
}
