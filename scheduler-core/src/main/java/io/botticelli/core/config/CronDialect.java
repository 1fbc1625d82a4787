package io.botticelli.core.config;

import io.botticelli.core.toml.Suggestions;
import java.time.Year;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the cron dialects people write into Quartz expressions that mean the same.
 *
 * <p>Five fields are classic cron ({@code min hour dom month dow}; day of week 0 and 7 = Sunday, 1
 * = Monday; both day fields restricted = either). Six and seven fields are Quartz ({@code sec min
 * hour dom month dow [year]}; 1 = Sunday .. 7 = Saturday; both restricted is refused). Days of the
 * week always come out as names and months as numbers, so nobody reads them in the wrong dialect.
 * Quartz itself refuses {@code * *} in the day fields, mixes names and steps poorly, and lets some
 * ranges through that it reads differently (observed with 2.5.2); hence every field is checked and
 * rewritten here.
 */
final class CronDialect {
  /** Quartz and {@code java.time} agree on these; earlier or later years are typing errors. */
  private static final int FIRST_YEAR = 1970;

  private static final int LAST_YEAR = 2199;

  /** A schedule is a line of text; anything longer is not one. */
  private static final int MAX_LENGTH = 500;

  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<Integer> DAYS_OF_MONTH =
      List.of(31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
  private static final Map<String, String> MACROS =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  private static final Pattern ITEM =
      Pattern.compile("(\\*|[A-Z0-9]+)?(?:-([A-Z0-9]+))?(?:/([0-9]+))?");
  private static final Pattern DOM_SPECIAL = Pattern.compile("L(?:-([0-9]{1,2}))?W?|([0-9]{1,2})W");
  private static final Pattern DOW_SPECIAL = Pattern.compile("([A-Z0-9]+?)(?:L|#([0-9]+))");

  private enum Field {
    SECOND("second", 0, 59, 59),
    MINUTE("minute", 0, 59, 59),
    HOUR("hour", 0, 23, 23),
    DAY_OF_MONTH("day of month", 1, 31, 31),
    MONTH("month", 1, 12, 12),
    YEAR("year", FIRST_YEAR, LAST_YEAR, 100);

    final String label;
    final int min;
    final int max;
    final int maxStep;

    Field(String label, int min, int max, int maxStep) {
      this.label = label;
      this.min = min;
      this.max = max;
      this.maxStep = maxStep;
    }
  }

  private CronDialect() {}

  /** Tells whether a text has the shape of a cron expression rather than of a phrase. */
  static boolean looksLikeCron(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    if (MACROS.containsKey(upper.toLowerCase(Locale.ROOT))) {
      return true;
    }
    String[] fields = upper.split("\\s+");
    return fields.length >= 4 && fields[0].matches("[-0-9*/,?]+");
  }

  /**
   * Normalises an expression.
   *
   * @return one Quartz expression, or two when a five-field expression restricts both day fields
   * @throws InvalidScheduleException naming the field, its value and what is allowed there
   */
  static List<String> normalise(String text) {
    String expression = text.strip();
    if (expression.length() > MAX_LENGTH) {
      throw new InvalidScheduleException(
          "cron expression is " + expression.length() + " characters long, at most " + MAX_LENGTH);
    }
    expression = MACROS.getOrDefault(expression.toLowerCase(Locale.ROOT), expression);
    String[] fields = expression.toUpperCase(Locale.ROOT).split("\\s+");
    return switch (fields.length) {
      case 5 -> classic(fields);
      case 6, 7 -> quartz(fields);
      default ->
          throw new InvalidScheduleException(
              "cron expression "
                  + Suggestions.quote(expression)
                  + " has "
                  + (expression.isEmpty() ? 0 : fields.length)
                  + " fields, expected 5 (min hour day month weekday), 6 (with seconds in front) or"
                  + " 7 (with seconds and year)");
    };
  }

  private static List<String> classic(String[] f) {
    String minute = plain(Field.MINUTE, f[0]);
    String hour = plain(Field.HOUR, f[1]);
    String month = plain(Field.MONTH, f[3]);
    String dom = dayOfMonth(f[2]);
    String dow = dayOfWeek(f[4], true);
    requireExistingDay(dom, month, "*");
    String time = "0 " + minute + " " + hour + " ";
    List<String> expressions = new ArrayList<>();
    if (!dom.equals("*") || dow.equals("*")) {
      expressions.add(time + dom + " " + month + " ?");
    }
    if (!dow.equals("*")) {
      expressions.add(time + "? " + month + " " + dow);
    }
    return List.copyOf(expressions);
  }

  private static List<String> quartz(String[] f) {
    String second = plain(Field.SECOND, f[0]);
    String minute = plain(Field.MINUTE, f[1]);
    String hour = plain(Field.HOUR, f[2]);
    String month = plain(Field.MONTH, f[4]);
    String dom = dayOfMonth(f[3]);
    String dow = dayOfWeek(f[5], false);
    String year = f.length == 7 ? plain(Field.YEAR, f[6]) : "*";
    if (!dom.equals("*") && !dow.equals("*")) {
      throw new InvalidScheduleException(
          "cron expression restricts day of month ("
              + Suggestions.quote(f[3])
              + ") and day of week ("
              + Suggestions.quote(f[5])
              + ") at once, which six and seven fields cannot mean; write ? in one of them");
    }
    requireExistingDay(dom, month, year);
    String days = dow.equals("*") ? dom + " " + month + " ?" : "? " + month + " " + dow;
    String tail = year.equals("*") ? "" : " " + year;
    return List.of(second + " " + minute + " " + hour + " " + days + tail);
  }

  private static String plain(Field field, String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      items.add(plainItem(field, item, text));
    }
    return items.contains("*") ? "*" : String.join(",", items);
  }

  private static String plainItem(Field field, String item, String whole) {
    Matcher matcher = ITEM.matcher(item);
    if (item.isEmpty() || !matcher.matches()) {
      throw invalid(field, whole, "" + Suggestions.quote(item) + " is not a value, range or step");
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    String step = matcher.group(3);
    int every = step == null ? 1 : step(field.label, step, field.maxStep, whole);
    if (first == null || first.equals("*")) {
      if (last != null || (first == null && step == null)) {
        throw invalid(
            field, whole, "" + Suggestions.quote(item) + " is not a value, range or step");
      }
      return every == 1 ? "*" : "*/" + every;
    }
    int from = value(field, first, whole);
    if (last == null) {
      return step == null ? Integer.toString(from) : from + "/" + every;
    }
    int to = value(field, last, whole);
    if (from <= to) {
      return from + "-" + to + (step == null ? "" : "/" + every);
    }
    if (field == Field.YEAR) {
      throw invalid(field, whole, "the range " + item + " runs backwards");
    }
    return wrapped(from, to, every, field.min, field.max);
  }

  /**
   * Writes a range such as {@code 22-2} out, so that its meaning does not hang on the scheduler.
   */
  private static String wrapped(int from, int to, int every, int min, int max) {
    TreeSet<Integer> values = new TreeSet<>();
    int size = max - min + 1;
    for (int v = from; v <= to + size; v += every) {
      values.add(min + (v - min) % size);
    }
    return join(values);
  }

  private static String join(Iterable<Integer> values) {
    List<String> texts = new ArrayList<>();
    values.forEach(v -> texts.add(Integer.toString(v)));
    return String.join(",", texts);
  }

  private static int value(Field field, String text, String whole) {
    if (field == Field.MONTH && MONTHS.contains(text)) {
      return MONTHS.indexOf(text) + 1;
    }
    OptionalInt number = number(text);
    if (number.isEmpty() || number.getAsInt() < field.min || number.getAsInt() > field.max) {
      throw invalid(field, whole, "" + Suggestions.quote(text) + " is out of range");
    }
    return number.getAsInt();
  }

  private static OptionalInt number(String text) {
    return text.matches("[0-9]{1,4}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static int step(String label, String text, int max, String whole) {
    OptionalInt step = number(text);
    if (step.isEmpty() || step.getAsInt() < 1 || step.getAsInt() > max) {
      throw new InvalidScheduleException(
          "cron field "
              + label
              + " "
              + Suggestions.quote(whole)
              + ": step "
              + text
              + " must be 1.."
              + max);
    }
    return step.getAsInt();
  }

  private static String dayOfMonth(String text) {
    if (text.equals("?")) {
      return "*";
    }
    Matcher special = DOM_SPECIAL.matcher(text);
    if (special.matches()) {
      if (special.group(1) != null && Integer.parseInt(special.group(1)) > 30) {
        throw invalid(Field.DAY_OF_MONTH, text, "the offset after L must be 0..30");
      }
      if (special.group(2) != null) {
        return value(Field.DAY_OF_MONTH, special.group(2), text) + "W";
      }
      return text;
    }
    return plain(Field.DAY_OF_MONTH, text);
  }

  private static String dayOfWeek(String text, boolean classic) {
    if (text.equals("?") || text.equals("*")) {
      return "*";
    }
    if (text.equals("L")) {
      if (classic) {
        throw new InvalidScheduleException(
            "cron field day of week \"L\" is not part of five-field cron; write SAT, or 6L for the"
                + " last Saturday of the month");
      }
      return "SAT";
    }
    Matcher special = DOW_SPECIAL.matcher(text);
    if (special.matches() && isDay(special.group(1), classic)) {
      String day = DAYS.get(day(special.group(1), classic, text));
      if (special.group(2) == null) {
        return day + "L";
      }
      OptionalInt nth = number(special.group(2));
      if (nth.isEmpty() || nth.getAsInt() < 1 || nth.getAsInt() > 5) {
        throw new InvalidScheduleException(
            "cron field day of week "
                + Suggestions.quote(text)
                + ": the number after # must be 1..5");
      }
      return day + "#" + nth.getAsInt();
    }
    TreeSet<Integer> days = new TreeSet<>();
    for (String item : text.split(",", -1)) {
      addDays(days, item, text, classic);
    }
    return renderDays(days);
  }

  private static void addDays(TreeSet<Integer> days, String item, String whole, boolean classic) {
    Matcher matcher = ITEM.matcher(item);
    if (item.isEmpty() || !matcher.matches()) {
      throw invalidDay(whole, item, classic);
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    String step = matcher.group(3);
    int every = step == null ? 1 : step("day of week", step, 7, whole);
    int from;
    int length;
    if (first == null || first.equals("*")) {
      if (last != null || (first == null && step == null)) {
        throw invalidDay(whole, item, classic);
      }
      from = 0;
      length = 6;
    } else {
      from = day(first, classic, whole);
      if (last == null) {
        length = step == null ? 0 : 6 - from;
      } else {
        int to = day(last, classic, whole);
        // Classic 0-7 and 1-7 end on the Sunday after; a range is at most one week long.
        length = classic && first.equals("0") && last.equals("7") ? 6 : Math.floorMod(to - from, 7);
      }
    }
    for (int offset = 0; offset <= length; offset += every) {
      days.add((from + offset) % 7);
    }
  }

  private static String renderDays(TreeSet<Integer> days) {
    if (days.size() == 7) {
      return "*";
    }
    if (days.size() > 2 && days.last() - days.first() == days.size() - 1) {
      return DAYS.get(days.first()) + "-" + DAYS.get(days.last());
    }
    return String.join(",", days.stream().map(DAYS::get).toList());
  }

  private static boolean isDay(String text, boolean classic) {
    OptionalInt number = number(text);
    return DAYS.contains(text)
        || (number.isPresent() && number.getAsInt() <= 7 && number.getAsInt() >= (classic ? 0 : 1));
  }

  /** Returns 0 = Sunday .. 6 = Saturday. */
  private static int day(String text, boolean classic, String whole) {
    if (!isDay(text, classic)) {
      throw invalidDay(whole, text, classic);
    }
    if (DAYS.contains(text)) {
      return DAYS.indexOf(text);
    }
    int number = Integer.parseInt(text);
    return classic ? number % 7 : number - 1;
  }

  private static InvalidScheduleException invalidDay(String whole, String item, boolean classic) {
    return new InvalidScheduleException(
        "cron field day of week "
            + Suggestions.quote(whole)
            + ": "
            + Suggestions.quote(item)
            + " is not allowed; expected names (MON, FRI) or "
            + (classic
                ? "0..7 with 0 and 7 = Sunday in a five-field expression"
                : "1 = Sunday .. 7 = Saturday in a six- or seven-field expression"));
  }

  private static InvalidScheduleException invalid(Field field, String whole, String reason) {
    return new InvalidScheduleException(
        "cron field "
            + field.label
            + " "
            + Suggestions.quote(whole)
            + ": "
            + reason
            + "; expected "
            + field.min
            + ".."
            + field.max
            + (field == Field.MONTH ? " or JAN..DEC" : "")
            + ", *, lists (1,2), ranges (1-5) and steps (*/5)");
  }

  /** 30 February never comes: the scheduler would refuse such a trigger when it is stored. */
  private static void requireExistingDay(String dom, String month, String year) {
    int day = firstDay(dom);
    boolean leap = year.equals("*") || values(Field.YEAR, year).stream().anyMatch(Year::isLeap);
    for (int m : values(Field.MONTH, month)) {
      int days = m == 2 && !leap ? 28 : DAYS_OF_MONTH.get(m - 1);
      if (day <= days) {
        return;
      }
    }
    throw new InvalidScheduleException(
        "cron expression never fires: no month of "
            + Suggestions.quote(month)
            + (leap ? "" : " in " + Suggestions.quote(year))
            + " has a day "
            + Suggestions.quote(dom));
  }

  /** Returns the fewest days a month must have for a normalised day of month to occur in it. */
  private static int firstDay(String dom) {
    Matcher special = DOM_SPECIAL.matcher(dom);
    if (!special.matches()) {
      return values(Field.DAY_OF_MONTH, dom).first();
    } else if (special.group(2) != null) {
      return Integer.parseInt(special.group(2));
    }
    return special.group(1) == null ? 1 : Integer.parseInt(special.group(1)) + 1;
  }

  /** Returns the values a normalised field stands for. */
  private static TreeSet<Integer> values(Field field, String text) {
    TreeSet<Integer> values = new TreeSet<>();
    for (String item : text.split(",")) {
      Matcher matcher = ITEM.matcher(item);
      if (!matcher.matches()) {
        throw new IllegalStateException("not in normal form: " + item);
      }
      String first = matcher.group(1);
      int every = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
      int from = first == null || first.equals("*") ? field.min : Integer.parseInt(first);
      boolean open = first == null || first.equals("*") || matcher.group(3) != null;
      int to =
          matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : open ? field.max : from;
      for (int v = from; v <= to; v += every) {
        values.add(v);
      }
    }
    return values;
  }
}
