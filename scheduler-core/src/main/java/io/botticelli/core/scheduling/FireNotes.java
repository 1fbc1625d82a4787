package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.HolidayCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Explains the fires of a cron schedule: what clock changes and active times made of them. */
final class FireNotes {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter ZONE = DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);

  /** Times that are counted when they are left out; beyond it "more than" will do. */
  private static final int MOST_COUNTED = 500;

  private final ActorSchedule.Cron cron;
  private final FireBounds bounds;
  private final ZoneRules rules;
  private final List<CronTimes> times;

  FireNotes(ActorSchedule.Cron cron, FireBounds bounds) {
    this.cron = cron;
    this.bounds = bounds;
    this.rules = cron.zone().getRules();
    this.times =
        cron.expressions().stream()
            .map(expression -> new CronTimes(expression, cron.zone(), cron.dst()))
            .toList();
  }

  /** Returns what is to be said about a fire that follows another time; "" = nothing. */
  String between(Instant previous, Instant fire) {
    List<String> notes = new ArrayList<>();
    @Nullable ZoneOffsetTransition change = rules.nextTransition(previous);
    while (change != null && !change.getInstant().isAfter(fire)) {
      gap(change, fire).ifPresent(notes::add);
      change = rules.nextTransition(change.getInstant());
    }
    twice(fire).ifPresent(notes::add);
    leftOut(previous, fire).ifPresent(notes::add);
    return String.join("; ", notes);
  }

  private Optional<String> gap(ZoneOffsetTransition change, Instant fire) {
    TreeSet<LocalDateTime> missing = new TreeSet<>();
    times.forEach(expression -> expression.firstInGap(change).ifPresent(missing::add));
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    LocalDateTime first = missing.first();
    if (cron.dst() == DstPolicy.SKIP) {
      return Optional.of(when(first) + " is left out: the clocks skip it");
    }
    return change.getInstant().equals(fire)
        ? Optional.of(
            time(first)
                + " does not exist on "
                + DAY.format(first)
                + ", fires at "
                + time(change.getDateTimeAfter())
                + " "
                + ZONE.format(fire.atZone(cron.zone())))
        : Optional.empty();
  }

  private Optional<String> twice(Instant fire) {
    LocalDateTime local = LocalDateTime.ofInstant(fire, cron.zone());
    if (rules.getValidOffsets(local).size() < 2) {
      return Optional.empty();
    }
    boolean runsThrough = times.stream().anyMatch(CronTimes::runsThrough);
    return Optional.of(
        time(local)
            + " comes twice on "
            + DAY.format(local)
            + ", fires at "
            + (runsThrough ? "both, this one is " : "the first, ")
            + ZONE.format(fire.atZone(cron.zone())));
  }

  private Optional<String> leftOut(Instant previous, Instant fire) {
    if (bounds.active().isEmpty()) {
      return Optional.empty();
    }
    ActiveTimes active = bounds.active().get();
    Optional<Instant> first = Optional.empty();
    Set<String> reasons = new LinkedHashSet<>();
    int count = 0;
    Optional<Instant> next = JitteredTimes.nominal(cron, FireBounds.NONE, previous);
    while (next.isPresent() && next.get().isBefore(fire) && count <= MOST_COUNTED) {
      if (!active.includes(next.get())) {
        first = first.isPresent() ? first : next;
        reasons.add(reason(active, next.get()));
        count++;
      }
      next = JitteredTimes.nominal(cron, FireBounds.NONE, next.get());
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String others =
        count == 1
            ? " is"
            : " and "
                + (count > MOST_COUNTED ? "more than " + (MOST_COUNTED - 1) : count - 1)
                + " more are";
    return Optional.of(
        when(LocalDateTime.ofInstant(first.get(), cron.zone()))
            + others
            + " left out: "
            + String.join(", ", reasons));
  }

  /** Says why a time is outside of active times. */
  static String reason(ActiveTimes active, Instant time) {
    LocalDate day = LocalDate.ofInstant(time, active.zone());
    Optional<HolidayCalendar> holiday =
        active.holidays().stream().filter(calendar -> calendar.includes(day)).findFirst();
    if (holiday.isPresent()) {
      return "holiday (" + holiday.get().name() + ")";
    }
    return active.days().contains(day.getDayOfWeek())
        ? "outside the active hours"
        : "not an active day";
  }

  static String when(LocalDateTime time) {
    return DAY.format(time) + " " + time(time);
  }

  private static String time(LocalDateTime time) {
    return (time.getSecond() == 0 ? MINUTES : SECONDS).format(time);
  }
}
