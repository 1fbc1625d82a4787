package io.botticelli.core.config;

import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.toml.Suggestions;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Active hours and days as people write them. Pure; wrong texts give a schedule mistake. */
final class ActiveWindows {
  private static final int MAX_LENGTH = 100;

  private ActiveWindows() {}

  /**
   * Reads {@code 09:00-17:00}, {@code 22:00-06:00}, {@code 9am - noon} or {@code 00:00-24:00}.
   *
   * @throws InvalidScheduleException if it is no window
   */
  static Window hours(String text) {
    String[] ends = folded(text).split("\\s*(?:-|\\bto\\b)\\s*", -1);
    if (text.length() > MAX_LENGTH || ends.length != 2) {
      throw invalid(text, "\"09:00-17:00\"");
    }
    LocalTime from = SchedulePhrases.time(ends[0], text);
    LocalTime to =
        ends[1].matches("24:00(:00)?") ? LocalTime.MIDNIGHT : SchedulePhrases.time(ends[1], text);
    if (from.equals(to) && !from.equals(LocalTime.MIDNIGHT)) {
      throw invalid(text, "two different times such as \"09:00-17:00\"");
    }
    return new Window(from, to);
  }

  /**
   * Reads {@code Mon-Fri}, {@code saturday}, {@code weekdays}, {@code weekends} or {@code daily}.
   *
   * @throws InvalidScheduleException if it is none of these
   */
  static Set<DayOfWeek> days(String text) {
    String folded = folded(text);
    switch (folded) {
      case "weekdays", "weekday" -> {
        return EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
      }
      case "weekends", "weekend" -> {
        return EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
      }
      case "daily", "*" -> {
        return EnumSet.allOf(DayOfWeek.class);
      }
      default -> {
        String[] ends = folded.split("\\s*-\\s*", -1);
        if (text.length() > MAX_LENGTH || ends.length > 2) {
          throw invalid(text, "\"Mon-Fri\"");
        }
        DayOfWeek day = day(ends[0], text);
        DayOfWeek last = day(ends[ends.length - 1], text);
        Set<DayOfWeek> days = EnumSet.of(day);
        while (day != last) {
          day = day.plus(1);
          days.add(day);
        }
        return days;
      }
    }
  }

  private static DayOfWeek day(String name, String whole) {
    return find(name).orElseThrow(() -> invalid(whole, "\"Mon-Fri\", \"sat\" or \"weekdays\""));
  }

  private static Optional<DayOfWeek> find(String name) {
    for (DayOfWeek day : DayOfWeek.values()) {
      String full = day.name().toLowerCase(Locale.ROOT);
      if (name.equals(full) || name.equals(full + "s") || name.equals(full.substring(0, 3))) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  private static String folded(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replace('–', '-');
  }

  private static InvalidScheduleException invalid(String text, String expected) {
    return new InvalidScheduleException(
        "is " + Suggestions.quote(text) + ", expected for example " + expected);
  }
}
