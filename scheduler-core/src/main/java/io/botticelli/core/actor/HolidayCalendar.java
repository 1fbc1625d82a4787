package io.botticelli.core.actor;

import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Days without fires, shared by the actors that name the calendar.
 *
 * @param name key in the server file
 * @param dates single days
 * @param yearly days of every year; 29 February counts in leap years only
 */
public record HolidayCalendar(String name, SortedSet<LocalDate> dates, SortedSet<MonthDay> yearly) {
  public HolidayCalendar {
    dates = Collections.unmodifiableSortedSet(new TreeSet<>(dates));
    yearly = Collections.unmodifiableSortedSet(new TreeSet<>(yearly));
  }

  /** Builds a calendar of days in any order. */
  public static HolidayCalendar of(String name, Set<LocalDate> dates, Set<MonthDay> yearly) {
    return new HolidayCalendar(name, new TreeSet<>(dates), new TreeSet<>(yearly));
  }

  /** Tells whether a day is a holiday. */
  public boolean includes(LocalDate day) {
    return dates.contains(day) || yearly.contains(MonthDay.from(day));
  }
}
