package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.firing;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirePoliciesDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);

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
  void skipLeavesALateFireAsMissedAndDoesNotRunIt() {
    Instant due = hourlyMissed(new MisfirePolicy.Skip(Duration.ofMinutes(1)), 5.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.MISSED));
    awaitQuiet();
    assertThat(node.statuses("poster")).containsExactly(ExecutionStatus.MISSED);
    assertThat(times(ExecutionStatus.MISSED)).containsExactly(due);
    assertThat(node.misfires).containsExactly("skip");
  }

  @Test
  void aOneTimeFireThatCameTooLateIsNotBroughtBackByTheReconciler() {
    Instant at = Instant.now().plusSeconds(1);
    node.agree(
        "v1",
        actor(
            "poster",
            new ActorSchedule.Once(at, "once"),
            firing(new MisfirePolicy.Skip(Duration.ZERO), OverlapPolicy.SKIP)));
    await().atMost(SOON).until(() -> Instant.now().isAfter(at.plusMillis(1_500)));

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.MISSED));
    await().atMost(SOON).until(() -> database.number("SELECT count(*) FROM qrtz_triggers") == 0);
    node.scheduler.reconcile();
    assertThat(database.number("SELECT count(*) FROM qrtz_triggers")).isZero();
    assertThat(node.statuses("poster")).containsExactly(ExecutionStatus.MISSED);
  }

  @Test
  void skipRunsTheNewestTimeThatIsWithinItsGrace() {
    Instant due = hourlyMissed(new MisfirePolicy.Skip(Duration.ofMinutes(45)), 5.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> !times(ExecutionStatus.SUCCEEDED).isEmpty());
    assertThat(times(ExecutionStatus.MISSED)).containsExactly(due);
    assertThat(times(ExecutionStatus.SUCCEEDED)).containsExactly(due.plus(HOUR.multipliedBy(5)));
  }

  @Test
  void skipRunsAFireWithinItsGraceUnderItsOwnTime() {
    Instant due = hourlyMissed(new MisfirePolicy.Skip(Duration.ofHours(1)), 0.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> !times(ExecutionStatus.SUCCEEDED).isEmpty());
    assertThat(times(ExecutionStatus.SUCCEEDED)).containsExactly(due);
    assertThat(node.misfires).isEmpty();
  }

  @Test
  void fireOnceMakesUpForEverythingWithOneRun() {
    Instant due = hourlyMissed(new MisfirePolicy.FireOnce(), 5.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> !times(ExecutionStatus.SUCCEEDED).isEmpty());
    awaitQuiet();
    assertThat(times(ExecutionStatus.MISSED)).containsExactly(due);
    assertThat(times(ExecutionStatus.SUCCEEDED)).hasSize(1);
    assertThat(node.misfires).containsExactly("fire_once");
  }

  @Test
  void catchUpMakesUpTheNewestOnesOldestFirstAndSpaced() {
    Instant due = hourlyMissed(new MisfirePolicy.CatchUp(Duration.ofSeconds(1), 3), 5.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> times(ExecutionStatus.SUCCEEDED).size() == 3);
    awaitQuiet();
    assertThat(times(ExecutionStatus.SUCCEEDED))
        .containsExactly(
            due.plus(HOUR.multipliedBy(3)),
            due.plus(HOUR.multipliedBy(4)),
            due.plus(HOUR.multipliedBy(5)));
    assertThat(times(ExecutionStatus.MISSED)).as("one row for the rest").containsExactly(due);
    assertThat(node.misfires).containsExactly("catch_up");
    List<Execution> runs = node.executions("poster");
    assertThat(
            Duration.between(
                runs.get(runs.size() - 2).startedAt(), runs.get(runs.size() - 1).startedAt()))
        .isGreaterThan(Duration.ofMillis(700));
  }

  @Test
  void aCatchUpThatDiedWhileStoringItsTriggersIsContinuedByTheRecovery() {
    Instant due = hourlyMissed(new MisfirePolicy.CatchUp(Duration.ofSeconds(1), 10), 3.5);
    // The dead node had fired the moved trigger, run one of three times, and stored nothing else.
    long movedAt = System.currentTimeMillis();
    database.execute(
        "UPDATE qrtz_triggers SET trigger_state = 'BLOCKED', prev_fire_time = "
            + movedAt
            + ", next_fire_time = "
            + (movedAt + HOUR.toMillis())
            + ", job_data = convert_to(E'kind=schedule\\nmissed_from="
            + due.toEpochMilli()
            + "\\nmissed_moved_at="
            + movedAt
            + "\\n', 'UTF8')");
    database.execute(
        "INSERT INTO qrtz_scheduler_state VALUES ('botticelli', 'dead', 1, 1000)",
        "INSERT INTO qrtz_fired_triggers VALUES ('botticelli', 'dead1', 'poster', 'schedule', 'dead',"
            + movedAt
            + ", "
            + movedAt
            + ", 5, 'EXECUTING', 'poster', 'actors', true, true)",
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, completed_at) VALUES ('poster', 'poster', 'schedule', '"
            + due.plus(HOUR)
            + "', '', 'succeeded', 'dead', now())");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> times(ExecutionStatus.SUCCEEDED).size() == 3);
    awaitQuiet();
    assertThat(times(ExecutionStatus.SUCCEEDED))
        .as("what had run is not run again, the rest is")
        .containsExactlyInAnyOrder(
            due.plus(HOUR), due.plus(HOUR.multipliedBy(2)), due.plus(HOUR.multipliedBy(3)));
    assertThat(node.executions("poster")).as("nothing at the moved time").hasSize(3);
  }

  @Test
  void aDatabaseThatIsAwayWhileMissedFiresAreStoredLosesNone() {
    node.close();
    AtomicInteger refused = new AtomicInteger();
    BooleanSupplier firstCallOfAWorker =
        () ->
            Thread.currentThread().getName().startsWith("actor-") && refused.incrementAndGet() == 1;
    node =
        new TestNode(database, new SwitchableDataSource(database.dataSource(), firstCallOfAWorker));
    Instant due = hourlyMissed(new MisfirePolicy.CatchUp(Duration.ofSeconds(1), 3), 2.5);

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> times(ExecutionStatus.SUCCEEDED).size() == 3);
    assertThat(refused).as("the failure happened").hasValueGreaterThan(1);
    assertThat(times(ExecutionStatus.SUCCEEDED))
        .containsExactlyInAnyOrder(due, due.plus(HOUR), due.plus(HOUR.multipliedBy(2)));
  }

  @Test
  void whatCameDueDuringARunIsDroppedHoweverManyTheyAre() {
    List<Execution> runs = runLongerThanItsPeriod(OverlapPolicy.SKIP);

    Execution first = runs.get(0);
    assertThat(runs)
        .filteredOn(run -> isDuring(run, first))
        .hasSizeGreaterThanOrEqualTo(6)
        .allMatch(run -> run.errorCode().equals(Optional.of("overlap")));
  }

  @Test
  void oneOfThoseThatCameDueDuringARunFollowsItAndTheOthersAreDropped() {
    List<Execution> runs = runLongerThanItsPeriod(OverlapPolicy.QUEUE_ONE);

    Execution first = runs.get(0);
    List<Execution> during = runs.stream().filter(run -> isDuring(run, first)).toList();
    assertThat(during).hasSizeGreaterThanOrEqualTo(6);
    assertThat(during.get(0).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(during.subList(1, during.size()))
        .allMatch(run -> run.errorCode().equals(Optional.of("overlap")));
  }

  /** Returns what became of everything once a second fire is in time again, in order of time. */
  private List<Execution> runLongerThanItsPeriod(OverlapPolicy overlap) {
    node.close();
    node = new TestNode(database, Map.of("org.quartz.jobStore.misfireThreshold", "60000"));
    CountDownLatch mayEnd = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          await().atMost(SOON).until(() -> mayEnd.getCount() == 0);
          return succeeded();
        });
    node.agree(
        "v1",
        actor(
            "poster",
            every(Duration.ofSeconds(1)),
            firing(new MisfirePolicy.Skip(Duration.ofHours(1)), overlap)));
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.executions("poster").size() == 1);
    Instant start = node.executions("poster").get(0).startedAt();
    await().atMost(SOON).until(() -> Instant.now().isAfter(start.plusMillis(7_300)));
    mayEnd.countDown();
    await()
        .atMost(SOON)
        .until(
            () ->
                sorted().stream()
                    .anyMatch(
                        run ->
                            run.status() == ExecutionStatus.SUCCEEDED
                                && run.fire().scheduledFor().isAfter(start.plusMillis(7_500))));
    return sorted();
  }

  private List<Execution> sorted() {
    return node.executions("poster").stream()
        .sorted(Comparator.comparing(run -> run.fire().scheduledFor()))
        .toList();
  }

  private static boolean isDuring(Execution run, Execution first) {
    return run.fire().scheduledFor().isAfter(first.startedAt())
        && run.fire().scheduledFor().isBefore(first.completedAt().orElseThrow());
  }

  /** Schedules an hourly actor whose trigger has been due for a number of hours. */
  private Instant hourlyMissed(MisfirePolicy policy, double hours) {
    ActorDefinition hourly =
        actor("poster", every(HOUR, false, Jitter.NONE), firing(policy, OverlapPolicy.SKIP));
    node.agree("v1", hourly);
    long due = System.currentTimeMillis() - (long) (hours * HOUR.toMillis());
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time = "
            + due
            + ", start_time = "
            + (due - 2 * HOUR.toMillis())
            + ", prev_fire_time = "
            + (due - HOUR.toMillis()));
    return Instant.ofEpochMilli(due);
  }

  private void awaitQuiet() {
    await()
        .atMost(SOON)
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM qrtz_triggers WHERE trigger_group <> 'schedule'")
                    == 0);
  }

  private List<Instant> times(ExecutionStatus status) {
    return node.executions("poster").stream()
        .filter(run -> run.status() == status)
        .map(run -> run.fire().scheduledFor())
        .toList();
  }
}
