package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.breaker.jdbc.JdbcBreakerStore;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.jdbc.JdbcActorStates;
import io.botticelli.core.history.jdbc.JdbcClusterPause;
import io.botticelli.core.history.jdbc.JdbcExecutionHistory;
import io.botticelli.core.history.jdbc.JdbcFireRecords;
import io.botticelli.core.history.jdbc.JdbcPendingFires;
import io.botticelli.core.history.jdbc.JdbcReceipts;
import io.botticelli.core.resilience.RunGuard;
import io.botticelli.core.scheduling.ActorCatalog.Snapshot;
import io.botticelli.core.scheduling.jdbc.JdbcClusterState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/** A real scheduler over a test database, with actors and a body the test chooses. */
final class TestNode implements AutoCloseable, FireMetrics {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private static final Map<String, String> QUICK =
      Map.of(
          "org.quartz.jobStore.misfireThreshold", "1000",
          "org.quartz.jobStore.clusterCheckinInterval", "1000",
          "org.quartz.scheduler.idleWaitTime", "1000");

  final TestDatabase database;

  /** What the application, but not Quartz, sees of the database. */
  final SwitchableDataSource application;

  final AtomicReference<Snapshot> agreed = new AtomicReference<>(new Snapshot("v1", List.of()));
  final AtomicReference<FireBody> body =
      new AtomicReference<>((actor, version, fence, parameters) -> succeeded());
  final List<String> notRun = new CopyOnWriteArrayList<>();
  final List<String> misfires = new CopyOnWriteArrayList<>();
  final AtomicInteger listenerFailures = new AtomicInteger();
  final AtomicInteger waits = new AtomicInteger();
  final AtomicInteger abandoned = new AtomicInteger();
  final AtomicInteger trips = new AtomicInteger();
  volatile boolean listenerThrows;
  final ExecutionHistory history;
  final JdbcReceipts receipts;
  final JdbcPendingFires pending;
  final JdbcActorStates states;
  final ClusterScheduler scheduler;

  TestNode(TestDatabase database) {
    this(database, Duration.ofMillis(300));
  }

  TestNode(TestDatabase database, Duration checkInterval) {
    this(database, checkInterval, Map.of(), database.dataSource());
  }

  /** Builds a node with Quartz settings of its own. */
  TestNode(TestDatabase database, Map<String, String> quartz) {
    this(database, Duration.ofMillis(300), quartz, database.dataSource());
  }

  /**
   * @param quartzPool connections for Quartz alone
   */
  TestNode(TestDatabase database, DataSource quartzPool) {
    this(database, Duration.ofMillis(300), Map.of(), quartzPool);
  }

  private TestNode(
      TestDatabase database,
      Duration checkInterval,
      Map<String, String> quartz,
      DataSource quartzPool) {
    Map<String, String> properties = new HashMap<>(QUICK);
    properties.putAll(quartz);
    this.database = database;
    this.application = new SwitchableDataSource(database.dataSource());
    Transactions transactions = new Transactions(application);
    this.history = new JdbcExecutionHistory(transactions);
    this.pending = new JdbcPendingFires(transactions);
    this.receipts = new JdbcReceipts(transactions);
    this.states = new JdbcActorStates(transactions);
    this.scheduler =
        new ClusterScheduler(
            new SchedulerSettings(
                "test-" + COUNTER.incrementAndGet(),
                4,
                checkInterval,
                Duration.ofMillis(300),
                properties),
            new ClusterScheduler.Ports(
                agreed::get,
                history,
                receipts,
                new JdbcFireRecords(transactions),
                pending,
                states,
                new JdbcClusterPause(transactions),
                new RunGuard(new JdbcBreakerStore(transactions)),
                (actor, version, fence, parameters) ->
                    body.get().run(actor, version, fence, parameters),
                new JdbcClusterState(application),
                this,
                Clock.systemUTC(),
                () -> ThreadLocalRandom.current().nextDouble()),
            quartzPool);
  }

  /** Makes the cluster agree on these actors and schedules them. */
  TestNode agree(String version, ActorDefinition... actors) {
    agreed.set(new Snapshot(version, List.of(actors)));
    scheduler.reconcile();
    return this;
  }

  static ActorDefinition actor(String name, ActorSchedule schedule) {
    return actor(name, schedule, BreakerPolicy.DEFAULT, ExecutionPolicy.DEFAULT);
  }

  static ActorDefinition actor(
      String name, ActorSchedule schedule, BreakerPolicy breaker, ExecutionPolicy execution) {
    return new ActorDefinition(
        new ActorName(name),
        name,
        "",
        true,
        schedule,
        execution,
        breaker,
        new PlatformBinding("noop", Optional.empty()),
        List.of(),
        List.of());
  }

  /** Returns an actor with the default policies but for these. */
  static ActorDefinition actor(String name, ActorSchedule schedule, FiringPolicy firing) {
    ActorDefinition plain = actor(name, schedule);
    return new ActorDefinition(
        plain.name(),
        plain.displayName(),
        plain.description(),
        true,
        schedule,
        firing,
        plain.execution(),
        plain.breaker(),
        plain.platform(),
        plain.knowledge(),
        plain.skills());
  }

  /**
   * Returns policies that differ from the default in what becomes of late and overlapping fires.
   */
  static FiringPolicy firing(MisfirePolicy misfire, OverlapPolicy overlap) {
    return new FiringPolicy(misfire, overlap, Optional.empty(), false, List.of(), FireBounds.NONE);
  }

  /** Returns the default policies with a concurrency group. */
  static FiringPolicy inGroup(String group) {
    return new FiringPolicy(
        new MisfirePolicy.FireOnce(),
        OverlapPolicy.SKIP,
        Optional.of(group),
        false,
        List.of(),
        FireBounds.NONE);
  }

  /** Returns the default policies of an actor that fires after others. */
  static FiringPolicy after(String... upstream) {
    return new FiringPolicy(
        new MisfirePolicy.FireOnce(),
        OverlapPolicy.SKIP,
        Optional.empty(),
        false,
        Arrays.stream(upstream).map(ActorName::new).toList(),
        FireBounds.NONE);
  }

  static ActorSchedule every(Duration every) {
    return every(every, true, Jitter.NONE);
  }

  static ActorSchedule every(Duration every, boolean runOnStart, Jitter jitter) {
    return new ActorSchedule.Interval(every, Optional.empty(), runOnStart, jitter, "test");
  }

  static ActorSchedule manual() {
    return new ActorSchedule.Manual("manual");
  }

  static ExecutionResult succeeded() {
    return result(ExecutionStatus.SUCCEEDED);
  }

  static ExecutionResult result(ExecutionStatus status) {
    return new ExecutionResult(status, Optional.empty(), Optional.empty(), 1, 0, 0, 0, 0, Map.of());
  }

  /** Returns the executions of an actor, oldest first. */
  List<Execution> executions(String actor) {
    List<Execution> found =
        new ArrayList<>(
            history.list(
                new Filter(
                    Optional.of(new ActorName(actor)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    500,
                    Optional.empty())));
    Collections.reverse(found);
    return found;
  }

  List<ExecutionStatus> statuses(String actor) {
    return executions(actor).stream().map(Execution::status).toList();
  }

  String triggerState(String actor) {
    return database.value(
        "SELECT trigger_state FROM qrtz_triggers WHERE trigger_group = 'schedule' AND job_name = '"
            + actor
            + "'");
  }

  Fence fenceOf(String actor) {
    Execution newest = executions(actor).get(executions(actor).size() - 1);
    return new Fence(newest.id(), newest.epoch());
  }

  @Override
  public void fired(ActorName actor, Duration delay) {
    if (listenerThrows) {
      throw new IllegalStateException("listener");
    }
  }

  @Override
  public void waiting(ActorName actor, String group) {
    waits.incrementAndGet();
  }

  @Override
  public void misfired(ActorName actor, String policy) {
    misfires.add(policy);
  }

  @Override
  public void notRun(ActorName actor, String reason) {
    notRun.add(reason);
  }

  @Override
  public void listenerFailed() {
    listenerFailures.incrementAndGet();
  }

  @Override
  public void abandoned(ActorName actor) {
    abandoned.incrementAndGet();
  }

  @Override
  public void breakerTripped(ActorName actor) {
    trips.incrementAndGet();
  }

  @Override
  public void close() {
    scheduler.stop(Duration.ofSeconds(5));
  }
}
