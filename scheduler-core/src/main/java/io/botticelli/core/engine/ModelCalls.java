package io.botticelli.core.engine;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;

/**
 * Makes a model call with everything that surrounds it: rate limits, time-out and retries of
 * transient failures. Thread-safe.
 */
public interface ModelCalls {
  /**
   * Calls a model, waiting and retrying as its policy says. A thread interrupt ends waiting and
   * calling; the interrupt flag is set afterwards.
   *
   * @throws io.botticelli.core.model.ModelException the last failure, when retries are used up or
   *     make no sense
   */
  ModelResponse call(LanguageModel model, ModelRequest request);
}
