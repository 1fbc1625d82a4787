package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads out of a prompt whether it demands JSON, and of which form: an example, a JSON Schema, or a
 * list of fields. Patterns are bounded, so that no prompt can make them backtrack for long.
 */
final class ShapeReader {
  private static final int CUE_WINDOW = 200;
  private static final int MAX_DEPTH = 12;
  private static final int MAX_FIELDS = 200;
  private static final int MAX_ELEMENTS = 50;

  private static final Pattern ASKS =
      Pattern.compile(
          "example|format|schema|structure|shape|exactly|like this|like:|return|respond|output"
              + "|answer|as follows|must be|json|valid");
  private static final Pattern IS_DATA =
      Pattern.compile(
          "\\b(?:rows?|candidates|posts|data|input|records|items|drafts?|previous|current"
              + "|here (?:is|are))\\b[^\\n:]{0,40}:\\s*(?:```\\w{0,10})?\\s*$");
  private static final Pattern NOT_JSON =
      Pattern.compile(
          "\\b(?:no|not|without) (?:output |return |use |write |answer in |any )?json\\b");
  private static final Pattern WANTS_ARRAY =
      Pattern.compile(
          "json array|\\barray (?:of|with|containing) (?!string|number|integer|text|tag|word|role)"
              + "|(?:return|output|answer with|respond with|produce) an array|(?:start|begin)s? with `?\\["
              + "|each (?:one |entry |element |item )?(?:must be|is|being) an object");
  private static final Pattern WANTS_STRINGS =
      Pattern.compile("array of (?:\\w{1,20} )?(?:strings|tags|words|keywords)");
  private static final Pattern WANTS_ONE =
      Pattern.compile(
          "\\b(?:a|one|single|exactly one) (?:valid )?(?:json )?object\\b(?! (?:per|for))");

  private static final String NUMBER =
      "(\\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)";
  private static final String RANGE =
      NUMBER + "(?:\\s{0,2}(?:-|–|—|to|or|and)\\s{0,2}" + NUMBER + ")?";
  private static final Pattern ARRAY_COUNT =
      Pattern.compile(
          "array (?:of|with|containing) (?:exactly |about |up to |at most |at least |between )?"
              + RANGE
              + "\\b");
  private static final Pattern VERB_COUNT =
      Pattern.compile(
          "\\b(?:exactly|keep|select|choose|pick|return|generate|create|write|produce|provide|list"
              + "|give|best|top|between|most)\\s{1,2}"
              + "(?:(?:me|only|the|best|top|exactly|between|up to|at most|a set of)\\s{1,2}){0,3}"
              + RANGE
              + "\\b(?!\\s{0,2}(?:char|word|line|sentence|percent|%|point|token|paragraph|emoji|hash"
              + "|(?:json )?\\w{1,20} (?:per|for)\\b))");
  private static final Map<String, Integer> NUMBER_WORDS =
      Map.ofEntries(
          Map.entry("one", 1),
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10),
          Map.entry("twelve", 12),
          Map.entry("fifteen", 15),
          Map.entry("twenty", 20));

  private ShapeReader() {}

  /**
   * What is wanted.
   *
   * @param element form of the object, or of every element
   * @param array true when an array of them is wanted
   * @param least smallest number of elements, at least 1
   * @param most largest number of elements
   * @param counted true when the prompt names the number
   */
  record Wanted(Shape element, boolean array, int least, int most, boolean counted) {}

  /** Returns what JSON the prompt asks for, or empty when it asks for prose. */
  static Optional<Wanted> read(String instruction) {
    String lower = instruction.toLowerCase(Locale.ROOT);
    List<JsonScanner.Found> found = JsonScanner.scan(instruction);
    JsonScanner.Found best = null;
    int bestCue = Integer.MIN_VALUE;
    for (JsonScanner.Found candidate : found) {
      int cue = cue(instruction, candidate.start());
      Optional<Shape> shape = shape(instruction, candidate);
      if (shape.isPresent() && isStructured(shape.get()) && cue >= bestCue) {
        best = candidate;
        bestCue = cue;
      }
    }
    boolean named = lower.contains("json") && !NOT_JSON.matcher(lower).find();
    if (!named && bestCue <= 0) {
      return Optional.empty();
    }
    if (best != null && bestCue > 0) {
      return shape(instruction, best).map(shape -> wanted(shape, lower));
    }
    Map<String, Shape> listed = FieldListReader.read(instruction);
    if (!listed.isEmpty()) {
      return Optional.of(wanted(new Shape.Fields(listed), lower));
    }
    if (best == null && WANTS_STRINGS.matcher(lower).find()) {
      return Optional.of(
          wanted(new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, ""), 0), lower));
    }
    Shape shape =
        best == null
            ? new Shape.Fields(Map.of("text_content", Shape.Value.described(Shape.Kind.TEXT, "")))
            : shape(instruction, best).orElseThrow();
    return Optional.of(wanted(shape, lower));
  }

  /**
   * Returns how much the text in front of a JSON value speaks for it being the wanted form:
   * positive = form, negative = data to work on.
   */
  static int cue(String text, int start) {
    String before = text.substring(Math.max(0, start - CUE_WINDOW), start).toLowerCase(Locale.ROOT);
    if (IS_DATA.matcher(before).find()) {
      return -1;
    }
    return ASKS.matcher(before).find() ? 1 : 0;
  }

  /** Tells whether a table row says something about a field instead of being data. */
  static boolean describesFields(Row row) {
    return FieldListReader.isFieldTable(row);
  }

  private static boolean isStructured(Shape shape) {
    return shape instanceof Shape.Fields fields
        ? !fields.fields().isEmpty()
        : shape instanceof Shape.Elements;
  }

  private static Wanted wanted(Shape shape, String lower) {
    int[] counts = counts(lower);
    boolean counted = counts[1] > 0;
    if (shape instanceof Shape.Elements elements) {
      int fallback = elements.exampleSize() >= 2 ? elements.exampleSize() : 3;
      return counted
          ? new Wanted(elements.element(), true, counts[0], counts[1], true)
          : new Wanted(elements.element(), true, fallback, fallback, false);
    }
    boolean array = WANTS_ARRAY.matcher(lower).find() && !WANTS_ONE.matcher(lower).find();
    if (!array) {
      return new Wanted(shape, false, 1, counted ? counts[1] : 1, counted);
    }
    return counted
        ? new Wanted(shape, true, counts[0], counts[1], true)
        : new Wanted(shape, true, 3, 3, false);
  }

  /** Returns the smallest and largest number asked for; 0, 0 when none is. */
  private static int[] counts(String lower) {
    Matcher array = ARRAY_COUNT.matcher(lower);
    if (array.find()) {
      return range(array);
    }
    Matcher verb = VERB_COUNT.matcher(lower);
    int[] first = {0, 0};
    while (verb.find()) {
      int[] range = range(verb);
      if (range[1] >= 2) {
        return range;
      }
      first = first[1] == 0 && !lower.startsWith("one", verb.start(1)) ? range : first;
    }
    return first;
  }

  private static int[] range(Matcher matcher) {
    int low = number(matcher.group(1));
    int high = matcher.group(2) == null ? low : number(matcher.group(2));
    int least = Math.max(1, Math.min(MAX_ELEMENTS, Math.min(low, high)));
    return new int[] {least, Math.max(least, Math.min(MAX_ELEMENTS, Math.max(low, high)))};
  }

  private static int number(String text) {
    Integer word = NUMBER_WORDS.get(text);
    return word == null ? Integer.parseInt(text) : word;
  }

  private static Optional<Shape> shape(String text, JsonScanner.Found found) {
    if (found.value().isPresent()) {
      return Optional.of(ofExample(found.value().get(), 0));
    }
    return ofSketch(text.substring(found.start(), found.end()), 0);
  }

  static Shape ofExample(JsonNode node, int depth) {
    if (depth >= MAX_DEPTH) {
      return Shape.Value.described(Shape.Kind.NULL, "");
    }
    if (node.path("type").isTextual()
        && (node.path("properties").isObject() || node.path("items").isObject())) {
      return ofSchema(node, depth);
    }
    if (node.isObject()) {
      Map<String, Shape> fields = new LinkedHashMap<>();
      node.properties()
          .forEach(
              field -> {
                if (fields.size() < MAX_FIELDS) {
                  fields.put(field.getKey(), ofExample(field.getValue(), depth + 1));
                }
              });
      return new Shape.Fields(fields);
    }
    if (node.isArray()) {
      return node.isEmpty()
          ? new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, ""), 0)
          : new Shape.Elements(
              ofExample(node.get(0), depth + 1), Math.min(MAX_ELEMENTS, node.size()));
    }
    if (node.isTextual()) {
      return ValueReader.ofExampleText(node.asText());
    }
    Shape.Kind kind =
        node.isBoolean()
            ? Shape.Kind.BOOLEAN
            : node.isIntegralNumber()
                ? Shape.Kind.INTEGER
                : node.isNumber() ? Shape.Kind.DECIMAL : Shape.Kind.NULL;
    return new Shape.Value(kind, node.asText(), true, List.of());
  }

  private static Shape ofSchema(JsonNode schema, int depth) {
    if (depth >= MAX_DEPTH) {
      return Shape.Value.described(Shape.Kind.NULL, "");
    }
    if (schema.path("properties").isObject()) {
      Map<String, Shape> fields = new LinkedHashMap<>();
      schema
          .path("properties")
          .properties()
          .forEach(
              field -> {
                if (fields.size() < MAX_FIELDS) {
                  fields.put(field.getKey(), ofSchema(field.getValue(), depth + 1));
                }
              });
      return new Shape.Fields(fields);
    }
    if (schema.path("items").isObject()) {
      return new Shape.Elements(ofSchema(schema.path("items"), depth + 1), 0);
    }
    List<String> choices = new ArrayList<>();
    schema.path("enum").forEach(choice -> choices.add(choice.asText()));
    String hint =
        schema.path("description").asText("")
            + (schema.has("minimum") && schema.has("maximum")
                ? " " + schema.get("minimum").asText() + " to " + schema.get("maximum").asText()
                : "")
            + (schema.has("maxLength") ? " max " + schema.get("maxLength").asText() : "");
    Shape.Kind kind =
        switch (schema.path("type").asText("string")) {
          case "integer" -> Shape.Kind.INTEGER;
          case "number" -> Shape.Kind.DECIMAL;
          case "boolean" -> Shape.Kind.BOOLEAN;
          case "null" -> Shape.Kind.NULL;
          default ->
              schema.path("format").asText("").startsWith("date")
                  ? Shape.Kind.DATE
                  : Shape.Kind.TEXT;
        };
    return new Shape.Value(kind, hint, false, choices);
  }

  /** Reads the keys of something that looks like an object but does not parse. */
  private static Optional<Shape> ofSketch(String span, int depth) {
    if (depth >= MAX_DEPTH || span.length() < 2) {
      return Optional.empty();
    }
    Map<String, Shape> fields = new LinkedHashMap<>();
    int i = 1;
    while (i < span.length() && fields.size() < MAX_FIELDS) {
      int open = span.indexOf('"', i);
      int close = open < 0 ? -1 : span.indexOf('"', open + 1);
      if (close < 0) {
        break;
      }
      int colon = skipBlanks(span, close + 1);
      if (colon >= span.length() || span.charAt(colon) != ':' || close - open > 64) {
        i = close + 1;
        continue;
      }
      int value = skipBlanks(span, colon + 1);
      int end = valueEnd(span, value);
      String text = span.substring(Math.min(value, end), end).strip();
      fields.put(span.substring(open + 1, close), ofSketchValue(text, depth));
      i = end + 1;
    }
    return fields.isEmpty() ? Optional.empty() : Optional.of(new Shape.Fields(fields));
  }

  private static Shape ofSketchValue(String text, int depth) {
    Optional<JsonNode> parsed = JsonScanner.parse("[" + text + "]").map(array -> array.path(0));
    if (parsed.isPresent() && !parsed.get().isMissingNode()) {
      return ofExample(parsed.get(), depth + 1);
    }
    if (text.startsWith("[")) {
      return new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, text), 0);
    }
    if (text.startsWith("{")) {
      return ofSketch(text, depth + 1).orElseGet(() -> new Shape.Fields(Map.of()));
    }
    return text.startsWith("\"")
        ? ValueReader.ofExampleText(text.replace("\"", ""))
        : ValueReader.ofDescription("", text);
  }

  private static int skipBlanks(String text, int from) {
    int i = from;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int valueEnd(String span, int start) {
    if (start < span.length() && "{[".indexOf(span.charAt(start)) >= 0) {
      int end = JsonScanner.matchingEnd(span, start, span.length());
      return end < 0 ? span.length() : end;
    }
    boolean quoted = false;
    for (int i = start; i < span.length(); i++) {
      char c = span.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '}' || c == '\n')) {
        return i;
      }
    }
    return span.length();
  }
}
