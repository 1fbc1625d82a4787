package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.scheduling.DueActors.DueActor;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * Finds actors that should have fired by now and did not, whichever node failed to do it.
 * Thread-safe.
 */
public final class OverdueActors {
  /** Nobody is called because of a fire that is this late. */
  public static final Duration LEAST_GRACE = Duration.ofSeconds(60);

  /** A daily report may be a good while late, an actor of every minute not. */
  private static final int PART_OF_INTERVAL = 10;

  private final DueActors due;
  private final ActorCatalog catalog;
  private final String schedulerName;

  /** When an actor was first seen without a trigger that could fire, by the database clock. */
  private final Map<ActorName, Instant> stuckSince = new ConcurrentHashMap<>();

  public OverdueActors(DueActors due, ActorCatalog catalog, String schedulerName) {
    this.due = due;
    this.catalog = catalog;
    this.schedulerName = schedulerName;
  }

  /**
   * Lists actors that are late by more than their grace: a tenth of their interval, at least {@link
   * #LEAST_GRACE}. One query; an actor without a trigger that could fire is late when it is still
   * so after that grace, counted from the first call that found it.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public List<Overdue> list() {
    ActorCatalog.Snapshot agreed = catalog.current();
    List<DueActor> candidates = due.list(schedulerName);
    List<ActorName> stuck = new ArrayList<>();
    List<Overdue> late = new ArrayList<>();
    for (DueActor candidate : candidates) {
      Optional<ActorDefinition> actor = agreed.find(candidate.actor());
      if (actor.isEmpty()) {
        continue;
      }
      if (candidate.broken() || candidate.since().isEmpty()) {
        if (willFire(actor.get(), candidate.now())) {
          stuck.add(candidate.actor());
          stuck(candidate).ifPresent(late::add);
        }
      } else {
        waiting(actor.get(), candidate, candidate.since().get()).ifPresent(late::add);
      }
    }
    stuckSince.keySet().retainAll(stuck);
    late.sort(Comparator.comparing(overdue -> overdue.actor().value()));
    return List.copyOf(late);
  }

  private Optional<Overdue> stuck(DueActor candidate) {
    Instant since = stuckSince.computeIfAbsent(candidate.actor(), unseen -> candidate.now());
    return overdue(
        candidate,
        since,
        LEAST_GRACE,
        candidate.broken()
            ? "its trigger is in state ERROR and fires no more"
            : "it has no trigger");
  }

  private static Optional<Overdue> waiting(
      ActorDefinition actor, DueActor candidate, Instant since) {
    return overdue(candidate, since, grace(actor.schedule(), since), "no node fired it");
  }

  private static Optional<Overdue> overdue(
      DueActor candidate, Instant since, Duration grace, String reason) {
    Duration lateBy = Duration.between(since, candidate.now());
    return lateBy.compareTo(grace) > 0
        ? Optional.of(new Overdue(candidate.actor(), since, lateBy, grace, reason))
        : Optional.empty();
  }

  private static Duration grace(ActorSchedule schedule, Instant since) {
    Duration interval = Duration.ZERO;
    if (schedule instanceof ActorSchedule.Interval fixed) {
      interval = fixed.every();
    } else if (schedule instanceof ActorSchedule.Cron cron) {
      interval = next(cron, since).map(next -> Duration.between(since, next)).orElse(interval);
    }
    Duration part = interval.dividedBy(PART_OF_INTERVAL);
    return part.compareTo(LEAST_GRACE) > 0 ? part : LEAST_GRACE;
  }

  /** A schedule that has come to its end needs no trigger. */
  private static boolean willFire(ActorDefinition actor, Instant now) {
    boolean ended = actor.firing().bounds().endAt().map(end -> end.isBefore(now)).orElse(false);
    if (ended) {
      return false;
    }
    return !(actor.schedule() instanceof ActorSchedule.Cron cron) || next(cron, now).isPresent();
  }

  private static Optional<Instant> next(ActorSchedule.Cron cron, Instant after) {
    return cron.expressions().stream()
        .flatMap(expression -> next(expression, cron, after).stream())
        .min(Comparator.naturalOrder());
  }

  private static Optional<Instant> next(String expression, ActorSchedule.Cron cron, Instant after) {
    try {
      CronExpression quartz = new CronExpression(expression);
      quartz.setTimeZone(TimeZone.getTimeZone(cron.zone()));
      @Nullable Date next = quartz.getNextValidTimeAfter(Date.from(after));
      return Optional.ofNullable(next).map(Date::toInstant);
    } catch (ParseException unreadable) {
      // The definition was checked when it was applied; without a next time the least grace holds.
      return Optional.empty();
    }
  }

  /**
   * An actor that missed its time.
   *
   * @param due since when it should have fired
   * @param lateBy at the time of asking
   * @param grace what it is allowed
   * @param reason what is known, for a person
   */
  public record Overdue(
      ActorName actor, Instant due, Duration lateBy, Duration grace, String reason) {}
}
