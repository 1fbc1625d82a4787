package io.botticelli.core.node;

import io.botticelli.core.engine.ModelCalls;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.resilience.DependencyBreakers;
import io.botticelli.core.resilience.ResiliencePolicies;
import java.time.Duration;
import java.util.Optional;

/**
 * Model calls with retries, each attempt counted and guarded by its provider's breaker.
 * Thread-safe.
 */
final class MeteredCalls implements ModelCalls {
  private final ResiliencePolicies policies;
  private final ActorMetrics metrics;
  private final DependencyBreakers breakers;

  MeteredCalls(ResiliencePolicies policies, ActorMetrics metrics, DependencyBreakers breakers) {
    this.policies = policies;
    this.metrics = metrics;
    this.breakers = breakers;
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
      admit(request);
      try {
        ModelResponse response = model.generate(request);
        breakers.answered(provider());
        metrics.llmRequest(provider(), request.model(), "success");
        metrics.llmTokens(provider(), request.model(), response.tokensIn(), response.tokensOut());
        return response;
      } catch (ModelException failure) {
        metrics.llmRequest(provider(), request.model(), failure.code());
        judge(failure);
        throw failure;
      } catch (RuntimeException | Error unexpected) {
        breakers.undecided(provider());
        throw unexpected;
      }
    }

    private void admit(ModelRequest request) {
      Optional<Duration> wait = breakers.tryAcquire(provider());
      if (wait.isPresent()) {
        metrics.llmRequest(provider(), request.model(), "circuit_open");
        throw new ModelException(
            ModelException.Kind.CIRCUIT_OPEN,
            "model "
                + request.model()
                + " was not asked: provider "
                + provider()
                + " failed again and again and is left alone for "
                + wait.get().toMillis()
                + " ms",
            0,
            wait.get(),
            null);
      }
    }

    /** A provider that refuses a request is there. */
    private void judge(ModelException failure) {
      switch (failure.kind()) {
        case UNAVAILABLE, TIMEOUT, CONNECTION ->
            breakers.failed(provider(), String.valueOf(failure.getMessage()));
        case INTERRUPTED, CIRCUIT_OPEN -> breakers.undecided(provider());
        case RATE_LIMITED, QUOTA_EXHAUSTED, AUTHENTICATION, INVALID_REQUEST, NOT_CONFIGURED ->
            breakers.answered(provider());
      }
    }
  }
}
