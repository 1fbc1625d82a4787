package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.node.Health.Component;
import io.botticelli.core.node.Health.State;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.ClusterState;
import io.botticelli.core.scheduling.StandbyReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks every component how it is. Thread-safe. */
final class HealthChecks {
  /** Quartz's own allowance before it calls a node dead (JobStoreSupport.calcFailedIfAfter). */
  private static final Duration QUARTZ_GRACE = Duration.ofMillis(7_500);

  private final ClusterScheduler scheduler;
  private final ClusterState cluster;
  private final ActorStates states;
  private final ClusterPause pause;
  private final LanguageModels models;
  private final ClockGuard clock;
  private final AgreedDefinitions agreed;
  private final boolean discordToken;
  private final Supplier<Component> doctor;

  HealthChecks(
      ClusterScheduler scheduler,
      ClusterState cluster,
      ActorStates states,
      ClusterPause pause,
      LanguageModels models,
      ClockGuard clock,
      AgreedDefinitions agreed,
      boolean discordToken,
      Supplier<Component> doctor) {
    this.scheduler = scheduler;
    this.cluster = cluster;
    this.states = states;
    this.pause = pause;
    this.models = models;
    this.clock = clock;
    this.agreed = agreed;
    this.discordToken = discordToken;
    this.doctor = doctor;
  }

  /**
   * Asks now.
   *
   * @param started the node has begun to fire once
   */
  Health check(boolean started) {
    Map<String, Component> components = new LinkedHashMap<>();
    Component database = database();
    components.put("database", database);
    Component firing = database.state() == State.UNHEALTHY ? unknown() : scheduler();
    components.put("scheduler", firing);
    components.put("models", models());
    components.put("discord", discord());
    components.put("actors", database.state() == State.UNHEALTHY ? unknown() : actors());
    components.put("doctor", doctor.get());
    boolean ready = database.state() != State.UNHEALTHY && firing.state() == State.HEALTHY;
    return new Health(ready, started, components, scheduler.instanceId());
  }

  private Component database() {
    try {
      clock.measure();
    } catch (ActorServerException failure) {
      return new Component(State.UNHEALTHY, String.valueOf(failure.getMessage()));
    }
    String skew = "clock skew " + clock.skew().toMillis() + " ms";
    return clock.isBeyond(ClockGuard.START_LIMIT)
        ? new Component(State.DEGRADED, skew + ", more than allowed; synchronise this node's clock")
        : new Component(State.HEALTHY, "answers, " + skew);
  }

  private Component scheduler() {
    if (scheduler.standbyReasons().contains(StandbyReason.DRAINING)) {
      return new Component(
          State.UNHEALTHY,
          "draining: "
              + scheduler.countRunning()
              + " runs end, nothing new is fired until the node is resumed");
    }
    if (!scheduler.isFiring()) {
      return new Component(
          State.UNHEALTHY,
          clock.isBeyond(ClockGuard.RUN_LIMIT)
              ? "stands by until this node's clock is right"
              : "does not acquire triggers");
    }
    if (clock.isBeyond(ClockGuard.RUN_LIMIT)) {
      return new Component(State.UNHEALTHY, "this node's clock is off; it is about to stand by");
    }
    try {
      Optional<Duration> age =
          cluster.checkInAge(scheduler.schedulerName(), scheduler.instanceId());
      Duration limit = scheduler.checkInInterval().plus(QUARTZ_GRACE);
      if (age.isEmpty() || age.get().compareTo(limit) > 0) {
        return new Component(
            State.UNHEALTHY,
            "last check-in "
                + age.map(late -> late.toMillis() + " ms ago").orElse("never")
                + ", other nodes believe this one dead");
      }
      return new Component(
          State.HEALTHY,
          "fires, "
              + scheduler.countRunning()
              + " running, "
              + cluster.countNodes(scheduler.schedulerName(), limit)
              + " nodes");
    } catch (ActorServerException failure) {
      return new Component(State.UNHEALTHY, String.valueOf(failure.getMessage()));
    }
  }

  private Component models() {
    try {
      LanguageModels.Selection standard = models.select("");
      return new Component(
          State.HEALTHY, "default " + standard.modelName() + " at " + standard.model().provider());
    } catch (ModelException failure) {
      return new Component(State.DEGRADED, String.valueOf(failure.getMessage()));
    }
  }

  private Component discord() {
    return new Component(
        State.HEALTHY,
        discordToken
            ? "this version posts to the preview channel although DISCORD_TOKEN is set"
            : "preview channel, DISCORD_TOKEN is not set");
  }

  private Component actors() {
    try {
      if (!agreed.refusal().isEmpty()) {
        return new Component(
            State.DEGRADED, "runs an older definition than the cluster: " + agreed.refusal());
      }
      ClusterPause.State paused = pause.current();
      if (paused.paused()) {
        return new Component(State.DEGRADED, describe(paused));
      }
      List<ActorState> enabled = states.list().stream().filter(ActorState::enabled).toList();
      String open =
          enabled.stream()
              .filter(actor -> actor.breakerState().equals("open"))
              .map(ActorState::name)
              .map(ActorName::value)
              .collect(Collectors.joining(", "));
      return open.isEmpty()
          ? new Component(State.HEALTHY, enabled.size() + " enabled")
          : new Component(State.DEGRADED, "breaker open: " + open);
    } catch (ActorServerException failure) {
      return new Component(State.UNHEALTHY, String.valueOf(failure.getMessage()));
    }
  }

  private static String describe(ClusterPause.State paused) {
    return "the cluster is paused"
        + paused.by().map(by -> " by " + by).orElse("")
        + paused.until().map(until -> " until " + until).orElse("")
        + paused.reason().filter(why -> !why.isBlank()).map(why -> " (" + why + ")").orElse("")
        + ": no actor fires";
  }

  private static Component unknown() {
    return new Component(State.UNHEALTHY, "unknown while the database does not answer");
  }
}
