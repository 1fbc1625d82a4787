package io.botticelli.core.model.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Brings an answer into the form LangChain4j can read. A blocked prompt comes without candidates, a
 * cut one sometimes without content or usage, and a new finish reason is unknown to the library's
 * enumeration: each of these would end as a NullPointerException or a parse error there.
 */
final class GeminiAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Finish reasons of the API that say the answer was withheld. */
  private static final Set<String> WITHHELD =
      Set.of(
          "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "LANGUAGE");

  private static final Set<String> PLAIN = Set.of("STOP", "MAX_TOKENS", "SAFETY", "OTHER");

  private final GeminiFailures failures;

  GeminiAnswers(GeminiFailures failures) {
    this.failures = failures;
  }

  String normalise(String body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw failures.unusable("something that is not JSON");
    }
    if (!(root instanceof ObjectNode answer)) {
      throw failures.unusable("something that is not a JSON object");
    }
    if (!answer.path("usageMetadata").isObject()) {
      answer.putObject("usageMetadata");
    }
    ObjectNode candidate = candidate(answer);
    String reason = candidate.path("finishReason").asText("STOP");
    if (WITHHELD.contains(reason)) {
      candidate.put("finishReason", "SAFETY");
    } else if (!PLAIN.contains(reason)) {
      candidate.put("finishReason", "OTHER");
    }
    if (!candidate.path("content").path("parts").isArray()) {
      candidate.putObject("content").put("role", "model").putArray("parts");
    }
    return answer.toString();
  }

  private ObjectNode candidate(ObjectNode answer) {
    if (answer.path("candidates").path(0) instanceof ObjectNode candidate) {
      return candidate;
    }
    if (!answer.path("promptFeedback").path("blockReason").isTextual()) {
      throw failures.unusable("without a candidate");
    }
    ObjectNode blocked = answer.putArray("candidates").addObject();
    blocked.put("finishReason", "SAFETY");
    return blocked;
  }
}
