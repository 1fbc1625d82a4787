package io.botticelli.core.engine;

import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.LanguageModels.Selection;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ModelSettings;
import java.time.Duration;
import java.util.Set;

/** Asks the model for the answer of an act. */
final class ModelTurns {
  /** A model that refused to answer refuses again. */
  private static final Set<String> REFUSALS = Set.of("safety", "content_filter", "recitation");

  private final LanguageModels models;
  private final ModelCalls calls;
  private final Duration timeout;

  ModelTurns(LanguageModels models, ModelCalls calls, Duration timeout) {
    this.models = models;
    this.calls = calls;
    this.timeout = timeout;
  }

  /** Returns the settings an act runs with; the model name may be "" for the server's default. */
  static ModelSettings settings(Pass pass, Act act) {
    RunRequest request = pass.session().request();
    ModelSettings written = act.settings().orElse(pass.narrative().settings());
    return new ModelSettings(
        request.overrideModel().or(written::model).or(request::defaultModel),
        written.temperature(),
        written.maxTokens());
  }

  /**
   * Sends the conversation of a pass; an empty answer is asked for once more.
   *
   * @return an answer that is not blank
   * @throws RunEndedException if the model answers nothing twice
   * @throws io.botticelli.core.model.ModelException if the call fails
   */
  ModelResponse ask(Pass pass, Act act, ActClock clock) {
    ModelSettings settings = settings(pass, act);
    Selection selection = models.select(settings.model().orElse(""));
    ModelResponse response = call(pass, settings, selection, clock);
    if (response.text().isBlank()) {
      clock.check();
      pass.session()
          .warn(
              "act "
                  + act.name()
                  + ": the model answered nothing (finish reason "
                  + response.finishReason()
                  + "), asking once more");
      response = call(pass, settings, selection, clock);
    }
    if (response.text().isBlank()) {
      throw RunEndedException.failed(
          "model_empty_response",
          "model "
              + selection.modelName()
              + " answered nothing twice, finish reason "
              + response.finishReason(),
          !REFUSALS.contains(response.finishReason()),
          0,
          null);
    }
    if (response.isTruncated()) {
      pass.session()
          .warn("act " + act.name() + ": the answer was cut off by max_tokens; raise the limit");
    }
    return response;
  }

  private ModelResponse call(
      Pass pass, ModelSettings settings, Selection selection, ActClock clock) {
    pass.session().countCallAttempt();
    ModelResponse response =
        calls.call(
            selection.model(),
            new ModelRequest(
                selection.modelName(),
                settings.temperature(),
                settings.maxTokens(),
                pass.conversation().messages(),
                clock.atMost(timeout)));
    pass.session().countCall(response);
    return response;
  }
}
