package io.botticelli.core.model.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds JSON values inside prose. Lenient about comments, trailing commas and single quotes, as
 * people write examples; the number of characters looked at is bounded, so that a text made of
 * opening brackets costs no more than any other.
 */
final class JsonScanner {
  private static final int STEPS_PER_CHARACTER = 4;
  private static final int MIN_STEPS = 200_000;
  private static final int MAX_SPAN = 200_000;
  private static final int MAX_FOUND = 200;

  private static final JsonMapper LENIENT =
      JsonMapper.builder()
          .enable(
              JsonReadFeature.ALLOW_JAVA_COMMENTS,
              JsonReadFeature.ALLOW_TRAILING_COMMA,
              JsonReadFeature.ALLOW_SINGLE_QUOTES,
              JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
              JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
              JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonScanner() {}

  /**
   * A span between matching brackets.
   *
   * @param value what it parses to, or empty when it only looks like JSON
   */
  record Found(int start, int end, Optional<JsonNode> value) {}

  /** Returns the whole text as JSON, or empty. */
  static Optional<JsonNode> parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || "{[".indexOf(trimmed.charAt(0)) < 0) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(LENIENT.readTree(trimmed)).filter(JsonNode::isContainerNode);
    } catch (JsonProcessingException e) {
      // Not JSON is an answer here, not a failure.
      return Optional.empty();
    }
  }

  /** Returns the outermost spans, in order; spans inside a found one are not listed. */
  static List<Found> scan(String text) {
    List<Found> found = new ArrayList<>();
    int steps = Math.max(MIN_STEPS, text.length() * STEPS_PER_CHARACTER);
    int position = 0;
    while (position < text.length() && steps > 0 && found.size() < MAX_FOUND) {
      char c = text.charAt(position);
      if (c != '{' && c != '[') {
        position++;
        steps--;
        continue;
      }
      int end = matchingEnd(text, position, Math.min(steps, MAX_SPAN));
      if (end < 0) {
        steps -= Math.min(Math.min(steps, MAX_SPAN), text.length() - position);
        position++;
        continue;
      }
      steps -= end - position;
      String span = text.substring(position, end);
      Optional<JsonNode> value = parse(span);
      if (value.isPresent() ? isOfUse(value.get()) : c == '{' && span.indexOf(':') > 0) {
        found.add(new Found(position, end, value));
        position = end;
      } else {
        position++;
      }
    }
    return found;
  }

  private static boolean isOfUse(JsonNode value) {
    if (value.isObject()) {
      return !value.isEmpty();
    }
    return value.path(0).isObject() || value.path(0).isTextual();
  }

  /** Returns the position after the bracket that closes the one at {@code start}, or -1. */
  static int matchingEnd(String text, int start, int limit) {
    int depth = 0;
    boolean quoted = false;
    int stop = (int) Math.min(text.length(), (long) start + limit);
    for (int i = start; i < stop; i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return -1;
  }
}
