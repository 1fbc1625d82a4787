package io.botticelli.core.config;

import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.toml.Suggestions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schedules written as one string: phrases, cron and macros.
 *
 * <p>Pure. Every text gives a schedule or an {@link InvalidScheduleException}, nothing else.
 */
final class SchedulePhrases {
  /** Longest interval; beyond it somebody mistook the unit. */
  static final Duration MAX_INTERVAL = Duration.ofDays(3660);

  /** Words a schedule may begin with, offered as suggestions. */
  private static final List<String> WORDS =
      List.of(
          "every",
          "hourly",
          "daily",
          "weekly",
          "weekdays",
          "weekends",
          "immediate",
          "after",
          "manual",
          "@startup");

  private static final String EXPECTED =
      "expected for example \"every 2 hours\", \"daily at 09:00\", \"weekdays at 09:30\", \"0 9 * *"
          + " *\", \"immediate\" or \"manual\"";

  /** A schedule is a line of text; longer ones are refused before any pattern sees them. */
  private static final int MAX_LENGTH = 500;

  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*([a-z]+)");
  private static final Pattern TIME =
      Pattern.compile("(\\d{1,2})(?::(\\d{2})(?::(\\d{2}))?)?\\s*(am|pm)?");

  private static final Map<String, Duration> UNITS =
      Map.ofEntries(
          Map.entry("s", Duration.ofSeconds(1)),
          Map.entry("sec", Duration.ofSeconds(1)),
          Map.entry("second", Duration.ofSeconds(1)),
          Map.entry("m", Duration.ofMinutes(1)),
          Map.entry("min", Duration.ofMinutes(1)),
          Map.entry("minute", Duration.ofMinutes(1)),
          Map.entry("h", Duration.ofHours(1)),
          Map.entry("hr", Duration.ofHours(1)),
          Map.entry("hour", Duration.ofHours(1)),
          Map.entry("d", Duration.ofDays(1)),
          Map.entry("day", Duration.ofDays(1)),
          Map.entry("w", Duration.ofDays(7)),
          Map.entry("week", Duration.ofDays(7)));

  private static final List<String> DAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");

  private SchedulePhrases() {}

  /**
   * Reads a schedule string.
   *
   * @param zone zone of times of day and cron expressions
   * @throws InvalidScheduleException saying what was not understood and what is expected
   */
  static ActorSchedule parse(String source, ZoneId zone) {
    requireShort(source);
    String text = source.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    switch (text) {
      case "immediate", "immediately", "@immediate", "startup", "@startup", "@reboot" -> {
        return new ActorSchedule.Immediate(source);
      }
      case "manual", "@manual", "never", "none" -> {
        return new ActorSchedule.Manual(source);
      }
      case "hourly" -> {
        return interval(Duration.ofHours(1), source);
      }
      case "daily" -> {
        return interval(Duration.ofDays(1), source);
      }
      case "weekly" -> {
        return interval(Duration.ofDays(7), source);
      }
      default -> {
        if (CronDialect.looksLikeCron(text)) {
          return cron(CronDialect.normalise(source), zone, source);
        }
        return phrase(text, zone, source);
      }
    }
  }

  private static ActorSchedule phrase(String text, ZoneId zone, String source) {
    int at = text.indexOf(" at ");
    if (text.startsWith("at ") || text.startsWith("once at ")) {
      return new ActorSchedule.Once(
          instant(source.strip().replaceFirst("(?i)^(?:once\\s+)?at\\s+", ""), zone), source);
    }
    if (text.startsWith("after ")) {
      return new ActorSchedule.After(source);
    }
    if (at > 0) {
      return cron(timesOfDay(text.substring(0, at), text.substring(at + 4), source), zone, source);
    }
    if (text.startsWith("every ") || text.startsWith("@every ")) {
      return interval(duration(text.substring(text.indexOf(' ') + 1), source), source);
    }
    throw notUnderstood(source);
  }

  /** Returns the names in {@code after one, another and a third}. */
  static List<String> namesAfter(String source) {
    return List.of(
        source.strip().replaceFirst("(?i)^after\\s+", "").split("\\s*,\\s*|\\s+and\\s+", -1));
  }

  /**
   * Reads {@code 2 hours}, {@code 90s}, {@code 1h30m} or a bare unit.
   *
   * @throws InvalidScheduleException if it is no duration or out of 1 s .. 3660 days
   */
  static Duration duration(String amount, String source) {
    requireShort(source);
    String text = amount.strip().toLowerCase(Locale.ROOT);
    Optional<Duration> bare = unit(text);
    if (bare.isPresent()) {
      return bare.get();
    }
    Matcher matcher = AMOUNT.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find()) {
      String between = text.substring(end, matcher.start()).strip();
      Optional<Duration> unit = unit(matcher.group(2));
      if (unit.isEmpty() || !(between.isEmpty() || between.equals(",") || between.equals("and"))) {
        throw notUnderstood(source);
      }
      sum = sum.plus(unit.get().multipliedBy(Long.parseLong(matcher.group(1))));
      end = matcher.end();
    }
    if (end == 0 || end != text.length()) {
      throw notUnderstood(source);
    }
    return checked(sum, source);
  }

  /**
   * @throws InvalidScheduleException if an interval is not within 1 s .. 3660 days
   */
  static Duration checked(Duration every, String source) {
    if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(MAX_INTERVAL) > 0) {
      throw new InvalidScheduleException(
          "interval "
              + Suggestions.quote(source)
              + " is out of range, expected 1 second to "
              + MAX_INTERVAL.toDays()
              + " days; for an actor that never fires by itself write \"manual\"");
    }
    return every;
  }

  private static Optional<Duration> unit(String word) {
    Duration exact = UNITS.get(word);
    if (exact == null && word.endsWith("s") && word.length() > 2) {
      exact = UNITS.get(word.substring(0, word.length() - 1));
    }
    return Optional.ofNullable(exact);
  }

  private static List<String> timesOfDay(String days, String times, String source) {
    String weekdays = weekdays(days, source);
    TreeMap<String, TreeSet<Integer>> hoursByMinute = new TreeMap<>();
    for (String time : times.split("\\s*(?:,|&|\\band\\b)\\s*", -1)) {
      LocalTime parsed = time(time, source);
      hoursByMinute
          .computeIfAbsent(parsed.getSecond() + " " + parsed.getMinute(), key -> new TreeSet<>())
          .add(parsed.getHour());
    }
    List<String> expressions = new ArrayList<>();
    hoursByMinute.forEach(
        (minute, hours) ->
            expressions.addAll(
                CronDialect.normalise(
                    minute
                        + " "
                        + String.join(",", hours.stream().map(String::valueOf).toList())
                        + " ? * "
                        + weekdays)));
    return expressions;
  }

  private static String weekdays(String text, String source) {
    String days = text.replaceFirst("^(?:every|weekly on|on)\\s+", "").strip();
    List<String> names = new ArrayList<>();
    for (String day : days.split("\\s*(?:,|&|\\band\\b)\\s*", -1)) {
      switch (day) {
        case "daily", "day", "everyday" -> names.add("*");
        case "weekdays", "weekday" -> names.add("MON-FRI");
        case "weekends", "weekend" -> names.add("SAT,SUN");
        default ->
            names.add(
                DAYS.stream()
                    .filter(
                        name ->
                            day.equals(name)
                                || day.equals(name + "s")
                                || day.equals(name.substring(0, 3)))
                    .findFirst()
                    .orElseThrow(() -> notUnderstood(source))
                    .substring(0, 3)
                    .toUpperCase(Locale.ROOT));
      }
    }
    return String.join(",", names);
  }

  /**
   * Reads a time of day, for example {@code 09:00}, {@code 5pm} or {@code noon}.
   *
   * @throws InvalidScheduleException if it is none
   */
  static LocalTime time(String text, String source) {
    Matcher matcher = TIME.matcher(text.strip());
    if (text.strip().equals("noon")) {
      return LocalTime.NOON;
    } else if (text.strip().equals("midnight")) {
      return LocalTime.MIDNIGHT;
    }
    if (!matcher.matches() || (matcher.group(2) == null && matcher.group(4) == null)) {
      throw notUnderstood(source);
    }
    int hour = Integer.parseInt(matcher.group(1));
    if (matcher.group(4) != null) {
      hour = hour >= 1 && hour <= 12 ? hour % 12 + (matcher.group(4).equals("pm") ? 12 : 0) : 24;
    }
    int minute = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    try {
      return LocalTime.of(hour, minute, second);
    } catch (DateTimeException e) {
      throw new InvalidScheduleException(
          "schedule "
              + Suggestions.quote(source)
              + " names "
              + Suggestions.quote(text)
              + ", which is no time of day, expected 00:00 to 23:59");
    }
  }

  /**
   * Reads a point in time: with offset, or local to {@code zone}, or a date (midnight in {@code
   * zone}).
   *
   * @throws InvalidScheduleException if it is none of these or outside 1970..2199
   */
  static Instant instant(String source, ZoneId zone) {
    requireShort(source);
    String text = source.strip().replaceFirst("(?<=\\d) (?=\\d)", "T").toUpperCase(Locale.ROOT);
    try {
      Instant instant;
      if (text.matches(".*T.*(?:Z|[+-]\\d{2}:?\\d{0,2})")) {
        instant = OffsetDateTime.parse(text).toInstant();
      } else if (text.contains("T")) {
        instant = LocalDateTime.parse(text).atZone(zone).toInstant();
      } else {
        instant = LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      if (instant.isBefore(Instant.EPOCH)
          || instant.isAfter(Instant.parse("2199-12-31T00:00:00Z"))) {
        throw new InvalidScheduleException(
            "time " + Suggestions.quote(source) + " is out of range, expected years 1970 to 2199");
      }
      return instant;
    } catch (DateTimeException e) {
      throw new InvalidScheduleException(
          "time "
              + Suggestions.quote(source)
              + " is not a point in time, expected for example 2026-01-31T09:00:00Z or"
              + " 2026-01-31T09:00:00 (local time of the schedule's zone)");
    }
  }

  private static void requireShort(String source) {
    if (source.length() > MAX_LENGTH) {
      throw new InvalidScheduleException(
          "schedule "
              + Suggestions.quote(source)
              + " has "
              + source.length()
              + " characters, expected at most "
              + MAX_LENGTH);
    }
  }

  private static ActorSchedule interval(Duration every, String source) {
    return new ActorSchedule.Interval(every, Optional.empty(), true, Jitter.NONE, source);
  }

  private static ActorSchedule cron(List<String> expressions, ZoneId zone, String source) {
    return new ActorSchedule.Cron(expressions, zone, Jitter.NONE, source);
  }

  private static InvalidScheduleException notUnderstood(String source) {
    return new InvalidScheduleException(
        "schedule "
            + Suggestions.quote(source)
            + " is not understood, "
            + EXPECTED
            + Suggestions.didYouMean(source.strip().split("\\s+")[0], WORDS));
  }
}
