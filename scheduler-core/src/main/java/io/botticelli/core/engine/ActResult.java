package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an executed act left for the acts after it. Confined to the run's thread. */
final class ActResult {
  private final String name;
  private final String response;
  private final @Nullable JsonNode lastCommandResult;
  private final JsonExtractor extractor;
  private @Nullable Optional<JsonNode> json;

  ActResult(
      String name, String response, @Nullable JsonNode lastCommandResult, JsonExtractor extractor) {
    this.name = name;
    this.response = response;
    this.lastCommandResult = lastCommandResult;
    this.extractor = extractor;
  }

  String name() {
    return name;
  }

  String response() {
    return response;
  }

  /**
   * Returns the act's JSON value: the response itself, else the last command's result, else what
   * can be extracted from the response.
   */
  Optional<JsonNode> json() {
    Optional<JsonNode> known = json;
    if (known == null) {
      known =
          JsonPaths.parse(response)
              .or(() -> Optional.ofNullable(lastCommandResult))
              .or(() -> extractor.extract(response).map(JsonExtractor.Extraction::value));
      json = known;
    }
    return known;
  }

  /** Returns the response as a placeholder value. */
  Value value() {
    return JsonPaths.parse(response)
        .filter(JsonNode::isContainerNode)
        .map(node -> new Value(response, Value.isTruthy(node), Value.of(node).rows()))
        .orElseGet(() -> Value.of(response));
  }

  /** Follows a path into the act's JSON value. */
  Optional<Value> value(String path) {
    return json().flatMap(node -> JsonPaths.find(node, path)).map(Value::of);
  }
}
