package io.botticelli.core.model;

/** A provider of text: takes a conversation, answers with text. Thread-safe. */
public interface LanguageModel {
  /** Returns the provider's name, for example {@code gemini} or {@code offline}. */
  String provider();

  /**
   * Sends a conversation and waits for the answer. Makes exactly one attempt: retries are the
   * caller's. Reacts to a thread interrupt by throwing with the interrupt flag set.
   *
   * @throws ModelException if the provider refuses, fails or does not answer in time
   */
  ModelResponse generate(ModelRequest request);
}
