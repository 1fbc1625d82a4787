package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.DataSources.PoolFigures;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.node.Health.Component;
import io.botticelli.core.node.Health.State;
import io.botticelli.core.resilience.DependencyBreakers;
import io.botticelli.core.resilience.DependencyBreakers.DependencyState;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.ClusterState;
import io.botticelli.core.scheduling.OverdueActors;
import io.botticelli.core.scheduling.OverdueActors.Overdue;
import io.botticelli.core.scheduling.StandbyReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks every component how it is. Thread-safe. */
final class HealthChecks {
  /** Name of the database among the dependencies. */
  static final String DATABASE = "database";

  /** Dependencies that are platforms; the rest, without the database, are model providers. */
  private static final Set<String> PLATFORMS = Set.of("discord", "preview");

  /** Quartz's own allowance before it calls a node dead (JobStoreSupport.calcFailedIfAfter). */
  private static final Duration QUARTZ_GRACE = Duration.ofMillis(7_500);

  /** A database that answers slower than this makes every run slow. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  /** Names shown of a long list. */
  private static final int SHOWN = 10;

  private final ClusterScheduler scheduler;
  private final ClusterState cluster;
  private final ActorStates states;
  private final ClusterPause pause;
  private final OverdueActors overdue;
  private final LanguageModels models;
  private final DependencyBreakers breakers;
  private final ClockGuard clock;
  private final AgreedDefinitions agreed;
  private final Supplier<List<PoolFigures>> pools;
  private final boolean discordToken;
  private final Supplier<Component> doctor;
  private final BooleanSupplier started;

  /**
   * @param started tells whether the node has begun to fire once
   */
  HealthChecks(
      ClusterScheduler scheduler,
      ClusterState cluster,
      ActorStates states,
      ClusterPause pause,
      OverdueActors overdue,
      LanguageModels models,
      DependencyBreakers breakers,
      ClockGuard clock,
      AgreedDefinitions agreed,
      Supplier<List<PoolFigures>> pools,
      boolean discordToken,
      Supplier<Component> doctor,
      BooleanSupplier started) {
    this.scheduler = scheduler;
    this.cluster = cluster;
    this.states = states;
    this.pause = pause;
    this.overdue = overdue;
    this.models = models;
    this.breakers = breakers;
    this.clock = clock;
    this.agreed = agreed;
    this.pools = pools;
    this.discordToken = discordToken;
    this.doctor = doctor;
    this.started = started;
  }

  /** Asks now; waits as long as the database lets it. */
  Health check() {
    Component database = database();
    boolean reachable = database.state() != State.UNHEALTHY;
    return health(database, reachable ? scheduler() : unknown(), reachable ? actors() : unknown());
  }

  /**
   * Returns what is known without the database, because it does not answer.
   *
   * @param waited how long it was given
   */
  Health withoutDatabase(Duration waited) {
    Component database =
        new Component(
            State.UNHEALTHY,
            "no answer within "
                + waited.toMillis()
                + " ms; "
                + pools.get().stream()
                    .map(HealthChecks::describe)
                    .collect(Collectors.joining(", ")));
    return health(database, unknown(), unknown());
  }

  private Health health(Component database, Component firing, Component actors) {
    Map<String, Component> components = new LinkedHashMap<>();
    components.put(DATABASE, database);
    components.put("scheduler", firing);
    components.put("models", models());
    components.put("discord", discord());
    components.put("actors", actors);
    components.put("clock", clock());
    components.put("doctor", doctor.get());
    boolean ready = database.state() != State.UNHEALTHY && firing.state() == State.HEALTHY;
    return new Health(ready, started.getAsBoolean(), components, scheduler.instanceId());
  }

  private Component database() {
    long start = System.nanoTime();
    try {
      clock.measure();
    } catch (ActorServerException failure) {
      String message = String.valueOf(failure.getMessage());
      breakers.observed(DATABASE, Optional.of(message));
      return new Component(State.UNHEALTHY, message);
    }
    breakers.observed(DATABASE, Optional.empty());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    List<PoolFigures> figures = pools.get();
    String detail =
        "answers in "
            + took.toMillis()
            + " ms; "
            + figures.stream().map(HealthChecks::describe).collect(Collectors.joining(", "));
    boolean crowded = figures.stream().anyMatch(pool -> pool.waiting() > 0);
    return new Component(
        crowded || took.compareTo(SLOW) > 0 ? State.DEGRADED : State.HEALTHY, detail);
  }

  private static String describe(PoolFigures pool) {
    return "pool "
        + pool.pool()
        + " "
        + pool.busy()
        + " of "
        + pool.max()
        + " busy"
        + (pool.waiting() > 0 ? ", " + pool.waiting() + " waiting" : "");
  }

  private Component clock() {
    String skew = clock.skew().toMillis() + " ms off the database's";
    if (clock.isBeyond(ClockGuard.RUN_LIMIT)) {
      return new Component(State.UNHEALTHY, skew + "; synchronise this node's clock (NTP)");
    }
    return clock.isBeyond(ClockGuard.START_LIMIT)
        ? new Component(State.DEGRADED, skew + ", more than allowed; synchronise this node's clock")
        : new Component(State.HEALTHY, skew);
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
      return new Component(State.UNHEALTHY, whyNotFiring());
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
      ClusterScheduler.Acquisition acquisition = scheduler.acquisition();
      if (!acquisition.isFresh()) {
        return stuck(acquisition);
      }
      return new Component(
          State.HEALTHY,
          "fires, "
              + scheduler.countRunning()
              + " running, "
              + acquisition.busy()
              + " of "
              + acquisition.workers()
              + " workers busy, looked for due triggers "
              + acquisition.age().toMillis()
              + " ms ago, checked in "
              + age.get().toMillis()
              + " ms ago, "
              + cluster.countNodes(scheduler.schedulerName(), limit)
              + " nodes");
    } catch (ActorServerException failure) {
      return new Component(State.UNHEALTHY, String.valueOf(failure.getMessage()));
    }
  }

  private String whyNotFiring() {
    if (scheduler.isStopping()) {
      return "stops: fires nothing more, " + scheduler.countRunning() + " running";
    }
    return clock.isBeyond(ClockGuard.RUN_LIMIT)
        ? "stands by until this node's clock is right"
        : "does not acquire triggers";
  }

  /** A node that is merely full does its work; one that does not get through is broken. */
  private Component stuck(ClusterScheduler.Acquisition acquisition) {
    String since = "no look for due triggers for " + acquisition.age().toSeconds() + " s: ";
    if (!acquisition.alive()) {
      return new Component(
          State.UNHEALTHY, since + "the scheduler thread has ended; restart this node");
    }
    if (acquisition.busy() >= acquisition.workers()) {
      return new Component(
          State.DEGRADED,
          since
              + "all "
              + acquisition.workers()
              + " workers are busy; other nodes fire, or raise server.max_concurrent_actors");
    }
    return pools.get().stream()
        .filter(pool -> pool.pool().equals("quartz") && pool.busy() >= pool.max())
        .findFirst()
        .map(
            full ->
                new Component(State.UNHEALTHY, since + "no connection is free, " + describe(full)))
        .orElseGet(
            () ->
                new Component(
                    State.UNHEALTHY,
                    since
                        + "a session of the database holds the lock TRIGGER_ACCESS of qrtz_locks,"
                        + " or the database refuses Quartz's work; see this node's log and"
                        + " pg_stat_activity"));
  }

  private Component models() {
    List<DependencyState> broken =
        notClosed(name -> !name.equals(DATABASE) && !PLATFORMS.contains(name));
    if (!broken.isEmpty()) {
      return new Component(State.DEGRADED, describe(broken));
    }
    try {
      LanguageModels.Selection standard = models.select("");
      return new Component(
          State.HEALTHY, "default " + standard.modelName() + " at " + standard.model().provider());
    } catch (ModelException failure) {
      return new Component(State.DEGRADED, String.valueOf(failure.getMessage()));
    }
  }

  private Component discord() {
    List<DependencyState> broken = notClosed(PLATFORMS::contains);
    if (!broken.isEmpty()) {
      return new Component(State.DEGRADED, describe(broken));
    }
    return new Component(
        State.HEALTHY,
        discordToken
            ? "this version posts to the preview channel although DISCORD_TOKEN is set"
            : "preview channel, DISCORD_TOKEN is not set");
  }

  private List<DependencyState> notClosed(Predicate<String> wanted) {
    return breakers.list().stream()
        .filter(one -> wanted.test(one.dependency()))
        .filter(one -> one.state() != DependencyBreakers.State.CLOSED)
        .toList();
  }

  private static String describe(List<DependencyState> broken) {
    return broken.stream()
        .map(
            one ->
                one.dependency()
                    + ": breaker "
                    + one.state().name().toLowerCase(Locale.ROOT)
                    + " since "
                    + one.since()
                    + one.lastFailure().map(last -> " (last: " + last.reason() + ")").orElse(""))
        .collect(Collectors.joining("; "));
  }

  private Component actors() {
    try {
      ClusterPause.State paused = pause.current();
      List<ActorState> enabled = states.list().stream().filter(ActorState::enabled).toList();
      List<String> problems = new ArrayList<>();
      if (!agreed.refusal().isEmpty()) {
        problems.add("runs an older definition than the cluster: " + agreed.refusal());
      }
      if (paused.paused()) {
        problems.add(describe(paused));
      }
      List<String> open =
          enabled.stream()
              .filter(actor -> actor.breakerState().equals("open"))
              .map(ActorState::name)
              .map(ActorName::value)
              .toList();
      if (!open.isEmpty()) {
        problems.add("breaker open: " + names(open));
      }
      List<String> late =
          overdue.list().stream().map(Overdue::actor).map(ActorName::value).toList();
      if (!late.isEmpty()) {
        problems.add("overdue: " + names(late));
      }
      return problems.isEmpty()
          ? new Component(State.HEALTHY, enabled.size() + " enabled")
          : new Component(State.DEGRADED, String.join("; ", problems));
    } catch (ActorServerException failure) {
      return new Component(State.UNHEALTHY, String.valueOf(failure.getMessage()));
    }
  }

  private static String names(List<String> all) {
    return all.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
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
