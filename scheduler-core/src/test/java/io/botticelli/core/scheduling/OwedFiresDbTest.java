package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.after;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.inGroup;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.result;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.scheduling.Fire.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** Chained fires, fires of a cluster start, and fires that wait for room in their group. */
@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OwedFiresDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ActorName UP = new ActorName("up");

  private TestDatabase database;
  private TestNode node;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    node = new TestNode(database);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void anActorFiresOnceAfterTheSuccessOfAnother() {
    agreeOnAChain();
    node.scheduler.beginFiring();

    node.scheduler.control().fire(UP, Map.of(), false);

    awaitQuiet("down", 1);
    Execution caused = node.executions("down").get(0);
    Execution cause = node.executions("up").get(0);
    assertThat(caused.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(caused.fire().kind()).isEqualTo(Kind.CHAINED);
    assertThat(caused.fire().receipt()).isEqualTo(Long.toString(cause.id()));
    assertThat(node.pending.listUnchained(50)).isEmpty();
  }

  @Test
  void nothingFiresAfterAFailureASkipOrACallInTheProcess() {
    agreeOnAChain();
    node.scheduler.beginFiring();
    node.scheduler.runHere(UP, "here");
    node.body.set((actor, version, fence, parameters) -> result(ExecutionStatus.FAILED));
    node.scheduler.control().fire(UP, Map.of(), false);
    await().atMost(SOON).until(() -> node.statuses("up").contains(ExecutionStatus.FAILED));
    node.body.set((actor, version, fence, parameters) -> result(ExecutionStatus.SKIPPED));
    node.scheduler.control().fire(UP, Map.of(), false);
    await().atMost(SOON).until(() -> node.statuses("up").contains(ExecutionStatus.SKIPPED));

    awaitQuiet("up", 3);
    assertThat(node.executions("down")).isEmpty();
  }

  @Test
  void aChainedFireOfAPausedActorIsSkippedWithItsRow() {
    agreeOnAChain();
    node.scheduler.control().pause(new ActorName("down"), "", "ann");
    node.scheduler.beginFiring();

    node.scheduler.control().fire(UP, Map.of(), false);

    awaitQuiet("down", 1);
    assertThat(node.executions("down").get(0).errorCode()).contains("paused");
  }

  @Test
  void aNodeThatDiedRightAfterTheEndOfTheCauseLosesNoChainedFire() {
    agreeOnAChain();
    ended(true);

    node.scheduler.beginFiring();

    awaitQuiet("down", 1);
    assertThat(node.pending.listUnchained(50)).isEmpty();
  }

  @Test
  void aNodeThatDiedAfterTheChainedFireHadRunDoesNotRunItAgain() {
    agreeOnAChain();
    ended(true);
    node.scheduler.beginFiring();
    awaitQuiet("down", 1);

    database.execute(
        "UPDATE actor_server_executions SET chain_pending = true WHERE actor_name = 'up'");

    await().atMost(SOON).until(() -> node.notRun.contains("finished"));
    assertThat(node.executions("down")).hasSize(1);
  }

  @Test
  void twoNodesThatStoreTheSameChainedFireRunItOnce() {
    agreeOnAChain();
    ended(true);
    try (TestNode other = new TestNode(database)) {
      other.agreed.set(node.agreed.get());
      node.scheduler.beginFiring();
      other.scheduler.beginFiring();

      awaitQuiet("down", 1);
    }
  }

  @Test
  void anActorFiresOncePerStartOfTheCluster() {
    ActorDefinition greeter = onStart();
    node.agree("v1", greeter);
    clusterStarts("2026-01-05T09:00:00Z");
    try (TestNode other = new TestNode(database)) {
      other.agreed.set(node.agreed.get());
      node.scheduler.beginFiring();
      other.scheduler.beginFiring();
      awaitQuiet("greeter", 1);
      clusterStarts("2026-01-06T09:00:00Z");
      awaitQuiet("greeter", 2);
    }

    assertThat(node.executions("greeter"))
        .extracting(run -> run.fire().kind())
        .containsOnly(Kind.STARTUP);
    assertThat(node.executions("greeter").get(0).fire().scheduledFor())
        .isEqualTo(Instant.parse("2026-01-05T09:00:00Z"));
  }

  @Test
  void anActorAppliedLaterWaitsForTheNextStart() {
    node.agree("v1", actor("up", manual()));
    clusterStarts("2026-01-05T09:00:00Z");
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.pending.findOpenStart().isEmpty());

    node.agree("v2", onStart());

    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .until(() -> node.executions("greeter").isEmpty());
  }

  @Test
  void noMoreRunsOfAGroupThanItHasRoomForInTheWholeCluster() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ActorDefinition[] actors = new ActorDefinition[5];
    for (int i = 0; i < actors.length; i++) {
      actors[i] = actor("actor-" + i, manual(), inGroup("llm"));
    }
    try (TestNode other = new TestNode(database)) {
      agreeWithRoomFor(2, actors);
      other.agreed.set(node.agreed.get());
      IntSupplier waits = () -> node.waits.get() + other.waits.get();
      FireBody count =
          (actor, version, fence, parameters) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            // Until another one has asked for room, so that they do meet.
            await().atMost(SOON).until(() -> waits.getAsInt() > 0);
            now.decrementAndGet();
            return succeeded();
          };
      node.body.set(count);
      other.body.set(count);
      node.scheduler.beginFiring();
      other.scheduler.beginFiring();

      for (ActorDefinition actor : actors) {
        node.scheduler.control().fire(actor.name(), Map.of(), false);
      }

      await()
          .atMost(SOON)
          .until(
              () ->
                  database.number(
                          "SELECT count(*) FROM actor_server_executions"
                              + " WHERE status = 'succeeded' AND attempt = 1")
                      == 5);
    }
    assertThat(most).hasValueLessThanOrEqualTo(2);
    assertThat(node.pending.listWaiting()).isEmpty();
  }

  @Test
  void aScheduleWaitsOnceForRoomAndGoesOnFiring() {
    agreeWithRoomFor(1, actor("poster", every(Duration.ofSeconds(1)), inGroup("llm")));
    occupy();
    node.scheduler.beginFiring();
    await()
        .atMost(SOON)
        .until(
            () ->
                node.executions("poster").stream()
                        .filter(run -> run.errorCode().equals(Optional.of("overlap")))
                        .count()
                    >= 2);
    assertThat(node.pending.listWaiting()).as("one waits, the others overlap with it").hasSize(1);
    Instant first = node.pending.listWaiting().get(0).fire().scheduledFor();

    database.execute("DELETE FROM actor_server_executions WHERE actor_name = 'other'");

    await().atMost(SOON).until(() -> succeededTimes("poster").contains(first));
    await().atMost(SOON).until(() -> succeededTimes("poster").size() >= 3);
  }

  @Test
  void aCallInTheProcessDoesNotWaitForRoom() {
    agreeWithRoomFor(1, actor("poster", manual(), inGroup("llm")));
    occupy();

    node.scheduler.runHere(new ActorName("poster"), "here");

    assertThat(node.statuses("poster")).containsExactly(ExecutionStatus.SKIPPED);
    assertThat(node.executions("poster").get(0).errorCode()).contains("group_full");
    assertThat(node.pending.listWaiting()).isEmpty();
  }

  @Test
  void aWaitingFireWhoseTriggerIsLostIsFoundAgain() {
    agreeWithRoomFor(1, actor("poster", every(Duration.ofHours(1)), inGroup("llm")));
    occupy();
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.pending.listWaiting().size() == 1);
    node.close();
    database.execute(
        "DELETE FROM qrtz_simple_triggers WHERE trigger_group = 'waiting'",
        "DELETE FROM qrtz_triggers WHERE trigger_group = 'waiting'",
        "DELETE FROM actor_server_executions WHERE actor_name = 'other'",
        "UPDATE fire_waits SET seen_at = seen_at - interval '2 minutes'");

    TestNode next = new TestNode(database);
    next.agreed.set(node.agreed.get());
    node = next;
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> succeededTimes("poster").size() == 1);
    assertThat(node.pending.listWaiting()).isEmpty();
  }

  @Test
  void aFireThatWasHandedOverUnseenKeepsItsPolicies() throws SchedulerException {
    MisfirePolicy two = new MisfirePolicy.CatchUp(Duration.ofSeconds(1), 2);
    node.agree(
        "v1",
        actor(
            "poster",
            every(Duration.ofHours(1), false, Jitter.NONE),
            TestNode.firing(two, OverlapPolicy.SKIP)));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant due = now.minus(Duration.ofMinutes(210));
    Fire moved =
        new Fire(
            new FireIdentity(new ActorName("poster"), now, Kind.SCHEDULE, ""),
            false,
            false,
            Map.of(),
            Origin.SCHEDULE);
    Scheduler draining =
        QuartzSchedulers.standby(
            new SchedulerSettings("draining", 1, SOON, SOON, Map.of()), database.dataSource());

    new Takeovers(draining, Clock.systemUTC(), new Patience()).handOver(moved, due, Duration.ZERO);
    draining.shutdown();
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> succeededTimes("poster").size() == 2);
    assertThat(succeededTimes("poster"))
        .containsExactly(due.plus(Duration.ofHours(2)), due.plus(Duration.ofHours(3)));
    assertThat(node.statuses("poster")).hasSize(3).contains(ExecutionStatus.MISSED);
  }

  @Test
  void aHandOverWaitsForTheDatabase() throws Exception {
    node.agree("v1", actor("poster", manual()));
    SwitchableDataSource pool = new SwitchableDataSource(database.dataSource());
    Scheduler draining =
        QuartzSchedulers.standby(new SchedulerSettings("draining", 1, SOON, SOON, Map.of()), pool);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Fire fire =
        new Fire(
            new FireIdentity(new ActorName("poster"), now, Kind.CHAINED, "1"),
            false,
            false,
            Map.of("topic", "cats"),
            Origin.STORED);
    Takeovers takeovers = new Takeovers(draining, Clock.systemUTC(), new Patience());

    pool.away = true;
    Thread stopping = new Thread(() -> takeovers.handOver(fire, now, Duration.ZERO));
    stopping.start();
    await().atMost(SOON).until(() -> pool.refused.get() >= 2);
    pool.away = false;
    stopping.join(SOON.toMillis());
    draining.shutdown();

    assertThat(database.number("SELECT count(*) FROM qrtz_triggers")).isEqualTo(1);
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> succeededTimes("poster").size() == 1);
  }

  @Test
  void aFireOfAnActorWithoutAJobIsNotHandedOverForEver() throws SchedulerException {
    Scheduler draining =
        QuartzSchedulers.standby(
            new SchedulerSettings("draining", 1, SOON, SOON, Map.of()), database.dataSource());
    Instant now = Instant.now();
    Fire fire =
        new Fire(
            new FireIdentity(new ActorName("gone"), now, Kind.CHAINED, "1"),
            false,
            false,
            Map.of(),
            Origin.STORED);

    assertThatThrownBy(
            () ->
                new Takeovers(draining, Clock.systemUTC(), new Patience())
                    .handOver(fire, now, Duration.ZERO))
        .isInstanceOf(SchedulingException.class)
        .hasMessageContaining("gone");
    draining.shutdown();
  }

  private void agreeOnAChain() {
    node.agree("v1", actor("up", manual()), actor("down", manual(), after("up")));
  }

  private void agreeWithRoomFor(int runs, ActorDefinition... actors) {
    node.agreed.set(new ActorCatalog.Snapshot("v1", List.of(actors), 0, true, Map.of("llm", runs)));
    node.scheduler.reconcile();
  }

  /** A run of another node in the same group. */
  private void occupy() {
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, lease_until, concurrency_group) VALUES ('other', 'other', 'manual',"
            + " now(), 'r', 'running', 'far', now() + interval '1 hour', 'llm')");
  }

  private void ended(boolean causes) {
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, completed_at, chain_pending) VALUES ('up', 'up', 'manual', now(), 'r',"
            + " 'succeeded', 'dead', now(), "
            + causes
            + ")");
  }

  private void clusterStarts(String at) {
    database.execute(
        "DELETE FROM cluster_start",
        "INSERT INTO cluster_start (started_at, started_by) VALUES ('" + at + "', 'test')");
  }

  private static ActorDefinition onStart() {
    return actor(
        "greeter",
        manual(),
        new FiringPolicy(
            new MisfirePolicy.FireOnce(),
            OverlapPolicy.SKIP,
            Optional.empty(),
            true,
            List.of(),
            FireBounds.NONE));
  }

  private List<Instant> succeededTimes(String actor) {
    return node.executions(actor).stream()
        .filter(run -> run.status() == ExecutionStatus.SUCCEEDED)
        .map(run -> run.fire().scheduledFor())
        .toList();
  }

  /** An actor has this many executions, and nothing is on its way any more. */
  private void awaitQuiet(String actor, int executions) {
    await().atMost(SOON).until(() -> node.executions(actor).size() == executions);
    await().atMost(SOON).until(() -> database.number("SELECT count(*) FROM qrtz_triggers") == 0);
    assertThat(node.executions(actor)).hasSize(executions);
  }
}
