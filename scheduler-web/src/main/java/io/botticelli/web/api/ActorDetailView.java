package io.botticelli.web.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.web.api.ExecutionViews.ExecutionView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One actor with how it is configured and what it did lately.
 *
 * @param config as the cluster agreed on it; empty for an actor that is gone, or where its
 *     variables are not set
 * @param recentSuccessRate succeeded among the recent runs that succeeded or failed, 0..1; empty
 *     when there is none
 */
public record ActorDetailView(
    @JsonUnwrapped ActorView actor,
    Optional<Config> config,
    Breaker breaker,
    long runsSucceeded,
    long runsFailed,
    long runsSkipped,
    List<ExecutionView> recentExecutions,
    Optional<Double> recentSuccessRate) {
  private static final Set<ExecutionStatus> FAILED =
      Set.of(ExecutionStatus.FAILED, ExecutionStatus.ABANDONED);

  /**
   * Returns how an actor is shown.
   *
   * @param recent newest first
   */
  public static ActorDetailView of(
      ActorView actor,
      ActorState state,
      Optional<ActorDefinition> definition,
      List<Execution> recent) {
    return new ActorDetailView(
        actor,
        definition.map(Config::of),
        new Breaker(
            state.breakerState(),
            state.consecutiveFailures(),
            state.breakerNextProbeAt(),
            definition.map(ActorDefinition::breaker).map(BreakerConfig::of)),
        state.runsSucceeded(),
        state.runsFailed(),
        state.runsSkipped(),
        recent.stream().map(ExecutionView::of).toList(),
        successRate(recent));
  }

  private static Optional<Double> successRate(List<Execution> recent) {
    long succeeded =
        recent.stream().filter(run -> run.status() == ExecutionStatus.SUCCEEDED).count();
    long failed = recent.stream().filter(run -> FAILED.contains(run.status())).count();
    return succeeded + failed == 0
        ? Optional.empty()
        : Optional.of((double) succeeded / (succeeded + failed));
  }

  /** The circuit breaker: where it stands and how it behaves. */
  public record Breaker(
      String state,
      int consecutiveFailures,
      Optional<Instant> nextProbeAt,
      Optional<BreakerConfig> config) {}

  /** How a breaker behaves. */
  public record BreakerConfig(
      boolean enabled,
      int failureThreshold,
      boolean autoPause,
      boolean resetOnSuccess,
      long resetTimeoutSeconds,
      int successThreshold) {
    static BreakerConfig of(BreakerPolicy policy) {
      return new BreakerConfig(
          policy.enabled(),
          policy.failureThreshold(),
          policy.autoPause(),
          policy.resetOnSuccess(),
          policy.resetTimeout().toSeconds(),
          policy.successThreshold());
    }
  }

  /**
   * The definition of an actor; values of variables are left out, they may be secrets.
   *
   * @param overlap {@code skip} or {@code queue_one}
   */
  public record Config(
      String schedule,
      String overlap,
      Optional<String> concurrencyGroup,
      boolean onStart,
      List<String> after,
      ExecutionConfig execution,
      String platform,
      Optional<String> channelId,
      List<SkillConfig> skills) {
    static Config of(ActorDefinition actor) {
      return new Config(
          actor.schedule().source(),
          actor.firing().overlap().name().toLowerCase(Locale.ROOT),
          actor.firing().group(),
          actor.firing().onStart(),
          actor.firing().after().stream().map(name -> name.value()).toList(),
          ExecutionConfig.of(actor.execution()),
          actor.platform().type(),
          actor.platform().channelId(),
          actor.skills().stream().map(SkillConfig::of).toList());
    }
  }

  /** How one fire is carried out. */
  public record ExecutionConfig(
      boolean stopOnUnrecoverable,
      boolean continueOnError,
      int maxRetries,
      long retryDelaySeconds,
      long timeoutSeconds,
      boolean drainQueue,
      int maxIterations) {
    static ExecutionConfig of(ExecutionPolicy policy) {
      return new ExecutionConfig(
          policy.stopOnUnrecoverable(),
          policy.continueOnError(),
          policy.maxRetries(),
          policy.retryDelay().toSeconds(),
          policy.timeout().toSeconds(),
          policy.drainQueue(),
          policy.maxIterations());
    }
  }

  /** One step of a run. */
  public record SkillConfig(
      String name,
      boolean enabled,
      Optional<String> narrativePath,
      Optional<String> narrativeName,
      Optional<String> model,
      List<String> variables) {
    static SkillConfig of(Skill skill) {
      if (skill instanceof Skill.NarrativeExecution run) {
        return new SkillConfig(
            run.name(),
            run.enabled(),
            Optional.of(run.path()),
            run.narrativeName(),
            run.model(),
            names(run.variables()));
      }
      return new SkillConfig(
          skill.name(),
          skill.enabled(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());
    }

    private static List<String> names(Map<String, String> variables) {
      return variables.keySet().stream().sorted().toList();
    }
  }
}
