package io.botticelli.core.scheduling;

import java.text.ParseException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/**
 * Expressions whose day is the weekday nearest to a date ({@code 15W}, {@code LW}, {@code L-3W}).
 *
 * <p>Quartz 2.5.2 loses fires of these: of several times on the day it takes the first, and it
 * leaves out midnight of the first month. It is asked for months and for times of day only.
 * Immutable.
 */
final class NearestWeekdays {
  private static final Pattern DAY = Pattern.compile("([0-9]{1,2})W|L(?:-([0-9]{1,2}))?W");
  private static final int DAY_OF_MONTH = 3;

  private final String day;
  private final CronExpression months;
  private final CronExpression times;
  private final BiFunction<CronExpression, LocalDateTime, Optional<LocalDateTime>> next;

  private NearestWeekdays(
      String day,
      CronExpression months,
      CronExpression times,
      BiFunction<CronExpression, LocalDateTime, Optional<LocalDateTime>> next) {
    this.day = day;
    this.months = months;
    this.times = times;
    this.next = next;
  }

  /**
   * Reads an expression that Quartz accepts.
   *
   * @param next asks an expression for its first local time after another
   * @return empty for one of another kind
   */
  static Optional<NearestWeekdays> of(
      String expression, BiFunction<CronExpression, LocalDateTime, Optional<LocalDateTime>> next)
      throws ParseException {
    String[] fields = expression.strip().split("\\s+");
    if (!DAY.matcher(fields[DAY_OF_MONTH]).matches()) {
      return Optional.empty();
    }
    String year = fields.length > 6 ? " " + fields[6] : "";
    CronExpression months = new CronExpression("0 0 0 1 " + fields[4] + " ?" + year);
    CronExpression times =
        new CronExpression(fields[0] + " " + fields[1] + " " + fields[2] + " * * ?");
    months.setTimeZone(CronTimes.utc());
    times.setTimeZone(CronTimes.utc());
    return Optional.of(new NearestWeekdays(fields[DAY_OF_MONTH], months, times, next));
  }

  /** Returns the first time later than another. */
  Optional<LocalDateTime> next(LocalDateTime after) {
    LocalDateTime before = YearMonth.from(after).atDay(1).atStartOfDay().minusSeconds(1);
    Optional<LocalDateTime> month = next.apply(months, before);
    while (month.isPresent()) {
      Optional<LocalDate> date = nearest(YearMonth.from(month.get()));
      if (date.isPresent() && !date.get().isBefore(after.toLocalDate())) {
        LocalDateTime eve = date.get().atStartOfDay().minusSeconds(1);
        Optional<LocalDateTime> time = next.apply(times, eve.isAfter(after) ? eve : after);
        if (time.map(LocalDateTime::toLocalDate).equals(date)) {
          return time;
        }
      }
      month = next.apply(months, month.get());
    }
    return Optional.empty();
  }

  /** Never leaves the month; empty when it has no such day. */
  private Optional<LocalDate> nearest(YearMonth month) {
    Matcher matcher = DAY.matcher(day);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int wanted =
        matcher.group(1) != null
            ? Integer.parseInt(matcher.group(1))
            : month.lengthOfMonth()
                - (matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
    if (!month.isValidDay(wanted)) {
      return Optional.empty();
    }
    LocalDate date = month.atDay(wanted);
    if (date.getDayOfWeek() == DayOfWeek.SATURDAY) {
      return Optional.of(wanted == 1 ? date.plusDays(2) : date.minusDays(1));
    } else if (date.getDayOfWeek() == DayOfWeek.SUNDAY) {
      return Optional.of(wanted == month.lengthOfMonth() ? date.minusDays(2) : date.plusDays(1));
    }
    return Optional.of(date);
  }
}
