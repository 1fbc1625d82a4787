package io.botticelli.web.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import java.time.Instant;
import java.util.Optional;

/**
 * One actor as people and scripts see it, on the command line and over HTTP.
 *
 * @param state {@code disabled}, {@code running}, {@code paused}, {@code circuit_open}, {@code
 *     half_open}, {@code error} (its last run failed) or {@code active}: the first that holds
 * @param paused does not fire because of its own pause or the cluster's; {@code is_paused} in JSON
 * @param pauseScope {@code actor} or {@code cluster}: whose pause the following fields describe;
 *     the actor's own when both are paused
 * @param nextRun empty while paused
 */
public record ActorView(
    String name,
    String displayName,
    String description,
    boolean enabled,
    String state,
    @JsonProperty("is_paused") boolean paused,
    Optional<String> pauseScope,
    Optional<String> pauseReason,
    Optional<String> pausedBy,
    Optional<Instant> pausedAt,
    Optional<Instant> pausedUntil,
    String breakerState,
    Optional<Instant> breakerNextProbeAt,
    int consecutiveFailures,
    String scheduleType,
    String schedule,
    String timezone,
    Optional<Instant> lastRun,
    Optional<String> lastStatus,
    Optional<Instant> nextRun,
    String platform,
    String definitionVersion) {

  /**
   * Returns how an actor is shown.
   *
   * @param cluster the pause of the whole cluster
   */
  public static ActorView of(ActorState actor, ClusterPause.State cluster) {
    boolean own = actor.paused();
    boolean paused = own || cluster.paused();
    return new ActorView(
        actor.name().value(),
        actor.displayName(),
        actor.description(),
        actor.enabled(),
        state(actor, paused),
        paused,
        paused ? Optional.of(own ? "actor" : "cluster") : Optional.empty(),
        (own ? actor.pauseReason() : cluster.reason()).filter(reason -> !reason.isBlank()),
        own ? actor.pausedBy() : cluster.by(),
        own ? actor.pausedAt() : cluster.at(),
        own ? actor.pausedUntil() : cluster.until(),
        actor.breakerState(),
        actor.breakerNextProbeAt(),
        actor.consecutiveFailures(),
        actor.scheduleType(),
        actor.schedule(),
        actor.timezone(),
        actor.lastRun(),
        actor.lastStatus(),
        paused ? Optional.empty() : actor.nextRun(),
        actor.platform(),
        actor.definitionVersion());
  }

  private static String state(ActorState actor, boolean paused) {
    if (!actor.enabled()) {
      return "disabled";
    }
    if (actor.running()) {
      return "running";
    }
    if (paused) {
      return "paused";
    }
    return switch (actor.breakerState()) {
      case "open" -> "circuit_open";
      case "half_open" -> "half_open";
      default ->
          actor
              .lastStatus()
              .filter(status -> status.equals("failed") || status.equals("abandoned"))
              .map(failed -> "error")
              .orElse("active");
    };
  }
}
