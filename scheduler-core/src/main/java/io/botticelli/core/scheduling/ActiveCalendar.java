package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.actor.HolidayCalendar;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;

/**
 * An actor's active times as a Quartz calendar, stored in {@code qrtz_calendars}.
 *
 * <p>Quartz stores calendars as serialized Java objects. This one is a single line of text, so that
 * reading it back can do nothing but parse. Immutable.
 */
final class ActiveCalendar implements Calendar {
  private static final long serialVersionUID = 1L;

  private static final String VERSION = "1";
  private static final long NEVER = Instant.parse("2299-12-31T00:00:00Z").toEpochMilli();

  /** Version, zone, windows, days, single holidays, yearly ones; separated by "|" and ",". */
  private final String text;

  private transient volatile @Nullable ActiveTimes parsed;

  ActiveCalendar(ActiveTimes times) {
    this.text = text(times);
  }

  /** Returns what distinguishes active times from others; part of the fingerprint of triggers. */
  static String text(ActiveTimes times) {
    return String.join(
        "|",
        VERSION,
        times.zone().getId(),
        joined(times.hours().stream().map(window -> window.from() + "-" + window.to())),
        joined(times.days().stream().map(day -> Integer.toString(day.getValue()))),
        joined(times.holidays().stream().flatMap(h -> h.dates().stream()).sorted().distinct()),
        joined(times.holidays().stream().flatMap(h -> h.yearly().stream()).sorted().distinct()));
  }

  private static String joined(Stream<?> parts) {
    return parts.map(Object::toString).collect(Collectors.joining(","));
  }

  @Override
  public boolean isTimeIncluded(long millis) {
    return times().includes(Instant.ofEpochMilli(millis));
  }

  @Override
  public long getNextIncludedTime(long millis) {
    return times().opening(Instant.ofEpochMilli(millis)).map(Instant::toEpochMilli).orElse(NEVER);
  }

  @Override
  public @Nullable Calendar getBaseCalendar() {
    return null;
  }

  @Override
  public void setBaseCalendar(@Nullable Calendar base) {
    throw new UnsupportedOperationException("active times stand for themselves");
  }

  @Override
  public String getDescription() {
    return text;
  }

  @Override
  public void setDescription(@Nullable String description) {
    throw new UnsupportedOperationException("the description is the content");
  }

  @Override
  public Object clone() {
    try {
      return super.clone();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("calendars are cloneable", impossible);
    }
  }

  private ActiveTimes times() {
    @Nullable ActiveTimes known = parsed;
    if (known == null) {
      known = parse(text);
      parsed = known;
    }
    return known;
  }

  private static ActiveTimes parse(String text) {
    String[] parts = text.split("\\|", -1);
    if (parts.length != 6 || !parts[0].equals(VERSION)) {
      throw new IllegalStateException(
          "the calendar \"" + text + "\" is not of this version; reload to store it again");
    }
    return new ActiveTimes(
        split(parts[2]).map(ActiveCalendar::window).toList(),
        split(parts[3])
            .map(day -> DayOfWeek.of(Integer.parseInt(day)))
            .collect(Collectors.toCollection(TreeSet::new)),
        List.of(
            new HolidayCalendar(
                "",
                split(parts[4])
                    .map(LocalDate::parse)
                    .collect(Collectors.toCollection(TreeSet::new)),
                split(parts[5])
                    .map(MonthDay::parse)
                    .collect(Collectors.toCollection(TreeSet::new)))),
        ZoneId.of(parts[1]));
  }

  private static Window window(String text) {
    int dash = text.indexOf('-');
    return new Window(
        LocalTime.parse(text.substring(0, dash)), LocalTime.parse(text.substring(dash + 1)));
  }

  private static Stream<String> split(String part) {
    return part.isEmpty() ? Stream.empty() : Stream.of(part.split(","));
  }
}
