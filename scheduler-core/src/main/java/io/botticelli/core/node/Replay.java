package io.botticelli.core.node;

import io.botticelli.core.history.ExecutionHistory.ActRun;
import java.util.List;
import java.util.Optional;

/**
 * What models answered when the prompts of an execution were sent again.
 *
 * @param replayOf the execution the prompts are from
 * @param executionId the execution that holds the new answers
 * @param answers in the order the acts ran
 */
public record Replay(long replayOf, long executionId, List<Answer> answers) {
  public Replay {
    answers = List.copyOf(answers);
  }

  /** Tells whether every act was answered. */
  public boolean isComplete() {
    return answers.stream().allMatch(answer -> answer.error().isEmpty());
  }

  /**
   * One act.
   *
   * @param runId the recorded run
   * @param recorded the act as it ran then
   * @param model model that answered now, or empty
   * @param response new answer, or empty when there is an error
   * @param error why there is no answer
   */
  public record Answer(
      String runId,
      String narrative,
      int iteration,
      ActRun recorded,
      Optional<String> model,
      Optional<String> response,
      Optional<String> error,
      long durationMs) {}
}
