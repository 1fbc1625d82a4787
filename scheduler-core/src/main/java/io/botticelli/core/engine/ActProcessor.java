package io.botticelli.core.engine;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.engine.NestedRuns.Nested;
import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.Carousel;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.security.CommandDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Executes one act: inputs, answer, rows, record, in this order. */
final class ActProcessor {
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private final InputProcessor inputs;
  private final ModelTurns models;
  private final ContentStorage content;
  private final StateCapture capture;
  private final NarrativeAnalysis analysis;
  private final RunRecorder recorder;
  private final JsonExtractor extractor;
  private final Duration actTimeout;

  ActProcessor(
      InputProcessor inputs,
      ModelTurns models,
      ContentStorage content,
      StateCapture capture,
      NarrativeAnalysis analysis,
      RunRecorder recorder,
      JsonExtractor extractor,
      Duration actTimeout) {
    this.inputs = inputs;
    this.models = models;
    this.content = content;
    this.capture = capture;
    this.analysis = analysis;
    this.recorder = recorder;
    this.extractor = extractor;
    this.actTimeout = actTimeout;
  }

  /**
   * Executes an act and records it, however it ends.
   *
   * @throws RunEndedException if the act ends the pass; the message names narrative and act
   * @throws StaleExecutionException if the execution was taken over
   * @throws StoreException if the database is away
   */
  void execute(Pass pass, int sequence, NestedRuns runs) {
    Act act = pass.narrative().acts().get(sequence);
    ActRecording recording = new ActRecording(sequence, act);
    ActClock clock = new ActClock(limit(act));
    started(pass, sequence, act);
    try {
      repeat(pass, sequence, recording, runs);
      ActResult result =
          new ActResult(
              act.name(),
              recording.response(),
              recording.lastAnswer().map(ActAnswer::lastCommandResult).orElse(null),
              extractor);
      pass.remember(result);
      capture.afterAct(pass, act, result);
      recorder.recordAct(
          pass.session().fence(),
          pass.runId(),
          recording.finished(ModelTurns.settings(pass, act), clock.elapsedMs()));
      finished(pass, sequence, act, recording.status());
    } catch (ActorServerException failure) {
      RunEndedException ended = ending(failure);
      Uninterrupted.run(() -> recordEnding(pass, sequence, clock, recording, ended));
      throw ended.at("narrative " + pass.narrative().name() + ", act " + act.name());
    }
  }

  private void repeat(Pass pass, int sequence, ActRecording recording, NestedRuns runs) {
    Act act = pass.narrative().acts().get(sequence);
    int repetitions = act.carousel().map(Carousel::iterations).orElse(1);
    boolean goOn = act.carousel().map(Carousel::continueOnError).orElse(false);
    Optional<RunEndedException> lastFailure = Optional.empty();
    for (int repetition = 1; repetition <= repetitions; repetition++) {
      try {
        String place = sequence + ":" + act.name() + (repetitions > 1 ? "*" + repetition : "");
        runOnce(pass, sequence, place, new ActClock(limit(act)), recording, runs);
      } catch (ActorServerException failure) {
        RunEndedException ended = ending(failure);
        if (!goOn
            || ended.status() != Status.FAILED
            || Passes.DAILY_LIMITS.contains(ended.code())) {
          throw ended;
        }
        pass.session()
            .warn("act " + act.name() + ", repetition " + repetition + ": " + ended.getMessage());
        lastFailure = Optional.of(ended);
      }
    }
    if (recording.lastAnswer().isEmpty() && lastFailure.isPresent()) {
      throw lastFailure.get();
    }
  }

  /** The acts of a nested narrative have a limit each; together they may take longer. */
  private Duration limit(Act act) {
    boolean nests =
        act.composition().isPresent()
            || act.inputs().stream().anyMatch(ActInput.NestedNarrative.class::isInstance);
    return nests ? NO_LIMIT : actTimeout;
  }

  private void runOnce(
      Pass pass,
      int sequence,
      String place,
      ActClock clock,
      ActRecording recording,
      NestedRuns runs) {
    Act act = pass.narrative().acts().get(sequence);
    clock.check();
    if (act.composition().isPresent()) {
      recording.answered(compose(pass, sequence, place, act.composition().get(), runs));
      return;
    }
    ProcessedInputs processed = inputs.process(pass, sequence, place, clock, runs);
    List<TurnPart> parts = processed.parts();
    recording.sent(parts);
    ActAnswer answer =
        act.isAction() ? act(pass, act, processed, parts) : ask(pass, act, processed, parts, clock);
    clock.checkCancelled();
    recording.answered(answer);
    recording.stored(
        content.store(pass, sequence, answer, processed.isSchemaAssembled(), clock.elapsedMs()));
  }

  private static ActAnswer act(
      Pass pass, Act act, ProcessedInputs processed, List<TurnPart> parts) {
    if (!parts.isEmpty()) {
      pass.conversation().addOutput(act.name(), parts);
    }
    return ActAnswer.withoutModel(
        processed.actionResponse(),
        processed.lastResult(),
        processed.allCommandsFailed() ? "failed_optional" : "completed",
        processed.failures());
  }

  private ActAnswer ask(
      Pass pass, Act act, ProcessedInputs processed, List<TurnPart> parts, ActClock clock) {
    if (parts.isEmpty()) {
      throw RunEndedException.failed(
          "act_empty", "its texts render to nothing, so there is nothing to ask a model");
    }
    pass.conversation().addInputs(parts);
    ModelResponse response;
    try {
      response = models.ask(pass, act, clock);
    } catch (ActorServerException failure) {
      pass.conversation().removeLast();
      throw failure;
    }
    pass.conversation().addResponse(response.text());
    pass.conversation().settle();
    return new ActAnswer(
        response.text(),
        processed.lastResult(),
        Optional.of(response.model()),
        response.tokensIn(),
        response.tokensOut(),
        response.finishReason(),
        "completed",
        processed.failures());
  }

  private ActAnswer compose(
      Pass pass, int sequence, String place, Narrative narrative, NestedRuns runs) {
    Act act = pass.narrative().acts().get(sequence);
    Nested nested = runs.run(narrative, pass, place);
    if (nested.skipped()
        && !pass.narrative().allowEmptySource()
        && analysis.feedsWrite(pass.session(), pass.narrative(), sequence)) {
      throw RunEndedException.skipped(
          "empty_source", "narrative " + narrative.name() + " had nothing to work on");
    }
    pass.conversation().addComposition(narrative.name(), act.name(), nested.response());
    return ActAnswer.withoutModel(
        nested.response(), null, nested.skipped() ? "skipped" : "completed", Optional.empty());
  }

  /** Turns a failure into the ending of the pass; what concerns the execution goes through. */
  private static RunEndedException ending(ActorServerException failure) {
    if (failure instanceof RunEndedException ended) {
      return ended;
    }
    if (failure instanceof StaleExecutionException) {
      throw failure;
    }
    if (failure instanceof StoreException && failure.isRetryable()) {
      if (Thread.currentThread().isInterrupted()) {
        // Pools and drivers give up on an interrupted thread; the database may be well.
        return RunEndedException.cancelled("cancelled during a database call", failure);
      }
      throw failure;
    }
    Duration after = Duration.ZERO;
    if (failure instanceof ModelException model) {
      if (model.kind() == ModelException.Kind.INTERRUPTED
          || Thread.currentThread().isInterrupted()) {
        Thread.currentThread().interrupt();
        return RunEndedException.cancelled("cancelled during the model call", failure);
      }
      after = model.retryAfter().orElse(after);
    } else if (failure instanceof PlatformException platform) {
      after = platform.retryAfter().orElse(after);
    } else if (failure instanceof CommandDeniedException denied) {
      after = denied.retryAfter().orElse(after);
    }
    return RunEndedException.failed(
        failure.code(),
        String.valueOf(failure.getMessage()),
        failure.isRetryable(),
        after.toMillis(),
        failure);
  }

  private void recordEnding(
      Pass pass, int sequence, ActClock clock, ActRecording recording, RunEndedException ended) {
    Act act = pass.narrative().acts().get(sequence);
    if (!ended.response().isEmpty() && ended.status() == Status.WAITING_APPROVAL) {
      recording.answered(
          ActAnswer.withoutModel(ended.response(), null, "waiting_approval", Optional.empty()));
    }
    recorder.recordAct(
        pass.session().fence(),
        pass.runId(),
        recording.ended(ModelTurns.settings(pass, act), clock.elapsedMs(), ended));
    finished(pass, sequence, act, ended.status().name().toLowerCase(Locale.ROOT));
  }

  private static void started(Pass pass, int sequence, Act act) {
    pass.session()
        .request()
        .listener()
        .actStarted(
            pass.narrative().name(),
            pass.depth(),
            sequence,
            pass.narrative().acts().size(),
            act.name());
  }

  private static void finished(Pass pass, int sequence, Act act, String status) {
    pass.session()
        .request()
        .listener()
        .actFinished(
            pass.narrative().name(),
            pass.depth(),
            sequence,
            pass.narrative().acts().size(),
            act.name(),
            status);
  }
}
