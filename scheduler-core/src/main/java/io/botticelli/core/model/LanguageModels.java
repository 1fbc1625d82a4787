package io.botticelli.core.model;

/** Finds the provider that serves a model name. Thread-safe. */
public interface LanguageModels {
  /**
   * Resolves a model name as a narrative writes it: aliases and retired names are mapped, the
   * provider is derived from the name.
   *
   * @param model name as written, {@code offline}/{@code mock}, or empty for the server's default
   * @return the provider and the model name to send to it
   * @throws ModelException if no provider serves it or its credentials are missing; the message
   *     names the variable to set
   */
  Selection select(String model);

  /**
   * A provider and the model name it understands.
   *
   * @param model port of the provider
   * @param modelName name to put into the request
   */
  record Selection(LanguageModel model, String modelName) {}
}
