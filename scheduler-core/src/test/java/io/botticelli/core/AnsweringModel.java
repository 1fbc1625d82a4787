package io.botticelli.core;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A model that answers by a rule over what it was told last, and remembers every request. */
final class AnsweringModel implements LanguageModel, LanguageModels {
  private final Function<String, String> rule;
  private final List<ModelRequest> requests = new CopyOnWriteArrayList<>();

  /**
   * @param rule from the text of the last turn to the answer
   */
  AnsweringModel(Function<String, String> rule) {
    this.rule = rule;
  }

  List<ModelRequest> requests() {
    return requests;
  }

  /** Returns the text of the last turn of every request, in order. */
  List<String> prompts() {
    return requests.stream().map(AnsweringModel::lastTurn).toList();
  }

  /** Returns all turns of the last request as one text. */
  String lastConversation() {
    StringBuilder all = new StringBuilder();
    for (Message message : requests.get(requests.size() - 1).messages()) {
      all.append(message.role()).append(": ").append(message.text()).append('\n');
    }
    return all.toString();
  }

  private static String lastTurn(ModelRequest request) {
    return request.messages().get(request.messages().size() - 1).text();
  }

  @Override
  public String provider() {
    return "answering";
  }

  @Override
  public ModelResponse generate(ModelRequest request) {
    requests.add(request);
    return new ModelResponse(rule.apply(lastTurn(request)), request.model(), 10, 5, "stop");
  }

  @Override
  public Selection select(String model) {
    return new Selection(this, model.isEmpty() ? "server-default" : model);
  }
}
