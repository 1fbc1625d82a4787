package io.botticelli.core.engine;

import io.botticelli.core.history.RunRecorder.ActRecord;
import io.botticelli.core.history.RunRecorder.SentInput;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ModelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Collects what an act sent and received over all its repetitions. Confined to the run's thread.
 */
final class ActRecording {
  private final int sequence;
  private final Act act;
  private final List<SentInput> inputs = new ArrayList<>();
  private final List<ActAnswer> answers = new ArrayList<>();
  private int rowsStored;

  ActRecording(int sequence, Act act) {
    this.sequence = sequence;
    this.act = act;
  }

  void sent(List<TurnPart> parts) {
    parts.forEach(part -> inputs.add(part.sent()));
  }

  void answered(ActAnswer answer) {
    answers.add(answer);
  }

  void stored(int rows) {
    rowsStored += rows;
  }

  /** Returns the answers joined by a blank line. */
  String response() {
    return String.join("\n\n", answers.stream().map(ActAnswer::response).toList());
  }

  Optional<ActAnswer> lastAnswer() {
    return answers.isEmpty() ? Optional.empty() : Optional.of(answers.get(answers.size() - 1));
  }

  String status() {
    return lastAnswer().map(ActAnswer::status).orElse("completed");
  }

  /** Returns the record of an act that ended normally. */
  ActRecord finished(ModelSettings settings, long durationMs) {
    return record(settings, durationMs, status(), lastAnswer().flatMap(ActAnswer::error));
  }

  /** Returns the record of an act that ended the pass. */
  ActRecord ended(ModelSettings settings, long durationMs, RunEndedException why) {
    return record(
        settings,
        durationMs,
        why.status().name().toLowerCase(Locale.ROOT),
        Optional.ofNullable(why.getMessage()));
  }

  private ActRecord record(
      ModelSettings settings, long durationMs, String status, Optional<String> error) {
    boolean asked = !act.isAction() && act.composition().isEmpty();
    Optional<String> model =
        lastAnswer()
            .flatMap(ActAnswer::model)
            .or(() -> asked ? settings.model() : Optional.empty());
    return new ActRecord(
        sequence,
        act.name(),
        model,
        asked ? settings.temperature() : Optional.empty(),
        asked ? settings.maxTokens() : Optional.empty(),
        inputs,
        response(),
        tokens(answers.stream().mapToLong(ActAnswer::tokensIn).toArray()),
        tokens(answers.stream().mapToLong(ActAnswer::tokensOut).toArray()),
        lastAnswer().map(ActAnswer::finishReason).orElse(""),
        durationMs,
        rowsStored,
        status,
        error);
  }

  private static long tokens(long[] counts) {
    long sum = -1;
    for (long count : counts) {
      if (count >= 0) {
        sum = Math.max(0, sum) + count;
      }
    }
    return sum;
  }
}
