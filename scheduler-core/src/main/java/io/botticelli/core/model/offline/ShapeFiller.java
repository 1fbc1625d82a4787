package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills a wanted JSON form. Rows of the conversation are copied as they are, one per element; else
 * an earlier JSON answer is carried over field by field; else the text is written anew.
 */
final class ShapeFiller {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_ELEMENTS = 50;
  private static final int BEST_TEXT_LENGTH = 400;

  private static final Pattern LIMIT =
      Pattern.compile("(?:max(?:imum)?|up to|at most|varchar|<=|≤)[^\\d\\n]{0,20}(\\d{1,5})");
  private static final Pattern RANGE =
      Pattern.compile(
          "(?<![\\d.-])(\\d{1,6}(?:\\.\\d{1,3})?)\\s{0,2}(?:-|–|to|and)\\s{0,2}(\\d{1,6}(?:\\.\\d{1,3})?)(?![\\d-])");
  private static final Pattern ISO_DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern RUNNING_NUMBER =
      Pattern.compile("rank|position|index|order|number|(?:.*_)?(?:number|order|position|index)");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9_-]{0,29}");

  private final Conversation conversation;
  private final ProseWriter writer;
  private final Dice dice;

  ShapeFiller(Conversation conversation, ProseWriter writer) {
    this.conversation = conversation;
    this.writer = writer;
    this.dice = conversation.dice();
  }

  JsonNode fill(ShapeReader.Wanted wanted) {
    List<Row> rows = conversation.rows();
    if (!wanted.array()) {
      Source source = new Source(chosen(1).stream().findFirst(), 0);
      return fill("", wanted.element(), source, wanted);
    }
    ArrayNode array = JSON.arrayNode();
    if (rows.isEmpty() && conversation.rowsExpected()) {
      // Asked to choose among rows, and there are none: inventing some would be worse than nothing.
      return array;
    }
    int count = (int) dice.between(wanted.least(), wanted.most(), "elements", 0);
    if (!rows.isEmpty()) {
      List<Row> kept = chosen(wanted.counted() ? count : rows.size());
      for (int i = 0; i < kept.size(); i++) {
        array.add(fill("", wanted.element(), new Source(Optional.of(kept.get(i)), i), wanted));
      }
      return array;
    }
    if (wanted.element() instanceof Shape.Value value && value.kind() == Shape.Kind.TEXT) {
      writer.keywords(count).forEach(array::add);
      return array;
    }
    for (int i = 0; i < count; i++) {
      array.add(fill("", wanted.element(), new Source(Optional.empty(), i), wanted));
    }
    return array;
  }

  /** Returns distinct rows, those of a readable length first. */
  private List<Row> chosen(int count) {
    List<Row> rows = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Row row : conversation.rows()) {
      if (!texts.contains(row.text()) && rows.size() < 1_000) {
        rows.add(row);
        texts.add(row.text());
      }
    }
    rows.sort(
        Comparator.<Row>comparingInt(row -> Math.abs(row.text().length() - BEST_TEXT_LENGTH) / 100)
            .thenComparingLong(row -> dice.roll(row.text(), 0)));
    return rows.subList(0, Math.min(rows.size(), Math.min(count, MAX_ELEMENTS)));
  }

  /**
   * What an element is filled from.
   *
   * @param row row to copy, or empty
   * @param index 0-based number of the element
   */
  private record Source(Optional<Row> row, int index) {}

  private JsonNode fill(String name, Shape shape, Source source, ShapeReader.Wanted wanted) {
    if (shape instanceof Shape.Fields fields) {
      ObjectNode object = JSON.objectNode();
      fields
          .fields()
          .forEach((field, form) -> object.set(field, field(field, form, source, wanted)));
      return object;
    }
    if (shape instanceof Shape.Elements elements) {
      return elements(name, elements, source, wanted);
    }
    return value(name, (Shape.Value) shape, source);
  }

  private JsonNode field(String name, Shape form, Source source, ShapeReader.Wanted wanted) {
    Optional<JsonNode> known =
        source.row().isPresent()
            ? source.row().flatMap(row -> row.cell(name))
            : source.index() == 0
                ? conversation.draftObject().map(object -> object.get(name))
                : Optional.empty();
    return known
        .flatMap(value -> converted(value, form))
        .orElseGet(() -> fill(name, form, source, wanted));
  }

  /** Returns a known value when it has the type asked for. */
  private static Optional<JsonNode> converted(JsonNode value, Shape form) {
    if (form instanceof Shape.Fields) {
      return Optional.of(value).filter(JsonNode::isObject);
    }
    if (form instanceof Shape.Elements) {
      return Optional.of(value).filter(JsonNode::isArray);
    }
    Shape.Value wanted = (Shape.Value) form;
    return switch (wanted.kind()) {
      case TEXT ->
          Optional.of(value)
              .filter(JsonNode::isValueNode)
              .filter(known -> !known.isNull())
              .filter(
                  known -> wanted.choices().isEmpty() || wanted.choices().contains(known.asText()))
              .map(known -> JSON.textNode(known.asText()));
      case DATE -> Optional.of(value).filter(JsonNode::isTextual);
      case INTEGER -> Optional.of(value).filter(JsonNode::isIntegralNumber);
      case DECIMAL -> Optional.of(value).filter(JsonNode::isNumber);
      case BOOLEAN -> Optional.of(value).filter(JsonNode::isBoolean);
      case NULL -> Optional.of(value);
    };
  }

  private JsonNode elements(
      String name, Shape.Elements elements, Source source, ShapeReader.Wanted wanted) {
    ArrayNode array = JSON.arrayNode();
    if (elements.element() instanceof Shape.Value value && value.kind() == Shape.Kind.TEXT) {
      if (!value.choices().isEmpty()) {
        return array.add(value.choices().get(dice.below(value.choices().size(), name, 0)));
      }
      boolean marked = value.hint().startsWith("#");
      writer.keywords(3).forEach(word -> array.add(marked ? "#" + word : word));
      return array;
    }
    boolean rowsInside = elements.element() instanceof Shape.Fields && source.row().isPresent();
    int count =
        wanted.counted() && elements.element() instanceof Shape.Fields
            ? wanted.most()
            : Math.max(1, elements.exampleSize());
    List<Row> rows = rowsInside ? chosen(count) : List.of();
    for (int i = 0; i < (rowsInside ? rows.size() : Math.min(count, MAX_ELEMENTS)); i++) {
      Optional<Row> row = rowsInside ? Optional.of(rows.get(i)) : Optional.empty();
      array.add(fill(name, elements.element(), new Source(row, i), wanted));
    }
    return array;
  }

  private JsonNode value(String name, Shape.Value value, Source source) {
    return switch (value.kind()) {
      case TEXT -> JSON.textNode(limited(text(name, value, source), value));
      case INTEGER -> JSON.numberNode(integer(name, value, source));
      case DECIMAL -> JSON.numberNode(decimal(name, value, source));
      case BOOLEAN -> JSON.booleanNode(!value.shown() || value.hint().equals("true"));
      case DATE -> JSON.textNode(date(name, value, source));
      case NULL -> JSON.nullNode();
    };
  }

  private String text(String name, Shape.Value value, Source source) {
    if (!value.choices().isEmpty()) {
      return choice(name, value.choices(), source);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String hint = value.hint();
    if (value.shown() && ISO_DATE.matcher(hint).lookingAt()) {
      return hint;
    }
    return switch (TextRole.of(lower)) {
      case BODY -> body(source);
      case TITLE -> writer.title(body(source));
      case REASON -> writer.assessment(body(source));
      case TAGS -> String.join(" ", writer.keywords(3).stream().map(word -> "#" + word).toList());
      case LINK -> value.shown() && hint.contains("://") ? hint : "";
      case ID -> Long.toString(snowflake(name, source));
      case OTHER ->
          value.shown() && LABEL.matcher(hint).matches()
              ? hint
              : value.shown() && hint.length() > 30
                  ? writer.assessment(body(source))
                  : String.join(" ", writer.keywords(3));
    };
  }

  private String body(Source source) {
    return source.row().map(Row::text).orElseGet(() -> writer.draftOrPost(source.index()));
  }

  private String choice(String name, List<String> choices, Source source) {
    String prompt = conversation.instruction().toLowerCase(Locale.ROOT);
    String best = choices.get(dice.below(choices.size(), name, source.index()));
    int most = 1;
    for (String choice : choices) {
      // Named once in the list itself; a choice the prompt speaks of elsewhere too is meant.
      int first = prompt.indexOf(choice.toLowerCase(Locale.ROOT));
      int last = prompt.lastIndexOf(choice.toLowerCase(Locale.ROOT));
      int times = first < 0 ? 0 : first == last ? 1 : 2;
      if (times > most) {
        best = choice;
        most = times;
      }
    }
    return best;
  }

  private static String limited(String text, Shape.Value value) {
    if (value.shown()) {
      return text;
    }
    Matcher limit = LIMIT.matcher(value.hint().toLowerCase(Locale.ROOT));
    return limit.find() ? Sentences.cut(text, Math.max(1, Integer.parseInt(limit.group(1)))) : text;
  }

  private long integer(String name, Shape.Value value, Source source) {
    String lower = name.toLowerCase(Locale.ROOT);
    Optional<double[]> range = range(name, value);
    if (range.isPresent()) {
      long low = Math.round(Math.ceil(range.get()[0]));
      long high = Math.round(Math.floor(range.get()[1]));
      // The upper part of a scale: what is chosen is chosen because it is good.
      long from = high - low >= 4 ? low + (high - low) * 3 / 5 : low;
      return dice.between(from, Math.max(from, high), name, source.index());
    }
    if (RUNNING_NUMBER.matcher(lower).matches()) {
      return source.index() + 1L;
    }
    if (TextRole.of(lower) == TextRole.ID) {
      return snowflake(name, source);
    }
    long example = value.shown() ? number(value.hint()) : 0;
    long high = example <= 0 ? 10 : example <= 10 ? 10 : example <= 100 ? 100 : example * 2;
    return dice.between(Math.max(1, high * 3 / 5), high, name, source.index());
  }

  private double decimal(String name, Shape.Value value, Source source) {
    double[] range =
        range(name, value)
            .orElseGet(
                () -> {
                  double example = value.shown() ? decimal(value.hint()) : 0.5;
                  return example >= 0 && example <= 1
                      ? new double[] {0, 1}
                      : new double[] {Math.min(0, example), Math.max(0, example)};
                });
    double part = dice.between(60, 99, name, source.index()) / 100.0;
    return Math.round((range[0] + (range[1] - range[0]) * part) * 100) / 100.0;
  }

  private static long number(String text) {
    return text.length() <= 15 && text.matches("-?\\d+") ? Long.parseLong(text) : 0;
  }

  private static double decimal(String text) {
    return text.matches("-?\\d{1,12}(?:\\.\\d{1,12})?") ? Double.parseDouble(text) : 0.5;
  }

  /** Returns the range given with the field, or on a line of the prompt that names the field. */
  private Optional<double[]> range(String name, Shape.Value value) {
    if (!value.shown()) {
      Matcher own = RANGE.matcher(value.hint());
      if (own.find()) {
        return Optional.of(bounds(own));
      }
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String prompt = conversation.instruction();
    int at = prompt.indexOf(name);
    for (int tries = 0; at >= 0 && tries < 20; tries++) {
      int from = at + name.length();
      int lineEnd = prompt.indexOf('\n', from);
      int end = Math.min(lineEnd < 0 ? prompt.length() : lineEnd, from + 60);
      // In an example the next quote begins another field.
      int quote = prompt.indexOf('"', from + 1);
      end = quote < 0 ? end : Math.min(end, quote);
      end = Math.max(from, end);
      Matcher near = RANGE.matcher(prompt.substring(from, end));
      if (near.find()) {
        return Optional.of(bounds(near));
      }
      at = prompt.indexOf(name, from);
    }
    return Optional.empty();
  }

  private static double[] bounds(Matcher matcher) {
    double first = Double.parseDouble(matcher.group(1));
    double second = Double.parseDouble(matcher.group(2));
    return new double[] {Math.min(first, second), Math.max(first, second)};
  }

  /** Eighteen digits, as ids of a chat platform have. */
  private long snowflake(String name, Source source) {
    return dice.between(100_000_000_000_000_000L, 999_999_999_999_999_999L, name, source.index());
  }

  private String date(String name, Shape.Value value, Source source) {
    Matcher shown = ISO_DATE.matcher(value.hint());
    if (shown.find()) {
      return value.hint().substring(shown.start());
    }
    return String.format(
        Locale.ROOT,
        "2026-01-%02dT%02d:00:00Z",
        dice.between(1, 28, name, source.index()),
        dice.between(8, 20, name, source.index()));
  }

  /** What a text field is for, by its name. */
  private enum TextRole {
    BODY,
    TITLE,
    REASON,
    TAGS,
    LINK,
    ID,
    OTHER;

    private static final Pattern BODIES =
        Pattern.compile(
            "text|content|body|post|message|description|caption|answer|(?:.*_)?(?:text|content|body)");
    private static final Pattern TITLES =
        Pattern.compile("title|headline|subject|heading|topic|(?:.*_)?(?:title|name)");
    private static final Pattern REASONS =
        Pattern.compile(
            "(?:.*_)?(?:reason|reasons|reasoning|rationale|why|notes?|feedback|summary|comments?"
                + "|justification|critique|explanation|assessment)");

    static TextRole of(String name) {
      if (REASONS.matcher(name).matches()) {
        return REASON;
      }
      if (name.equals("id") || name.endsWith("_id")) {
        return ID;
      }
      if (name.contains("url") || name.contains("link")) {
        return LINK;
      }
      if (name.contains("hashtags") || name.equals("tags") || name.equals("keywords")) {
        return TAGS;
      }
      if (BODIES.matcher(name).matches()) {
        return BODY;
      }
      return TITLES.matcher(name).matches() ? TITLE : OTHER;
    }
  }
}
