package io.botticelli.core.actor;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The hours and days in which an actor's schedule may fire, by the clock of a zone.
 *
 * <p>A window that runs over midnight belongs to the day on which it opens: with {@code
 * 22:00-06:00} on Fridays, Saturday 03:00 is inside and Friday 03:00 is not.
 *
 * @param hours windows, at least one; {@link Window#ALL_DAY} for every hour
 * @param days days on which windows open, at least one
 * @param holidays days on which no window opens
 * @param zone zone of hours and days
 */
public record ActiveTimes(
    List<Window> hours, SortedSet<DayOfWeek> days, List<HolidayCalendar> holidays, ZoneId zone) {

  /**
   * @throws IllegalArgumentException if hours or days are empty
   */
  public ActiveTimes {
    if (hours.isEmpty() || days.isEmpty()) {
      throw new IllegalArgumentException("active times need at least one window and one day");
    }
    hours = List.copyOf(hours);
    days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
    holidays = List.copyOf(holidays);
  }

  /** Returns every day of the week. */
  public static Set<DayOfWeek> everyDay() {
    return EnumSet.allOf(DayOfWeek.class);
  }

  /** Tells whether a fire at an instant is allowed. */
  public boolean includes(Instant instant) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    LocalDate today = local.toLocalDate();
    LocalTime time = local.toLocalTime();
    for (Window window : hours) {
      if (window.holdsOnItsDay(time) && opensOn(today)) {
        return true;
      }
      if (window.holdsOnNextDay(time) && opensOn(today.minusDays(1))) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether windows open on a day. */
  public boolean opensOn(LocalDate day) {
    return days.contains(day.getDayOfWeek()) && !isHoliday(day);
  }

  /** Tells whether a day is one of the holidays. */
  public boolean isHoliday(LocalDate day) {
    return holidays.stream().anyMatch(calendar -> calendar.includes(day));
  }

  /**
   * A part of the day.
   *
   * @param from first moment
   * @param to first moment after it; at or before {@code from} = on the next day
   */
  public record Window(LocalTime from, LocalTime to) {
    /** Midnight to midnight. */
    public static final Window ALL_DAY = new Window(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    boolean isOverMidnight() {
      return !to.isAfter(from);
    }

    boolean holdsOnItsDay(LocalTime time) {
      return !time.isBefore(from) && (isOverMidnight() || time.isBefore(to));
    }

    boolean holdsOnNextDay(LocalTime time) {
      return isOverMidnight() && time.isBefore(to);
    }

    @Override
    public String toString() {
      return from + "-" + (to.equals(LocalTime.MIDNIGHT) ? "24:00" : to);
    }
  }
}
