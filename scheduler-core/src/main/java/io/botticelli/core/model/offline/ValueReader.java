package io.botticelli.core.model.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the type of a single value out of an example text, a description or a field name. */
final class ValueReader {
  private static final int MAX_CHOICE = 40;
  private static final int MAX_CHOICES = 40;

  private static final Pattern TYPE_WORD =
      Pattern.compile(
          "<?(?:string|text|integer|int|number|float|double|decimal|boolean|bool|true/false"
              + "|true or false|date|datetime|timestamp)\\b[^\\n]{0,60}");
  private static final Pattern ARRAY =
      Pattern.compile("\\b(?:array|list) of\\b|\\barray\\b|\\[\\]");
  private static final Pattern BOOLEAN =
      Pattern.compile("\\bbool(?:ean)?\\b|true/false|true or false|true\\|false");
  private static final Pattern INTEGER =
      Pattern.compile(
          "\\b(?:integer|int|int32|int64|bigint|smallint|long|whole number|snowflake)\\b|\\d-bit");
  private static final Pattern DECIMAL =
      Pattern.compile("\\b(?:float|double|decimal|numeric|real)\\b");
  private static final Pattern NUMBER = Pattern.compile("\\bnumber\\b");
  private static final Pattern DATE =
      Pattern.compile("\\b(?:timestamp(?:tz)?|date|datetime|date-time|iso-?8601)\\b");
  private static final Pattern TEXT = Pattern.compile("\\b(?:string|text|varchar)\\b");
  private static final Pattern ONE_OF = Pattern.compile("one of:?\\s{1,3}([^\\n.;)]{3,200})");
  private static final Pattern QUOTED = Pattern.compile("[\"`]([^\"`\\n,|]{1,40})[\"`]");
  private static final Pattern RANGE =
      Pattern.compile("(?<![\\d.])\\d{1,6}\\s{0,2}(?:-|–|to)\\s{0,2}\\d{1,6}(?![\\d.])");

  private ValueReader() {}

  /** Reads a string that stands as a value in an example. */
  static Shape ofExampleText(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    List<String> choices = choices(text);
    if (!choices.isEmpty()) {
      return new Shape.Value(Shape.Kind.TEXT, text, true, choices);
    }
    if (lower.startsWith("array of") || lower.startsWith("list of") || lower.startsWith("<array")) {
      return new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, text), 0);
    }
    if (TYPE_WORD.matcher(lower).matches()) {
      return ofDescription("", text);
    }
    return new Shape.Value(Shape.Kind.TEXT, text, true, List.of());
  }

  /** Reads what a prompt says about a field; the name decides where the description is silent. */
  static Shape ofDescription(String name, String description) {
    String lower = description.toLowerCase(Locale.ROOT);
    List<String> choices = choices(description);
    if (!choices.isEmpty() && !BOOLEAN.matcher(lower).find()) {
      return new Shape.Value(Shape.Kind.TEXT, description, false, choices);
    }
    if (ARRAY.matcher(lower).find()) {
      return new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, description), 0);
    }
    if (BOOLEAN.matcher(lower).find()) {
      return Shape.Value.described(Shape.Kind.BOOLEAN, description);
    }
    if (INTEGER.matcher(lower).find()) {
      return Shape.Value.described(Shape.Kind.INTEGER, description);
    }
    if (TEXT.matcher(lower).find()) {
      return Shape.Value.described(Shape.Kind.TEXT, description);
    }
    if (DATE.matcher(lower).find()) {
      return Shape.Value.described(Shape.Kind.DATE, description);
    }
    if (DECIMAL.matcher(lower).find()) {
      return Shape.Value.described(Shape.Kind.DECIMAL, description);
    }
    if (NUMBER.matcher(lower).find()) {
      // A whole number is a number too, unless the description shows one that is not whole.
      return Shape.Value.described(
          lower.contains("0.") ? Shape.Kind.DECIMAL : Shape.Kind.INTEGER, description);
    }
    return RANGE.matcher(lower.replace("<", "").replace(">", "").strip()).matches()
        ? Shape.Value.described(Shape.Kind.INTEGER, description)
        : ofName(name, description);
  }

  private static Shape ofName(String name, String description) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("is_") || lower.startsWith("has_")) {
      return Shape.Value.described(Shape.Kind.BOOLEAN, description);
    }
    if (lower.equals("tags") || lower.equals("hashtags") || lower.equals("keywords")) {
      return new Shape.Elements(Shape.Value.described(Shape.Kind.TEXT, description), 0);
    }
    if (lower.equals("confidence")
        || lower.equals("probability")
        || lower.equals("ratio")
        || lower.endsWith("rate")) {
      return Shape.Value.described(Shape.Kind.DECIMAL, description);
    }
    if (lower.endsWith("_at") || lower.equals("date") || lower.endsWith("_date")) {
      return Shape.Value.described(Shape.Kind.DATE, description);
    }
    if (lower.equals("score")
        || lower.equals("rating")
        || lower.equals("rank")
        || lower.equals("priority")
        || lower.equals("number")
        || lower.endsWith("_number")
        || lower.endsWith("_score")
        || lower.endsWith("_count")) {
      return Shape.Value.described(Shape.Kind.INTEGER, description);
    }
    return Shape.Value.described(Shape.Kind.TEXT, description);
  }

  /** Returns the values of {@code a|b|c}, {@code one of a, b} or {@code "a" or "b"}, else none. */
  private static List<String> choices(String text) {
    Matcher oneOf = ONE_OF.matcher(text);
    if (oneOf.find()) {
      return pieces(oneOf.group(1), ",|\\||/|\\bor\\b");
    }
    List<String> quoted = new ArrayList<>();
    Matcher quotes = QUOTED.matcher(text);
    while (quoted.size() < MAX_CHOICES && quotes.find()) {
      quoted.add(quotes.group(1));
    }
    return quoted.size() >= 2 ? quoted : pieces(text, "\\|");
  }

  private static List<String> pieces(String list, String separator) {
    List<String> choices = new ArrayList<>();
    for (String piece : list.split(separator, MAX_CHOICES)) {
      String choice = piece.strip().replaceAll("^[\"'`<(]+|[\"'`>)]+$", "").strip();
      if (choice.length() > MAX_CHOICE || choice.indexOf('\n') >= 0) {
        return List.of();
      }
      if (!choice.isEmpty()) {
        choices.add(choice);
      }
    }
    return choices.size() < 2 ? List.of() : choices;
  }
}
