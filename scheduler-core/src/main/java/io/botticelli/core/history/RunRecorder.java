package io.botticelli.core.history;

import java.util.List;
import java.util.Optional;

/**
 * Writes what a narrative run sent and received, act by act, so that a crash keeps everything up to
 * the last finished act. All writes are fenced.
 */
public interface RunRecorder {
  /**
   * Records the start of a run.
   *
   * @param runId unique id chosen by the engine
   * @param iteration 1-based pass of a carousel, 0 = no carousel
   */
  void startRun(
      Fence fence,
      String runId,
      Optional<String> parentRunId,
      String narrative,
      String description,
      String file,
      int iteration);

  /** Records a finished act. */
  void recordAct(Fence fence, String runId, ActRecord act);

  /**
   * Records the end of a run.
   *
   * @param status {@code completed}, {@code failed}, {@code skipped}, {@code cancelled}, {@code
   *     waiting_approval}
   * @param contentStatus {@code none}, {@code stored} or {@code failed}
   */
  void finishRun(
      Fence fence, String runId, String status, String contentStatus, Optional<String> error);

  /**
   * An act as it ran.
   *
   * @param sequence 0-based position in the table of contents
   * @param model model used, or empty for action acts
   * @param status {@code completed}, {@code failed}, {@code failed_optional}, {@code skipped},
   *     {@code cancelled}, {@code waiting_approval}
   * @param tokensIn -1 = not reported
   * @param tokensOut -1 = not reported
   * @param durationMs wall time of the act
   */
  record ActRecord(
      int sequence,
      String name,
      Optional<String> model,
      Optional<Double> temperature,
      Optional<Integer> maxTokens,
      List<SentInput> inputs,
      String response,
      long tokensIn,
      long tokensOut,
      String finishReason,
      long durationMs,
      int rowsStored,
      String status,
      Optional<String> error) {
    public ActRecord {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * An input as the model saw it.
   *
   * @param type {@code text}, {@code image}, .., {@code bot_command}, {@code table}, {@code
   *     narrative}
   * @param text rendered text, "" for media
   */
  record SentInput(String type, String text, Optional<String> mime, Optional<String> filename) {}
}
