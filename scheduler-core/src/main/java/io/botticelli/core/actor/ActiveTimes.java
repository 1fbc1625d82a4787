package io.botticelli.core.actor;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
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
  private static final int HORIZON_DAYS = 3660;

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
    return closing(instant).isPresent();
  }

  /**
   * Returns when the window around an instant closes; empty when none is open. The next may open at
   * the same moment.
   */
  public Optional<Instant> closing(Instant instant) {
    LocalDate today = LocalDate.ofInstant(instant, zone);
    // Where clocks go back over midnight, the day after has begun once already.
    for (int shift = 1; shift >= -1; shift--) {
      LocalDate day = today.plusDays(shift);
      if (opensOn(day)) {
        for (Window window : hours) {
          Instant end = end(window, day);
          if (!instant.isBefore(start(window, day)) && instant.isBefore(end)) {
            return Optional.of(end);
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the first instant at or after another at which a window is open.
   *
   * @return empty when none opens within the next ten years
   */
  public Optional<Instant> opening(Instant instant) {
    if (includes(instant)) {
      return Optional.of(instant);
    }
    LocalDate today = LocalDate.ofInstant(instant, zone);
    for (int shift = 0; shift <= HORIZON_DAYS; shift++) {
      LocalDate day = today.plusDays(shift);
      if (opensOn(day)) {
        Optional<Instant> opening =
            hours.stream()
                .filter(window -> start(window, day).isBefore(end(window, day)))
                .map(window -> start(window, day))
                .filter(start -> !start.isBefore(instant))
                .min(Comparator.naturalOrder());
        if (opening.isPresent()) {
          return opening;
        }
      }
    }
    return Optional.empty();
  }

  private Instant start(Window window, LocalDate day) {
    return instant(day.atTime(window.from()));
  }

  private Instant end(Window window, LocalDate day) {
    return instant((window.isOverMidnight() ? day.plusDays(1) : day).atTime(window.to()));
  }

  /** A time that comes twice is its first, one that does not exist the first moment after it. */
  private Instant instant(LocalDateTime local) {
    ZoneRules rules = zone.getRules();
    List<ZoneOffset> offsets = rules.getValidOffsets(local);
    return offsets.isEmpty()
        ? rules.getTransition(local).getInstant()
        : local.toInstant(offsets.get(0));
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

    @Override
    public String toString() {
      return from + "-" + (to.equals(LocalTime.MIDNIGHT) ? "24:00" : to);
    }
  }
}
