package io.botticelli.bench;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;

/** Answers at once with one JSON object. Stateless and thread-safe. */
final class InstantModel implements LanguageModel, LanguageModels {
  private static final String ANSWER =
      "{\"title\": \"A short title\", \"text_content\": \"Two lines of text,\\nas long as a post is"
          + " when nobody has much to say.\", \"score\": 77}";

  @Override
  public String provider() {
    return "instant";
  }

  @Override
  public ModelResponse generate(ModelRequest request) {
    return new ModelResponse(ANSWER, request.model(), 100, 50, "stop");
  }

  @Override
  public Selection select(String model) {
    return new Selection(this, "instant");
  }
}
