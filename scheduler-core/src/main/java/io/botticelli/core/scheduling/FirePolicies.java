package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.FireRecords;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies an actor's policies for overlapping and late fires to a fire of its schedule, at fire
 * time. What is decided lives in rows and stored triggers whose identities follow from the
 * schedule's times alone, so that a recovered fire, or another node, decides the same again and
 * stores nothing twice. Thread-safe.
 */
final class FirePolicies {
  private static final Logger LOG = LoggerFactory.getLogger(FirePolicies.class);

  private final String node;
  private final ExecutionHistory history;
  private final FireRecords records;
  private final Takeovers takeovers;
  private final FireMetrics metrics;
  private final Clock clock;

  FirePolicies(
      String node,
      ExecutionHistory history,
      FireRecords records,
      Takeovers takeovers,
      FireMetrics metrics,
      Clock clock) {
    this.node = node;
    this.history = history;
    this.records = records;
    this.takeovers = takeovers;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Decides what a fire of the schedule runs as.
   *
   * @param due when it was due; before its scheduled time if a misfire moved it
   * @return empty if it does not run; its row is written
   */
  Optional<FireIdentity> settle(ActorDefinition actor, Fire fire, Instant due) {
    ActorName name = actor.name();
    boolean moved = due.isBefore(fire.identity().scheduledFor());
    if (fire.recovering()) {
      return moved ? late(actor, fire, due) : Optional.of(fire.identity());
    }
    Optional<Execution> during = records.findRunDuring(name, due);
    if (during.isEmpty()) {
      return late(actor, fire, due);
    }
    FireIdentity overlapping = scheduled(name, due);
    if (actor.firing().overlap() == OverlapPolicy.QUEUE_ONE
        && !records.isFollowed(during.get(), overlapping)) {
      return Optional.of(overlapping);
    }
    history.recordNotRun(
        overlapping,
        ExecutionStatus.SKIPPED,
        "overlap",
        actor.firing().overlap() == OverlapPolicy.QUEUE_ONE
            ? "came due while the actor was still running, and another one already waited"
            : "came due while the actor was still running",
        node);
    metrics.notRun(name, "overlap");
    LOG.info("fire at {} not run: came due during execution {}", due, during.get().id());
    boolean gap = moved && actor.firing().misfire() instanceof MisfirePolicy.CatchUp;
    return gap
        ? catchUp(actor, due, during.get().completedAt().orElse(due), false)
        : Optional.empty();
  }

  private Optional<FireIdentity> late(ActorDefinition actor, Fire fire, Instant due) {
    boolean moved = due.isBefore(fire.identity().scheduledFor());
    MisfirePolicy policy = actor.firing().misfire();
    if (policy instanceof MisfirePolicy.Skip skip) {
      return skip(actor, skip, due, moved);
    }
    if (!moved) {
      return Optional.of(fire.identity());
    }
    if (policy instanceof MisfirePolicy.CatchUp) {
      return catchUp(actor, due, due.minusMillis(1), fire.recovering());
    }
    metrics.misfired(actor.name(), "fire_once");
    missed(
        actor.name(),
        due,
        "no node could fire from this time on (none was up, or the actor was paused or every"
            + " thread busy); everything missed is made up by one fire");
    return Optional.of(fire.identity());
  }

  private Optional<FireIdentity> skip(
      ActorDefinition actor, MisfirePolicy.Skip policy, Instant due, boolean moved) {
    Instant now = clock.instant();
    if (!isTooLate(due, now, policy)) {
      return Optional.of(scheduled(actor.name(), due));
    }
    metrics.misfired(actor.name(), "skip");
    metrics.notRun(actor.name(), "misfired");
    missed(
        actor.name(),
        due,
        "could not fire within its grace of "
            + policy.grace().toSeconds()
            + " s; this and what came due since is not made up");
    if (!moved) {
      // The trigger itself brings the times after this one.
      return Optional.empty();
    }
    return MissedTimes.between(actor, due, due, now, 1).newest().stream()
        .filter(time -> !isTooLate(time, now, policy))
        .map(time -> scheduled(actor.name(), time))
        .findFirst();
  }

  private static boolean isTooLate(Instant due, Instant now, MisfirePolicy.Skip policy) {
    return Duration.between(due, now).compareTo(policy.grace()) > 0;
  }

  /**
   * The oldest one runs now, the others get triggers of their own. These are stored first, then the
   * row for those dropped: whoever dies on the way leaves a fire that is recovered and finds the
   * rest by the history and the triggers' keys.
   *
   * @param after only what came due later than this
   */
  private Optional<FireIdentity> catchUp(
      ActorDefinition actor, Instant due, Instant after, boolean recovering) {
    MisfirePolicy.CatchUp policy = (MisfirePolicy.CatchUp) actor.firing().misfire();
    ActorName name = actor.name();
    Instant from = recovering ? records.lastScheduled(name).filter(due::isBefore).orElse(due) : due;
    MissedTimes missed = MissedTimes.between(actor, from, after, clock.instant(), policy.limit());
    List<Instant> times = missed.newest();
    if (times.isEmpty()) {
      return Optional.empty();
    }
    metrics.misfired(name, "catch_up");
    for (int i = 1; i < times.size(); i++) {
      takeovers.catchUp(scheduled(name, times.get(i)), policy.spacing().multipliedBy(i));
    }
    missed
        .dropped()
        .ifPresent(
            oldest ->
                missed(
                    name,
                    oldest,
                    "what came due from here until before "
                        + times.get(0)
                        + " is not made up: at most "
                        + policy.limit()
                        + " fires are"));
    LOG.info(
        "actor {}: {} missed fires are made up, {} s apart, beginning with that of {}",
        name,
        times.size(),
        policy.spacing().toSeconds(),
        times.get(0));
    return Optional.of(scheduled(name, times.get(0)));
  }

  private void missed(ActorName actor, Instant due, String message) {
    history.recordNotRun(scheduled(actor, due), ExecutionStatus.MISSED, "misfired", message, node);
  }

  private static FireIdentity scheduled(ActorName actor, Instant due) {
    return new FireIdentity(actor, due, Kind.SCHEDULE, "");
  }
}
