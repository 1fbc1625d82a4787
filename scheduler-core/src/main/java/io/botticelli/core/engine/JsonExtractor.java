package io.botticelli.core.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON in a model's answer: the whole answer, a fenced block, or a balanced span, in this
 * order; when none parses, the most promising one is mended.
 *
 * <p>Answers are hostile: the work is bounded in the number of fences and brackets looked at,
 * nesting and number length are limited by the parser, and nothing is ever evaluated. Stateless and
 * thread-safe.
 */
final class JsonExtractor {
  /** Opening fences looked at; a serious answer has a handful. */
  private static final int MAX_FENCES = 40;

  /** Closing fences tried for one opening fence, from the last backwards. */
  private static final int MAX_CLOSINGS = 20;

  /** Brackets tried as the start of a span; each costs at most one pass over the rest. */
  private static final int MAX_SPAN_STARTS = 64;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * Returns the rows in a model's answer.
   *
   * @param response any text
   * @return empty when there is no object and no array of objects, even after repair
   */
  Optional<Extraction> extract(String response) {
    String text = stripByteOrderMark(response).strip();
    if (text.indexOf('{') < 0 && text.indexOf('[') < 0 && text.indexOf(':') < 0) {
      return Optional.empty();
    }
    List<Fence> fences = findFences(text);
    return parse(text, true)
        .or(() -> fromFences(text, fences, true))
        .or(() -> fromFences(text, fences, false))
        .or(() -> fromSpans(text, true))
        .or(() -> repaired(text, fences))
        .or(() -> fromSpans(text, false));
  }

  private static String stripByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Returns the rows of a candidate that is JSON as it stands. */
  private static Optional<Extraction> parse(String candidate, boolean acceptEmptyArray) {
    String trimmed = candidate.strip();
    if (trimmed.isEmpty() || (trimmed.charAt(0) != '{' && trimmed.charAt(0) != '[')) {
      return Optional.empty();
    }
    JsonNode value = read(trimmed);
    return value == null ? Optional.empty() : rows(value, acceptEmptyArray);
  }

  private static @Nullable JsonNode read(String candidate) {
    try {
      return JSON.readTree(candidate);
    } catch (JsonProcessingException notJson) {
      // Not a failure: most candidates are prose, and the next one is tried.
      return null;
    }
  }

  private static Optional<Extraction> rows(JsonNode value, boolean acceptEmptyArray) {
    if (value.isObject()) {
      JsonNode wrapped = value.size() == 1 ? value.elements().next() : null;
      if (wrapped != null && wrapped.isArray() && !wrapped.isEmpty() && allObjects(wrapped)) {
        return Optional.of(new Extraction(value, elements(wrapped), false, List.of()));
      }
      return Optional.of(new Extraction(value, List.of(value), false, List.of()));
    }
    if (!value.isArray() || (value.isEmpty() && !acceptEmptyArray)) {
      return Optional.empty();
    }
    List<JsonNode> objects = elements(value).stream().filter(JsonNode::isObject).toList();
    if (objects.isEmpty() && !value.isEmpty()) {
      return Optional.empty();
    }
    int skipped = value.size() - objects.size();
    List<String> warnings =
        skipped == 0
            ? List.of()
            : List.of(skipped + " of " + value.size() + " array elements are not objects; skipped");
    return Optional.of(new Extraction(value, objects, false, warnings));
  }

  private static boolean allObjects(JsonNode array) {
    return elements(array).stream().allMatch(JsonNode::isObject);
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>(array.size());
    array.forEach(elements::add);
    return elements;
  }

  private static List<Fence> findFences(String text) {
    List<Fence> fences = new ArrayList<>();
    int at = text.startsWith("```") ? 0 : text.indexOf("\n```");
    while (at >= 0 && fences.size() < MAX_FENCES * MAX_CLOSINGS) {
      int start = text.charAt(at) == '\n' ? at + 1 : at;
      int lineEnd = text.indexOf('\n', start);
      int end = lineEnd < 0 ? text.length() : lineEnd;
      fences.add(
          new Fence(start, Math.min(end + 1, text.length()), text.substring(start + 3, end)));
      at = text.indexOf("\n```", start + 3);
    }
    return fences;
  }

  private static Optional<Extraction> fromFences(String text, List<Fence> fences, boolean json) {
    int tried = 0;
    for (int open = 0; open < fences.size() && tried < MAX_FENCES; open++) {
      Fence fence = fences.get(open);
      if (fence.isJson() != json) {
        continue;
      }
      tried++;
      int closings = 0;
      for (int close = fences.size() - 1; close > open && closings < MAX_CLOSINGS; close--) {
        closings++;
        Optional<Extraction> found =
            parse(text.substring(fence.contentStart(), fences.get(close).start()), true);
        if (found.isPresent()) {
          return found;
        }
      }
      Optional<Extraction> unclosed = parse(text.substring(fence.contentStart()), true);
      if (unclosed.isPresent()) {
        return unclosed;
      }
    }
    return Optional.empty();
  }

  /**
   * @param topLevel true: stop at a bracket that is never closed, because all that follows may be
   *     inside it and a part must not be taken for the whole
   */
  private static Optional<Extraction> fromSpans(String text, boolean topLevel) {
    List<String> spans = new ArrayList<>();
    int at = nextBracket(text, 0);
    for (int starts = 0; at >= 0 && starts < MAX_SPAN_STARTS; starts++) {
      OptionalInt end = balancedEnd(text, at);
      if (end.isPresent()) {
        spans.add(text.substring(at, end.getAsInt()));
      } else if (topLevel) {
        break;
      }
      at = nextBracket(text, end.orElse(at + 1));
    }
    spans.sort(Comparator.comparingInt(String::length).reversed());
    List<Extraction> found =
        spans.stream().map(span -> parse(span, false)).flatMap(Optional::stream).toList();
    return found.stream().findFirst().map(longest -> longest.oneOf(found.size()));
  }

  private static int nextBracket(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        return i;
      }
    }
    return -1;
  }

  /** Returns the end (exclusive) of the span that starts at a bracket, aware of strings. */
  private static OptionalInt balancedEnd(String text, int start) {
    int depth = 0;
    boolean inString = false;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return OptionalInt.of(i + 1);
      }
    }
    return OptionalInt.empty();
  }

  private static Optional<Extraction> repaired(String text, List<Fence> fences) {
    String candidate = bestCandidate(text, fences);
    for (UnaryOperator<String> repair : JsonRepair.STEPS) {
      candidate = repair.apply(candidate).strip();
      Optional<Extraction> found = parse(candidate, false);
      if (found.isPresent() && found.get().rows().stream().anyMatch(row -> !row.isEmpty())) {
        Extraction extraction = found.get();
        return Optional.of(
            new Extraction(extraction.value(), extraction.rows(), true, extraction.warnings()));
      }
    }
    return Optional.empty();
  }

  /** The first JSON fence, else the first fence, else the text from the first bracket or key on. */
  private static String bestCandidate(String text, List<Fence> fences) {
    for (boolean json : new boolean[] {true, false}) {
      for (int i = 0; i < fences.size(); i++) {
        Fence fence = fences.get(i);
        if (fence.isJson() == json) {
          int end = i + 1 < fences.size() ? fences.get(fences.size() - 1).start() : text.length();
          String content = text.substring(fence.contentStart(), end).strip();
          if (content.indexOf('{') >= 0 || content.indexOf('[') >= 0 || content.startsWith("\"")) {
            return content;
          }
        }
      }
    }
    return text;
  }

  /**
   * What was found.
   *
   * @param value the JSON as a whole, for navigation by placeholders
   * @param rows objects to store, in order; may be empty for an empty array
   * @param repaired true when the text was mended before it parsed
   * @param warnings things left out, without content
   */
  record Extraction(JsonNode value, List<JsonNode> rows, boolean repaired, List<String> warnings) {
    /** Says what was left out when the answer holds several values side by side. */
    private Extraction oneOf(int values) {
      if (values < 2) {
        return this;
      }
      List<String> more = new ArrayList<>(warnings);
      more.add(
          "the response holds " + values + " JSON values side by side; only the longest counts");
      return new Extraction(value, rows, repaired, List.copyOf(more));
    }
  }

  /** A line that starts with three back-ticks. */
  private record Fence(int start, int contentStart, String label) {
    boolean isJson() {
      return label.strip().equalsIgnoreCase("json");
    }
  }
}
