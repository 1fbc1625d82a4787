package io.botticelli.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A conversation to be answered.
 *
 * @param model name the provider understands
 * @param temperature 0.0..2.0, or empty for the provider's default
 * @param maxTokens output limit, at least 1, or empty
 * @param messages oldest first; the last one is the user's
 * @param timeout the call is given up after this
 */
public record ModelRequest(
    String model,
    Optional<Double> temperature,
    Optional<Integer> maxTokens,
    List<Message> messages,
    Duration timeout) {
  public ModelRequest {
    messages = List.copyOf(messages);
  }
}
