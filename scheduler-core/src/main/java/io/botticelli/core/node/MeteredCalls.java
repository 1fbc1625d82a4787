package io.botticelli.core.node;

import io.botticelli.core.engine.ModelCalls;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.resilience.ResiliencePolicies;

/** Model calls with retries, each attempt counted. Thread-safe. */
final class MeteredCalls implements ModelCalls {
  private final ResiliencePolicies policies;
  private final ActorMetrics metrics;

  MeteredCalls(ResiliencePolicies policies, ActorMetrics metrics) {
    this.policies = policies;
    this.metrics = metrics;
  }

  @Override
  public ModelResponse call(LanguageModel model, ModelRequest request) {
    return policies.callModel(new Counted(model), request);
  }

  private final class Counted implements LanguageModel {
    private final LanguageModel model;

    Counted(LanguageModel model) {
      this.model = model;
    }

    @Override
    public String provider() {
      return model.provider();
    }

    @Override
    public ModelResponse generate(ModelRequest request) {
      try {
        ModelResponse response = model.generate(request);
        metrics.llmRequest(provider(), request.model(), "success");
        metrics.llmTokens(provider(), request.model(), response.tokensIn(), response.tokensOut());
        return response;
      } catch (ModelException failure) {
        metrics.llmRequest(provider(), request.model(), failure.code());
        throw failure;
      }
    }
  }
}
