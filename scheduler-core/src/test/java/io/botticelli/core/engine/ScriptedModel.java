package io.botticelli.core.engine;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** A model that answers what a test scripted, in order, and remembers what it was asked. */
final class ScriptedModel implements LanguageModel, LanguageModels {
  private final Deque<Function<ModelRequest, ModelResponse>> script = new ArrayDeque<>();
  private final List<ModelRequest> requests = new ArrayList<>();

  ScriptedModel answer(String... texts) {
    for (String text : texts) {
      script.add(request -> response(text, request.model(), "stop"));
    }
    return this;
  }

  ScriptedModel answerTruncated(String text) {
    script.add(request -> response(text, request.model(), "length"));
    return this;
  }

  ScriptedModel fail(RuntimeException failure) {
    script.add(
        request -> {
          throw failure;
        });
    return this;
  }

  ScriptedModel then(Function<ModelRequest, ModelResponse> step) {
    script.add(step);
    return this;
  }

  static ModelResponse response(String text, String model, String finishReason) {
    return new ModelResponse(text, model, 10, 5, finishReason);
  }

  List<ModelRequest> requests() {
    return requests;
  }

  /** Returns what the model was told last, as text. */
  String lastUserText() {
    ModelRequest last = requests.get(requests.size() - 1);
    return last.messages().get(last.messages().size() - 1).text();
  }

  @Override
  public String provider() {
    return "scripted";
  }

  @Override
  public ModelResponse generate(ModelRequest request) {
    requests.add(request);
    Function<ModelRequest, ModelResponse> step = script.poll();
    return step == null
        ? response("answer " + requests.size(), request.model(), "stop")
        : step.apply(request);
  }

  @Override
  public Selection select(String model) {
    return new Selection(this, model.isEmpty() ? "server-default" : model);
  }
}
