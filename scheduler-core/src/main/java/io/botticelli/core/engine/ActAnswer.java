package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one execution of an act answered.
 *
 * @param lastCommandResult result of its last successful command, or null
 * @param model model that answered, or empty when none was called
 * @param tokensIn -1 = not reported
 * @param tokensOut -1 = not reported
 * @param finishReason "" when no model was called
 * @param error why optional commands failed, or empty
 */
record ActAnswer(
    String response,
    @Nullable JsonNode lastCommandResult,
    Optional<String> model,
    long tokensIn,
    long tokensOut,
    String finishReason,
    String status,
    Optional<String> error) {

  static ActAnswer withoutModel(
      String response, @Nullable JsonNode lastResult, String status, Optional<String> error) {
    return new ActAnswer(response, lastResult, Optional.empty(), -1, -1, "", status, error);
  }
}
