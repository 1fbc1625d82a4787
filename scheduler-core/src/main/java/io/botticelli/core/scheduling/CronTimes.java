package io.botticelli.core.scheduling;

import io.botticelli.core.actor.DstPolicy;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * The times of one Quartz expression in a zone, with a rule for the days on which clocks change.
 *
 * <p>Quartz computes in the zone itself and loses or moves fires there: a daily 02:30 in Berlin
 * goes from 28 to 30 March 2026, an every-twenty-minutes expression pauses for an hour in October
 * (measured with 2.5.2). Here Quartz only says which local times an expression means, read off a
 * clock that never changes, and {@code java.time} says when such a clock shows them.
 *
 * <p>Immutable and thread-safe.
 */
final class CronTimes {
  private static final int HOURS = 24;

  private final CronExpression local;
  private final Optional<NearestWeekdays> weekdays;
  private final ZoneRules rules;
  private final boolean gapsFire;
  private final boolean runsThrough;

  /**
   * @throws SchedulingException code {@code schedule_invalid} if Quartz refuses the expression
   */
  CronTimes(String expression, ZoneId zone, DstPolicy dst) {
    try {
      this.local = new CronExpression(expression);
      this.weekdays = NearestWeekdays.of(expression, CronTimes::next);
    } catch (ParseException failure) {
      throw new SchedulingException(
          "schedule_invalid",
          "cron expression \"" + expression + "\" is not understood: " + failure.getMessage(),
          false,
          failure);
    }
    local.setTimeZone(utc());
    this.rules = (dst == DstPolicy.UTC ? ZoneOffset.UTC : zone).getRules();
    this.gapsFire = dst != DstPolicy.SKIP;
    this.runsThrough = firesEveryHour(expression);
  }

  /** Such an expression is about the time between fires, not about the hands of a clock. */
  static boolean firesEveryHour(String expression) {
    String hours = expression.strip().split("\\s+")[2];
    if (hours.equals("*")) {
      return true;
    }
    try {
      CronExpression anyDay = new CronExpression("0 0 " + hours + " * * ?");
      anyDay.setTimeZone(utc());
      return IntStream.range(0, HOURS)
          .allMatch(hour -> anyDay.isSatisfiedBy(new Date(hour * 3_600_000L)));
    } catch (ParseException failure) {
      return false;
    }
  }

  /** Returns the first fire later than an instant; empty = never again. */
  Optional<Instant> next(Instant after) {
    Instant cursor = after;
    while (true) {
      // The offset is the same from the cursor up to, but without, the next transition.
      @Nullable ZoneOffsetTransition change = rules.nextTransition(cursor);
      Optional<LocalDateTime> candidate =
          nextLocal(LocalDateTime.ofInstant(cursor, rules.getOffset(cursor)));
      if (candidate.isEmpty() && change == null) {
        return Optional.empty();
      }
      Optional<Instant> fire = before(change, candidate, cursor);
      if (fire.isPresent()) {
        return fire;
      }
      if (change == null) {
        return Optional.empty();
      }
      if (firesAt(change)) {
        return Optional.of(change.getInstant());
      }
      if (candidate.isEmpty() && !change.isOverlap()) {
        return Optional.empty();
      }
      cursor = change.getInstant();
    }
  }

  /** Tells whether a local time that a gap leaves out belongs to the expression. */
  Optional<LocalDateTime> firstInGap(ZoneOffsetTransition change) {
    if (!change.isGap()) {
      return Optional.empty();
    }
    return nextLocal(change.getDateTimeBefore().minusSeconds(1))
        .filter(time -> time.isBefore(change.getDateTimeAfter()));
  }

  /** Returns the first time of the expression later than a local time, as if nothing changed. */
  Optional<LocalDateTime> nextLocal(LocalDateTime after) {
    return weekdays.isPresent() ? weekdays.get().next(after) : next(local, after);
  }

  private static Optional<LocalDateTime> next(CronExpression expression, LocalDateTime after) {
    @Nullable Date next =
        expression.getNextValidTimeAfter(Date.from(after.toInstant(ZoneOffset.UTC)));
    return Optional.ofNullable(next)
        .map(date -> LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
  }

  /** The clock that never changes; zones can be changed by whoever holds one. */
  static TimeZone utc() {
    return TimeZone.getTimeZone(ZoneOffset.UTC);
  }

  boolean runsThrough() {
    return runsThrough;
  }

  /** Looks for a fire in the stretch between two transitions. */
  private Optional<Instant> before(
      @Nullable ZoneOffsetTransition change, Optional<LocalDateTime> first, Instant cursor) {
    ZoneOffset offset = rules.getOffset(cursor);
    Optional<LocalDateTime> candidate = first;
    while (candidate.isPresent()) {
      Instant instant = candidate.get().toInstant(offset);
      if (change != null && !instant.isBefore(change.getInstant())) {
        return Optional.empty();
      }
      if (runsThrough || rules.getValidOffsets(candidate.get()).get(0).equals(offset)) {
        return Optional.of(instant);
      }
      candidate = nextLocal(candidate.get());
    }
    return Optional.empty();
  }

  /** The stretch after a transition begins with its first moment. */
  private boolean firesAt(ZoneOffsetTransition change) {
    if (gapsFire && firstInGap(change).isPresent()) {
      return true;
    }
    LocalDateTime begin = change.getDateTimeAfter();
    return isSatisfiedBy(begin)
        && (runsThrough || rules.getValidOffsets(begin).get(0).equals(change.getOffsetAfter()));
  }

  private boolean isSatisfiedBy(LocalDateTime time) {
    return nextLocal(time.minusSeconds(1)).filter(time::equals).isPresent();
  }
}
