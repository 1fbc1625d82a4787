package io.botticelli.web.ui;

import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.web.api.ActorView;
import io.botticelli.web.api.HealthView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Gathers what the overview page shows: health, actors, recent executions, preview messages. */
public final class Overview {
  private static final int EXECUTIONS = 30;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Clock clock;
  private final ActorStates actors;
  private final Supplier<ClusterPause.State> pause;
  private final ExecutionHistory history;
  private final Supplier<HealthView> health;
  private final Supplier<List<Message>> messages;

  /**
   * @param pause the pause of the whole cluster
   * @param messages newest preview messages first; empty when a real platform is used
   */
  public Overview(
      Clock clock,
      ActorStates actors,
      Supplier<ClusterPause.State> pause,
      ExecutionHistory history,
      Supplier<HealthView> health,
      Supplier<List<Message>> messages) {
    this.clock = clock;
    this.actors = actors;
    this.pause = pause;
    this.history = history;
    this.health = health;
    this.messages = messages;
  }

  /** Returns the page as of now. */
  public Page page() {
    Instant now = clock.instant();
    ClusterPause.State cluster = pause.get();
    List<ActorRow> actorRows =
        actors.list().stream().map(actor -> row(ActorView.of(actor, cluster), now)).toList();
    List<ExecutionRow> executionRows =
        history
            .list(
                new Filter(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    EXECUTIONS,
                    Optional.empty()))
            .stream()
            .map(execution -> row(execution, now))
            .toList();
    return new Page(health.get(), STAMP.format(now), actorRows, executionRows, messages.get());
  }

  private static ActorRow row(ActorView actor, Instant now) {
    return new ActorRow(
        actor.name(),
        actor.description(),
        actor.state().replace('_', ' '),
        actor.schedule(),
        actor.timezone(),
        actor.lastRun().map(at -> ago(at, now)).orElse("never"),
        actor.lastRun().map(STAMP::format).orElse(""),
        actor.lastStatus().orElse(""),
        actor.nextRun().map(at -> until(at, now)).orElse("-"),
        actor.nextRun().map(STAMP::format).orElse(""),
        actor.consecutiveFailures(),
        actor.platform(),
        actor.paused() ? pause(actor).strip() : "");
  }

  private static String pause(ActorView actor) {
    return actor.pausedBy().map(by -> "by " + by).orElse("")
        + actor.pausedUntil().map(end -> " until " + STAMP.format(end)).orElse("")
        + actor.pauseReason().map(reason -> " (" + reason + ")").orElse("");
  }

  private static ExecutionRow row(Execution execution, Instant now) {
    return new ExecutionRow(
        Long.toString(execution.id()),
        execution.fire().actor().value(),
        execution.fire().kind().name().toLowerCase(Locale.ROOT),
        ago(execution.startedAt(), now),
        STAMP.format(execution.startedAt()),
        Duration.between(execution.startedAt(), execution.completedAt().orElse(now)).toMillis(),
        execution.status().stored(),
        execution.errorMessage().orElse(""),
        execution.node(),
        execution.attempt(),
        execution.tokensIn() + execution.tokensOut());
  }

  private static String ago(Instant at, Instant now) {
    return at.isAfter(now) ? "just now" : words(Duration.between(at, now)) + " ago";
  }

  private static String until(Instant at, Instant now) {
    return at.isBefore(now) ? "due" : "in " + words(Duration.between(now, at));
  }

  static String words(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 90) {
      return seconds + " s";
    }
    if (seconds < 90 * 60) {
      return duration.toMinutes() + " min";
    }
    return seconds < 48 * 3600 ? duration.toHours() + " h" : duration.toDays() + " d";
  }

  /** The whole page. */
  public record Page(
      HealthView health,
      String now,
      List<ActorRow> actors,
      List<ExecutionRow> executions,
      List<Message> messages) {}

  /** One actor; texts are raw, the template escapes them. */
  public record ActorRow(
      String name,
      String description,
      String state,
      String schedule,
      String timezone,
      String lastRun,
      String lastRunAt,
      String lastStatus,
      String nextRun,
      String nextRunAt,
      int failures,
      String platform,
      String pauseReason) {}

  /** One execution. */
  public record ExecutionRow(
      String id,
      String actor,
      String trigger,
      String started,
      String startedAt,
      long durationMs,
      String status,
      String error,
      String node,
      int attempt,
      long tokens) {}

  /** One message of the preview channel. */
  public record Message(String id, String channel, String content, Instant sentAt) {}
}
