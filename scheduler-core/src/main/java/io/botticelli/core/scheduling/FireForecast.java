package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells when actors will fire, and why not when one would expect it. Pure. */
public final class FireForecast {
  private FireForecast() {}

  /**
   * Returns the coming fires of an actor that is scheduled now.
   *
   * @param lastRun start of its last run; empty = it never ran
   * @param count 1..1000
   * @return earliest first; fewer than {@code count} when the schedule ends, none for one that does
   *     not fire by itself
   */
  public static List<PlannedFire> of(
      ActorDefinition actor, Optional<Instant> lastRun, Instant now, int count) {
    ActorSchedule schedule = actor.schedule();
    FireBounds bounds = actor.firing().bounds();
    if (schedule instanceof ActorSchedule.Cron cron) {
      return cron(cron, bounds, Optional.empty(), now, count);
    }
    if (schedule instanceof ActorSchedule.Interval interval) {
      return first(interval, bounds, lastRun, now)
          .map(fire -> interval(interval, bounds, fire, true, count))
          .orElse(List.of());
    }
    if (schedule instanceof ActorSchedule.Once once) {
      return once.at().isAfter(now)
          ? List.of(fire(once.at(), ZoneOffset.UTC, "", false))
          : lastRun.isPresent()
              ? List.of()
              : List.of(
                  fire(now, ZoneOffset.UTC, "its time has passed; at start if it never ran", true));
    }
    if (schedule instanceof ActorSchedule.Immediate) {
      Instant earliest = bounds.startAt().filter(now::isBefore).orElse(now);
      return bounds
          .active()
          .map(times -> times.opening(earliest))
          .orElse(Optional.of(earliest))
          .filter(at -> isBeforeEnd(bounds, at))
          .map(at -> fire(at, zone(actor), "once for each version of the working set", true))
          .stream()
          .toList();
    }
    return List.of();
  }

  /**
   * Returns the coming fires of an actor whose next fire is stored.
   *
   * @param next the stored one; it comes first
   * @param now what was left out since then is told with the first one
   */
  public static List<PlannedFire> from(
      ActorDefinition actor, Instant next, Instant now, int count) {
    if (actor.schedule() instanceof ActorSchedule.Cron cron) {
      return cron(cron, actor.firing().bounds(), Optional.of(next), now, count);
    }
    if (actor.schedule() instanceof ActorSchedule.Interval interval) {
      return interval(
          interval,
          actor.firing().bounds(),
          fire(next, zone(actor), "", false),
          TriggerPlan.isShifted(actor),
          count);
    }
    return List.of(fire(next, zone(actor), "", false));
  }

  private static List<PlannedFire> cron(
      ActorSchedule.Cron cron,
      FireBounds bounds,
      Optional<Instant> stored,
      Instant now,
      int count) {
    FireNotes notes = new FireNotes(cron, bounds);
    boolean jitter = cron.jitter().isPresent();
    String later = jitter ? "up to " + amount(cron.jitter()) + " later" : "";
    List<PlannedFire> fires = new ArrayList<>();
    Instant cursor = now;
    if (stored.isPresent()) {
      String note = jitter ? "" : notes.between(now, stored.get());
      fires.add(fire(stored.get(), cron.zone(), note, false));
      cursor = stored.get().isAfter(now) ? stored.get() : now;
    }
    Optional<Instant> next = JitteredTimes.nominal(cron, bounds, cursor);
    while (next.isPresent() && fires.size() < count) {
      fires.add(
          fire(next.get(), cron.zone(), join(notes.between(cursor, next.get()), later), jitter));
      cursor = next.get();
      next = JitteredTimes.nominal(cron, bounds, cursor);
    }
    return List.copyOf(fires);
  }

  private static Optional<PlannedFire> first(
      ActorSchedule.Interval interval, FireBounds bounds, Optional<Instant> lastRun, Instant now) {
    boolean atOnce = lastRun.isEmpty() && interval.runOnStart();
    Instant natural = atOnce ? now : lastRun.orElse(now).plus(interval.every());
    Instant start = bounds.startAt().or(interval::startAt).orElse(Instant.MIN);
    Instant earliest = natural.isAfter(now) ? natural : now;
    Instant asked = earliest.isAfter(start) ? earliest : start;
    String note = atOnce && asked.equals(now) ? "at once, because it never ran" : "";
    return within(interval, bounds, asked, note, true);
  }

  private static List<PlannedFire> interval(
      ActorSchedule.Interval interval,
      FireBounds bounds,
      PlannedFire first,
      boolean isChain,
      int count) {
    String shift = interval.jitter().isPresent() ? "give or take " + amount(interval.jitter()) : "";
    List<PlannedFire> fires = new ArrayList<>();
    Optional<PlannedFire> next = Optional.of(first).filter(fire -> isBeforeEnd(bounds, fire.at()));
    while (next.isPresent() && fires.size() < count) {
      fires.add(next.get());
      next =
          within(interval, bounds, next.get().at().plus(interval.every()), shift, isChain)
              .filter(fire -> isBeforeEnd(bounds, fire.at()));
    }
    return List.copyOf(fires);
  }

  private static Optional<PlannedFire> within(
      ActorSchedule.Interval interval,
      FireBounds bounds,
      Instant asked,
      String note,
      boolean approximate) {
    if (bounds.active().isEmpty()) {
      return Optional.of(fire(asked, ZoneOffset.UTC, note, approximate));
    }
    ZoneId zone = bounds.active().get().zone();
    return bounds
        .active()
        .get()
        .opening(asked)
        .map(
            at ->
                at.equals(asked)
                    ? fire(at, zone, note, approximate)
                    : fire(
                        at,
                        zone,
                        join(
                            "put off from "
                                + FireNotes.when(asked.atZone(zone).toLocalDateTime())
                                + ": "
                                + FireNotes.reason(bounds.active().get(), asked),
                            interval.jitter().isPresent() ? note : ""),
                        approximate));
  }

  private static boolean isBeforeEnd(FireBounds bounds, Instant fire) {
    return bounds.endAt().map(end -> !fire.isAfter(end)).orElse(true);
  }

  private static ZoneId zone(ActorDefinition actor) {
    return actor.schedule() instanceof ActorSchedule.Cron cron
        ? cron.zone()
        : actor.firing().bounds().active().map(times -> times.zone()).orElse(ZoneOffset.UTC);
  }

  private static String amount(Jitter jitter) {
    if (jitter.percent() > 0) {
      return jitter.percent() + " %";
    }
    long seconds = jitter.amount().toSeconds();
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }

  private static String join(String one, String other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + "; " + other;
  }

  private static PlannedFire fire(Instant at, ZoneId zone, String note, boolean approximate) {
    return new PlannedFire(at, at.atZone(zone), note, approximate);
  }
}
