package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.result;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ClusterSchedulerDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);

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
  void firesAnIntervalActorAtOnceAndThenEveryPeriod() {
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1))));

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.executions("poster").size() >= 3);
    List<Execution> runs = node.executions("poster");
    assertThat(runs.get(0).fire().kind()).isEqualTo(Kind.SCHEDULE);
    assertThat(Duration.between(scheduled(runs.get(0)), scheduled(runs.get(1))))
        .isEqualTo(Duration.ofSeconds(1));
    await().atMost(SOON).until(() -> state("poster").lastRun().isPresent());
  }

  @Test
  void reconcilingTwiceChangesNothing() {
    ActorDefinition[] actors = {
      actor("interval", every(Duration.ofHours(1), false, Jitter.NONE)),
      actor("jittered", every(Duration.ofHours(1), false, new Jitter(20, Duration.ZERO))),
      actor("cron", cron("0 0 9 * * ?", "0 0 17 ? * MON")),
      actor("once", new ActorSchedule.Once(Instant.now().plusSeconds(3600), "once")),
      actor("startup", new ActorSchedule.Immediate("immediate")),
      actor("manual", manual())
    };
    node.agree("v1", actors);
    String before = schedule();

    assertThat(node.scheduler.reconcile()).isEmpty();
    try (TestNode other = new TestNode(database)) {
      other.agreed.set(node.agreed.get());
      assertThat(other.scheduler.reconcile()).as("another node").isEmpty();
    }

    assertThat(schedule()).isEqualTo(before);
  }

  @Test
  void changesOnlyTheActorsThatChanged() {
    ActorDefinition kept = actor("kept", every(Duration.ofHours(1), false, Jitter.NONE));
    node.agree(
        "v1",
        kept,
        actor("edited", every(Duration.ofHours(2), false, Jitter.NONE)),
        actor("gone", cron("0 0 9 * * ?")));
    String keptBefore = nextFire("kept");

    node.agreed.set(
        new ActorCatalog.Snapshot("v2", List.of(kept, actor("edited", cron("0 0 9 * * ?")))));

    assertThat(node.scheduler.reconcile())
        .containsExactlyInAnyOrder(new ActorName("edited"), new ActorName("gone"));
    assertThat(nextFire("kept")).isEqualTo(keptBefore);
    assertThat(database.number("SELECT count(*) FROM qrtz_job_details")).isEqualTo(2);
    assertThat(database.number("SELECT count(*) FROM qrtz_cron_triggers")).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM qrtz_simple_triggers")).isEqualTo(1);
    assertThat(state("gone").enabled()).isFalse();
  }

  @Test
  void editingAPausedActorDoesNotUnpauseIt() {
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1))));
    node.scheduler.control().pause(new ActorName("poster"), "holiday", "ann");

    node.agree("v2", actor("poster", every(Duration.ofSeconds(2))));

    assertThat(node.triggerState("poster")).isEqualTo("PAUSED");
    assertThat(state("poster").pausedBy()).contains("ann");
  }

  @Test
  void bringsBackATriggerSomebodyDeleted() {
    node.agree("v1", actor("poster", every(Duration.ofHours(1), false, Jitter.NONE)));
    database.execute("DELETE FROM qrtz_simple_triggers", "DELETE FROM qrtz_triggers");

    assertThat(node.scheduler.reconcile()).containsExactly(new ActorName("poster"));

    assertThat(node.triggerState("poster")).isEqualTo("WAITING");
  }

  @Test
  void whateverWasMissedFiresOnceAndIsRecorded() {
    node.agree("v1", actor("poster", every(Duration.ofHours(1), false, Jitter.NONE)));
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time = next_fire_time - 10 * 3600 * 1000,"
            + " prev_fire_time = next_fire_time - 11 * 3600 * 1000");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.MISSED));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(SOON)
        .until(
            () ->
                node.statuses("poster").stream()
                        .filter(status -> status == ExecutionStatus.SUCCEEDED)
                        .count()
                    == 1);
  }

  @Test
  void aFireThatCameDueDuringARunIsDropped() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          await().atMost(SOON).until(() -> mayEnd.getCount() == 0);
          return succeeded();
        });
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1))));
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> running.getCount() == 0);
    await()
        .atMost(SOON)
        .until(
            () ->
                Long.parseLong(nextFire("poster")) < System.currentTimeMillis() - 200
                    && node.triggerState("poster").equals("BLOCKED"));

    mayEnd.countDown();

    await().atMost(SOON).until(() -> node.notRun.contains("overlap"));
    assertThat(node.executions("poster"))
        .filteredOn(run -> run.errorCode().equals(Optional.of("overlap")))
        .isNotEmpty();
  }

  @Test
  void aPauseByPlainSqlIsNoticed() {
    node.agree("v1", actor("poster", every(Duration.ofHours(1), false, Jitter.NONE)));
    node.scheduler.beginFiring();

    database.execute("UPDATE actor_server_state SET is_paused = true");
    await().atMost(SOON).until(() -> node.triggerState("poster").equals("PAUSED"));
    await().atMost(SOON).until(() -> state("poster").nextRun().isEmpty());
    database.execute("UPDATE actor_server_state SET is_paused = false");

    await().atMost(SOON).until(() -> node.triggerState("poster").equals("WAITING"));
    await().atMost(SOON).until(() -> state("poster").nextRun().isPresent());
  }

  @Test
  void aPausedActorDoesNotRunEvenWhenItsTriggerFires() {
    node.agree("v1", actor("poster", manual()));
    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    database.execute("UPDATE actor_server_state SET is_paused = true");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> !node.executions("poster").isEmpty());
    await()
        .atMost(SOON)
        .until(() -> node.statuses("poster").equals(List.of(ExecutionStatus.SKIPPED)));
    assertThat(node.executions("poster").get(0).errorCode()).contains("paused");
  }

  @Test
  void aManualFireCarriesParametersAndReceipt() {
    AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
    node.body.set(
        (actor, version, fence, parameters) -> {
          seen.set(parameters);
          return succeeded();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();

    String receipt =
        node.scheduler.control().fire(new ActorName("poster"), Map.of("topic", "cats"), false);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    assertThat(seen.get()).containsExactly(Map.entry("topic", "cats"));
    assertThat(node.executions("poster").get(0).fire().receipt()).isEqualTo(receipt);
    assertThat(node.executions("poster").get(0).fire().kind()).isEqualTo(Kind.MANUAL);
  }

  @Test
  void firingAPausedActorNeedsForce() {
    node.agree("v1", actor("poster", manual()));
    ActorName poster = new ActorName("poster");
    node.scheduler.control().pause(poster, "holiday", "ann");
    node.scheduler.beginFiring();

    assertThatThrownBy(() -> node.scheduler.control().fire(poster, Map.of(), false))
        .isInstanceOf(SchedulingException.class)
        .hasMessageContaining("holiday");
    node.scheduler.control().fire(poster, Map.of(), true);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void anUnknownActorCannotBeFired() {
    assertThatThrownBy(
            () -> node.scheduler.control().fire(new ActorName("nobody"), Map.of(), false))
        .isInstanceOfSatisfying(
            SchedulingException.class, e -> assertThat(e.code()).isEqualTo("actor_not_found"));
  }

  @Test
  void theBreakerOpensAfterFailuresInARowAndKeepsTheActorFromRunning() {
    AtomicInteger runs = new AtomicInteger();
    node.body.set(
        (actor, version, fence, parameters) -> {
          runs.incrementAndGet();
          return result(ExecutionStatus.FAILED);
        });
    BreakerPolicy twice = new BreakerPolicy(true, 2, true, true, Duration.ofHours(1), 1);
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1)), twice, ExecutionPolicy.DEFAULT));

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.notRun.contains("circuit_open"));
    assertThat(runs).hasValue(2);
    assertThat(node.trips).hasValue(1);
    assertThat(state("poster").breakerState()).isEqualTo("open");
  }

  @Test
  void resumingClosesTheBreaker() {
    node.body.set((actor, version, fence, parameters) -> result(ExecutionStatus.FAILED));
    BreakerPolicy once = new BreakerPolicy(true, 1, true, true, Duration.ZERO, 1);
    node.agree("v1", actor("poster", manual(), once, ExecutionPolicy.DEFAULT));
    ActorName poster = new ActorName("poster");
    node.scheduler.beginFiring();
    node.scheduler.control().fire(poster, Map.of(), false);
    await().atMost(SOON).until(() -> state("poster").breakerState().equals("open"));
    assertThatThrownBy(() -> node.scheduler.control().fire(poster, Map.of(), false))
        .hasMessageContaining("breaker OPEN");

    node.scheduler.control().resume(poster, "ann");
    node.body.set((actor, version, fence, parameters) -> succeeded());
    node.scheduler.control().fire(poster, Map.of(), false);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void aRunThatThrowsEndsAsFailed() {
    node.body.set(
        (actor, version, fence, parameters) -> {
          throw new IllegalStateException("bug");
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();

    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.FAILED));
    assertThat(node.executions("poster").get(0).errorCode()).contains("internal_error");
  }

  @Test
  void aRunThatTakesTooLongIsInterruptedAndFails() {
    node.body.set((actor, version, fence, parameters) -> untilInterrupted());
    ExecutionPolicy short_ =
        new ExecutionPolicy(true, true, 0, Duration.ofSeconds(1), Duration.ofMillis(500), false, 1);
    node.agree("v1", actor("poster", manual(), BreakerPolicy.DEFAULT, short_));
    node.scheduler.beginFiring();

    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.FAILED));
    assertThat(node.executions("poster").get(0).errorCode()).contains("run_timeout");
  }

  @Test
  void aCancelledRunEndsAsCancelledAndIsNeutralForTheBreaker() {
    CountDownLatch running = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          return untilInterrupted();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();
    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);

    assertThat(node.scheduler.cancel(node.fenceOf("poster").executionId())).isTrue();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.CANCELLED));
    assertThat(state("poster").consecutiveFailures()).isZero();
  }

  @Test
  void anExpiredExecutionIsTakenOverUnderItsOwnIdentity() {
    node.agree("v1", actor("poster", manual()));
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, lease_until, parameters) VALUES ('poster', 'poster', 'schedule',"
            + " '2026-01-05T09:00:00Z', '', 'running', 'dead', now() - interval '1 minute',"
            + " '{\"topic\":\"cats\"}')");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    assertThat(node.executions("poster")).as("one row for one fire").hasSize(1);
    Execution run = node.executions("poster").get(0);
    assertThat(run.attempt()).isEqualTo(2);
    assertThat(run.epoch()).isEqualTo(2);
    assertThat(scheduled(run)).isEqualTo(Instant.parse("2026-01-05T09:00:00Z"));
  }

  @Test
  void anExpiredExecutionOfAnActorThatIsGoneIsAbandoned() {
    node.agree("v1");
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, lease_until) VALUES ('gone', 'gone', 'schedule', now(), '', 'running',"
            + " 'dead', now() - interval '1 minute')");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("gone").contains(ExecutionStatus.ABANDONED));
  }

  @Test
  void anExecutionThatKeepsLosingItsOwnerIsAbandoned() {
    node.agree("v1", actor("poster", manual()));
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, lease_until, attempt, epoch) VALUES ('poster', 'poster', 'schedule',"
            + " now(), '', 'running', 'dead', now() - interval '1 minute', 5, 5)");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.ABANDONED));
  }

  @Test
  void anOwnerThatWasTakenOverWritesNothing() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          await().atMost(SOON).until(() -> taken.getCount() == 0);
          if (fence.epoch() == 1) {
            throw new StaleExecutionException(fence.executionId(), fence.epoch());
          }
          return succeeded();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();
    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);
    database.execute(
        "UPDATE actor_server_executions SET epoch = 7, node = 'other',"
            + " lease_until = now() + interval '1 hour'");

    taken.countDown();

    await().atMost(SOON).until(() -> node.abandoned.get() == 1);
    assertThat(node.statuses("poster")).containsExactly(ExecutionStatus.RUNNING);
    assertThat(state("poster").lastRun()).isEmpty();
  }

  @Test
  void aShiftedScheduleStoresItsNextTimeWhileItRuns() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          await().atMost(SOON).until(() -> mayEnd.getCount() == 0);
          return succeeded();
        });
    node.agree(
        "v1", actor("poster", every(Duration.ofHours(1), true, new Jitter(50, Duration.ZERO))));
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> running.getCount() == 0);

    long next = Long.parseLong(nextFire("poster"));
    mayEnd.countDown();

    assertThat(Instant.ofEpochMilli(next))
        .as("durable before the run ends")
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(29)), Instant.now().plus(Duration.ofMinutes(91)));
    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    await().atMost(SOON).until(() -> "WAITING".equals(node.triggerState("poster")));
    assertThat(Long.parseLong(nextFire("poster"))).isEqualTo(next);
  }

  @Test
  void anImmediateActorFiresOncePerDefinition() {
    ActorDefinition starter = actor("starter", new ActorSchedule.Immediate("immediate"));
    node.agree("v1", starter);
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.statuses("starter").contains(ExecutionStatus.SUCCEEDED));

    node.agree("v1", starter);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .until(() -> node.executions("starter").size() == 1);
    node.agree("v2", starter);

    await().atMost(SOON).until(() -> node.executions("starter").size() == 2);
    assertThat(node.executions("starter").get(0).fire().kind()).isEqualTo(Kind.STARTUP);
  }

  @Test
  void aOneTimeActorFiresOnceEvenWhenItsTimeHasPassed() {
    ActorDefinition once =
        actor("once", new ActorSchedule.Once(Instant.parse("2020-01-01T00:00:00Z"), "once"));
    node.agree("v1", once);
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.statuses("once").contains(ExecutionStatus.SUCCEEDED));

    node.agree("v2", once);

    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .until(() -> node.executions("once").size() == 1);
  }

  @Test
  void aJobOfAnotherClassIsNeverInstantiated() {
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1))));
    database.execute(
        "UPDATE qrtz_job_details SET job_class_name = '" + ForeignJob.class.getName() + "'");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> "ERROR".equals(node.triggerState("poster")));
    assertThat(ForeignJob.INSTANCES).hasValue(0);
  }

  @Test
  void aListenerThatThrowsCannotStopAJob() {
    node.listenerThrows = true;
    node.agree("v1", actor("poster", every(Duration.ofSeconds(1))));

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.executions("poster").size() >= 3);
    assertThat(node.statuses("poster")).contains(ExecutionStatus.SUCCEEDED);
    assertThat(node.listenerFailures.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aFireRecoveredByQuartzKeepsItsIdentityAndTakesOverAtOnce() {
    node.agree("v1", actor("poster", every(Duration.ofHours(1), false, Jitter.NONE)));
    long scheduled = Instant.parse("2026-01-05T09:00:00Z").toEpochMilli();
    database.execute(
        "INSERT INTO qrtz_scheduler_state VALUES ('botticelli', 'dead', 1, 1000)",
        "INSERT INTO qrtz_fired_triggers VALUES ('botticelli', 'dead1', 'poster', 'schedule', 'dead',"
            + scheduled
            + ", "
            + scheduled
            + ", 5, 'EXECUTING', 'poster', 'actors', true, true)",
        "UPDATE qrtz_triggers SET trigger_state = 'BLOCKED'",
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, lease_until) VALUES ('poster', 'poster', 'schedule',"
            + " '2026-01-05T09:00:00Z', '', 'running', 'dead', now() + interval '1 hour')");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    assertThat(node.executions("poster")).as("the same fire, the same row").hasSize(1);
    assertThat(node.executions("poster").get(0).attempt()).isEqualTo(2);
    await().atMost(SOON).until(() -> node.triggerState("poster").equals("WAITING"));
  }

  @Test
  void twoNodesShareTheWorkAndRunEachFireOnce() {
    AtomicInteger runs = new AtomicInteger();
    ActorDefinition[] actors = new ActorDefinition[6];
    for (int i = 0; i < actors.length; i++) {
      actors[i] = actor("actor-" + i, every(Duration.ofSeconds(1)));
    }
    FireBody count =
        (actor, version, fence, parameters) -> {
          runs.incrementAndGet();
          return succeeded();
        };
    try (TestNode other = new TestNode(database)) {
      node.body.set(count);
      other.body.set(count);
      node.agree("v1", actors);
      other.agree("v1", actors);

      node.scheduler.beginFiring();
      other.scheduler.beginFiring();

      await().atMost(SOON).until(() -> runs.get() >= 40);
    }
    node.scheduler.stop(Duration.ofSeconds(5));
    assertThat(
            database.number(
                "SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'"))
        .as("each run is one row of its own")
        .isEqualTo(runs.get());
    assertThat(database.number("SELECT count(*) FROM actor_server_executions WHERE attempt > 1"))
        .isZero();
  }

  @Test
  void theEndOfARunIsWrittenWhenTheDatabaseIsBack() {
    CountDownLatch ended = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          node.application.away = true;
          ended.countDown();
          return succeeded();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();
    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    await().atMost(SOON).until(() -> ended.getCount() == 0);
    assertThat(database.value("SELECT status FROM actor_server_executions")).isEqualTo("running");

    node.application.away = false;

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    assertThat(node.executions("poster").get(0).attempt()).as("not run again").isEqualTo(1);
  }

  @Test
  void aFireIsNotLostWhenTheDatabaseIsAwayWhileItStarts() {
    node.agree("v1", actor("poster", every(Duration.ofHours(1), false, Jitter.NONE)));
    node.scheduler.beginFiring();
    node.application.away = true;
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time = extract(epoch FROM now())::bigint * 1000");
    await()
        .atMost(SOON)
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM qrtz_fired_triggers WHERE state = 'EXECUTING'")
                    == 1);

    node.application.away = false;

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void aFireWhoseOpeningIsCommittedWithoutAnAnswerRunsAtOnce() {
    AtomicInteger runs = new AtomicInteger();
    node.body.set(
        (actor, version, fence, parameters) -> {
          runs.incrementAndGet();
          return succeeded();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();
    node.application.loseAnswerOfCommitAfter("INSERT INTO public.actor_server_executions");

    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);

    await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
    assertThat(node.application.hasLostAnswer()).isTrue();
    assertThat(node.executions("poster")).as("I2").hasSize(1);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aFireThatReachesAStoppingNodeIsHandedOver() {
    node.agree("v1", actor("poster", manual()));
    CountDownLatch running = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          return untilInterrupted();
        });
    node.scheduler.beginFiring();
    String first = node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);
    // Waits, BLOCKED, behind the first one.
    String second = node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);

    node.scheduler.stop(Duration.ZERO);

    try (TestNode next = new TestNode(database)) {
      next.agree("v1", actor("poster", manual()));
      next.scheduler.beginFiring();
      await()
          .atMost(SOON)
          .until(
              () ->
                  next.statuses("poster")
                      .equals(List.of(ExecutionStatus.SUCCEEDED, ExecutionStatus.SUCCEEDED)));
      assertThat(next.executions("poster"))
          .extracting(run -> run.fire().receipt())
          .containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void aStoppingNodeHandsItsRunToTheNextOne() {
    CountDownLatch running = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          return untilInterrupted();
        });
    node.agree("v1", actor("poster", manual()));
    node.scheduler.beginFiring();
    node.scheduler.control().fire(new ActorName("poster"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);

    node.scheduler.stop(Duration.ZERO);

    assertThat(node.statuses("poster")).containsExactly(ExecutionStatus.RUNNING);
    assertThat(database.number("SELECT count(*) FROM qrtz_fired_triggers")).isZero();
    assertThat(database.number("SELECT count(*) FROM qrtz_scheduler_state")).isZero();
    try (TestNode next = new TestNode(database)) {
      next.agree("v1", actor("poster", manual()));
      next.scheduler.beginFiring();
      await().atMost(SOON).until(() -> next.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
      assertThat(next.executions("poster").get(0).attempt()).isEqualTo(2);
    }
  }

  private static ExecutionResult untilInterrupted() {
    try {
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
      return succeeded();
    } catch (InterruptedException stop) {
      return result(ExecutionStatus.CANCELLED);
    }
  }

  private static ActorSchedule cron(String... expressions) {
    return new ActorSchedule.Cron(List.of(expressions), ZoneOffset.UTC, Jitter.NONE, "cron");
  }

  private ActorState state(String actor) {
    return node.states.find(new ActorName(actor)).orElseThrow();
  }

  private String schedule() {
    return database.value(
        "SELECT string_agg(job_name || trigger_name || trigger_group || next_fire_time"
            + " || trigger_state || start_time, ',' ORDER BY trigger_name, trigger_group)"
            + " FROM qrtz_triggers");
  }

  private String nextFire(String actor) {
    return database.value(
        "SELECT next_fire_time FROM qrtz_triggers WHERE trigger_group = 'schedule' AND job_name = '"
            + actor
            + "'");
  }

  private static Instant scheduled(Execution execution) {
    return execution.fire().scheduledFor();
  }
}
