package io.botticelli.core.config;

import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads the tables of a server file that the fires of several actors share. Stateless. */
final class SharedFiringReader {
  /** What groups and calendars may be called. */
  static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  static final String NAME_EXPECTED =
      "1..100 characters of A-Z a-z 0-9 . _ - that start with a letter or digit";

  private static final int MAX_RUNS = 1000;
  private static final int MAX_DATES = 10_000;

  private SharedFiringReader() {}

  static ServerConfig.Firing read(Optional<TomlSection> groups, Optional<TomlSection> calendars) {
    Map<String, Integer> runs = new LinkedHashMap<>();
    groups.ifPresent(
        section -> {
          for (String name : section.keys()) {
            if (isName(section, name)) {
              section.integer(name, 1, MAX_RUNS).ifPresent(max -> runs.put(name, max));
            }
          }
        });
    Map<String, HolidayCalendar> holidays = new LinkedHashMap<>();
    calendars.ifPresent(
        section ->
            section
                .tables()
                .forEach(
                    (name, table) -> {
                      if (isName(section, name)) {
                        holidays.put(name, calendar(name, table));
                      }
                    }));
    return new ServerConfig.Firing(runs, holidays);
  }

  private static boolean isName(TomlSection section, String name) {
    if (!name.matches(NAME)) {
      section
          .reporter()
          .error(
              "out_of_range",
              section.path(name),
              "is called " + Suggestions.quote(name) + ", expected " + NAME_EXPECTED);
      return false;
    }
    return true;
  }

  private static HolidayCalendar calendar(String name, TomlSection table) {
    table.warnUnknown(List.of("dates"));
    if (!table.has("dates")) {
      table.missing("dates", "a list such as [\"2026-04-03\", \"12-25\"]");
    }
    Days days = new Days();
    for (String text : table.strings("dates").orElse(List.of())) {
      if (!days.add(text)) {
        table
            .reporter()
            .error(
                "schedule_invalid",
                table.path("dates"),
                "holds "
                    + Suggestions.quote(text)
                    + ", expected a date such as \"2026-04-03\", or \"12-25\" for every year");
      }
    }
    if (days.size() > MAX_DATES) {
      table
          .reporter()
          .error(
              "out_of_range",
              table.path("dates"),
              "has " + days.size() + " dates, expected at most " + MAX_DATES);
    }
    return days.calendar(name);
  }

  /**
   * Reads the holidays of a schedule: names of calendars, and dates of its own.
   *
   * @param known calendars of the server file
   */
  static List<HolidayCalendar> holidays(
      TomlSection section, List<String> written, Map<String, HolidayCalendar> known) {
    List<HolidayCalendar> found = new ArrayList<>();
    Days own = new Days();
    for (String text : written) {
      HolidayCalendar calendar = known.get(text);
      if (calendar != null) {
        found.add(calendar);
      } else if (!own.add(text)) {
        section
            .reporter()
            .error(
                "calendar_unknown",
                section.path("holidays"),
                "names "
                    + Suggestions.quote(text)
                    + ", expected a date or a [calendars.NAME] of the server file"
                    + Suggestions.didYouMean(text, new TreeSet<>(known.keySet())));
      }
    }
    if (own.size() > 0) {
      found.add(own.calendar("own dates"));
    }
    return List.copyOf(found);
  }

  private static final class Days {
    private final TreeSet<LocalDate> dates = new TreeSet<>();
    private final TreeSet<MonthDay> yearly = new TreeSet<>();

    /** Returns false for a text that is no date. */
    boolean add(String text) {
      try {
        if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
          dates.add(LocalDate.parse(text));
        } else if (text.matches("[0-9]{2}-[0-9]{2}")) {
          yearly.add(MonthDay.parse("--" + text));
        } else {
          return false;
        }
        return true;
      } catch (DateTimeException e) {
        return false;
      }
    }

    int size() {
      return dates.size() + yearly.size();
    }

    HolidayCalendar calendar(String name) {
      return new HolidayCalendar(name, dates, yearly);
    }
  }
}
