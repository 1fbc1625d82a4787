package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.Expired;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Opened;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Vetoed;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcExecutionHistoryDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final AtomicInteger ACTORS = new AtomicInteger();
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00.123Z");

  private final JdbcExecutionHistory history = new JdbcExecutionHistory(DATABASE.transactions());
  private final ActorName actor = new ActorName("actor-" + ACTORS.incrementAndGet());

  @Test
  void opensAFireOnceWhenTwentyThreadsRaceForIt() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(20);
    CyclicBarrier start = new CyclicBarrier(20);

    List<Future<OpenOutcome>> racing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String node = "node-" + i;
      racing.add(
          nodes.submit(
              () -> {
                start.await();
                return history.open(request(node, false, LEASE));
              }));
    }

    List<OpenOutcome> outcomes = new ArrayList<>();
    for (Future<OpenOutcome> one : racing) {
      outcomes.add(one.get(30, TimeUnit.SECONDS));
    }
    nodes.shutdown();
    assertThat(outcomes).as("I2: one owner").filteredOn(Opened.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(Vetoed.class::isInstance)
        .allSatisfy(veto -> assertThat(((Vetoed) veto).reason()).isEqualTo("owned"));
  }

  @Test
  void takesAnExpiredLeaseOverOnceWhenTwentyThreadsRaceForIt() throws Exception {
    history.open(request("dead", false, Duration.ZERO));
    ExecutorService nodes = Executors.newFixedThreadPool(20);
    CyclicBarrier start = new CyclicBarrier(20);

    List<Future<OpenOutcome>> racing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String node = "node-" + i;
      racing.add(
          nodes.submit(
              () -> {
                start.await();
                return history.open(request(node, false, LEASE));
              }));
    }

    List<OpenOutcome> outcomes = new ArrayList<>();
    for (Future<OpenOutcome> one : racing) {
      outcomes.add(one.get(30, TimeUnit.SECONDS));
    }
    nodes.shutdown();
    assertThat(outcomes)
        .filteredOn(Opened.class::isInstance)
        .singleElement()
        .satisfies(
            opened -> {
              assertThat(((Opened) opened).fence().epoch()).isEqualTo(2);
              assertThat(((Opened) opened).attempt()).isEqualTo(2);
            });
  }

  @Test
  void vetoesAFireThatIsFinished() {
    Fence fence = open("a");
    history.close(fence, result(ExecutionStatus.SUCCEEDED));

    OpenOutcome again = history.open(request("b", true, LEASE));

    assertThat(again).isEqualTo(new Vetoed(fence.executionId(), "finished", "a"));
  }

  @Test
  void recoveryTakesOverAtOnceAlthoughTheLeaseLooksAlive() {
    Fence first = open("a");

    OpenOutcome recovered = history.open(request("b", true, LEASE));

    assertThat(recovered)
        .as("I1: Quartz fires a recovery once")
        .isEqualTo(new Opened(new Fence(first.executionId(), 2), 2));
    assertThat(history.extendLease(first, LEASE)).isFalse();
  }

  @Test
  void refusesEverythingFromAStaleFence() {
    Fence stale = open("a");
    Fence owner = ((Opened) history.open(request("b", true, LEASE))).fence();

    assertThatThrownBy(() -> history.close(stale, result(ExecutionStatus.SUCCEEDED)))
        .as("I4")
        .isInstanceOf(StaleExecutionException.class);
    assertThat(history.abandon(stale.executionId(), stale.epoch(), "late")).isFalse();
    history.releaseLease(stale);
    assertThat(history.listExpired(500)).noneMatch(expired -> expired.fence().equals(owner));
    history.close(owner, result(ExecutionStatus.SUCCEEDED));
    assertThat(history.find(owner.executionId()).orElseThrow().status())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(history.extendLease(owner, LEASE)).as("closed").isFalse();
    assertThatThrownBy(() -> history.close(owner, result(ExecutionStatus.FAILED)))
        .isInstanceOf(StaleExecutionException.class);
  }

  @Test
  void aTakeOverWaitsForAnEffectThatHasPassedTheFence() throws Exception {
    Fence fence = open("a");
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    // Threads of our own: the common pool may have just one, and these two wait for each other.
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CompletableFuture<Void> effect =
        CompletableFuture.runAsync(
            () ->
                DATABASE
                    .transactions()
                    .fenced(
                        "effect",
                        fence.executionId(),
                        fence.epoch(),
                        connection -> {
                          inside.countDown();
                          try {
                            finish.await();
                          } catch (InterruptedException interrupted) {
                            Thread.currentThread().interrupt();
                          }
                          return null;
                        }),
            threads);
    inside.await();

    CompletableFuture<OpenOutcome> takeOver =
        CompletableFuture.supplyAsync(() -> history.open(request("b", true, LEASE)), threads);

    Awaitility.await()
        .until(
            () ->
                DATABASE.number(
                        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                            + " WHERE NOT l.granted AND a.datname = current_database()")
                    == 1);
    assertThat(takeOver).isNotDone();
    finish.countDown();
    effect.get(10, TimeUnit.SECONDS);
    assertThat(takeOver.get(10, TimeUnit.SECONDS)).isInstanceOf(Opened.class);
    threads.shutdown();
    assertThatThrownBy(
            () ->
                DATABASE
                    .transactions()
                    .fenced("effect", fence.executionId(), fence.epoch(), connection -> null))
        .isInstanceOf(StaleExecutionException.class);
  }

  @Test
  void listsExpiredExecutionsAndAbandonsThemOnlyWhileExpired() {
    Fence fence = ((Opened) history.open(request("a", false, Duration.ZERO))).fence();

    assertThat(history.listExpired(500))
        .filteredOn(expired -> expired.fence().equals(fence))
        .singleElement()
        .isEqualTo(new Expired(fence, fire(), "a", 1, Map.of("topic", "tea")));
    history.extendLease(fence, LEASE);
    assertThat(history.abandon(fence.executionId(), 1, "node a is gone")).isFalse();
    history.releaseLease(fence);
    assertThat(history.abandon(fence.executionId(), 1, "node a is gone")).isTrue();

    assertThat(history.listExpired(500)).noneMatch(expired -> expired.fence().equals(fence));
    assertThat(history.find(fence.executionId()).orElseThrow())
        .satisfies(
            execution -> {
              assertThat(execution.status()).isEqualTo(ExecutionStatus.ABANDONED);
              assertThat(execution.errorMessage()).contains("node a is gone");
            });
  }

  @Test
  void closingCountsForTheActorAndKeepsTheLatestStart() {
    DATABASE.execute(
        "INSERT INTO actor_server_state (task_id, actor_name, consecutive_failures, last_run)"
            + " VALUES ('"
            + actor
            + "', '"
            + actor
            + "', 3, '2099-01-01Z')");
    history.close(open("a"), result(ExecutionStatus.FAILED));

    String row =
        DATABASE.value(
            "SELECT concat_ws(' ', runs_succeeded, runs_failed, runs_skipped, last_status,"
                + " consecutive_failures, extract(year from last_run AT TIME ZONE 'UTC'))"
                + " FROM actor_server_state WHERE task_id = '"
                + actor
                + "'");

    assertThat(row)
        .as("consecutive failures belong to the breaker")
        .isEqualTo("0 1 0 failed 3 2099");
  }

  @Test
  void recordsAFireThatNeverRanOnce() {
    DATABASE.execute(
        "INSERT INTO actor_server_state (task_id, actor_name) VALUES ('"
            + actor
            + "', '"
            + actor
            + "')");
    history.recordNotRun(fire(), ExecutionStatus.SKIPPED, "paused", "actor is paused", "a");
    history.recordNotRun(fire(), ExecutionStatus.MISSED, "misfire", "too late", "b");

    List<Execution> executions = history.list(all(10));

    assertThat(executions)
        .singleElement()
        .satisfies(
            execution -> {
              assertThat(execution.status()).isEqualTo(ExecutionStatus.SKIPPED);
              assertThat(execution.errorCode()).contains("paused");
              assertThat(execution.completedAt()).isPresent();
            });
    assertThat(history.open(request("c", true, LEASE))).isInstanceOf(Vetoed.class);
    assertThat(
            DATABASE.number(
                "SELECT runs_skipped FROM actor_server_state WHERE task_id = '" + actor + "'"))
        .isEqualTo(1);
  }

  @Test
  void storesHostileTextVisiblyInsteadOfFailing() {
    Fence fence = open("a");
    history.close(
        fence,
        new ExecutionResult(
            ExecutionStatus.FAILED,
            Optional.of("model\u0000"),
            Optional.of("nul \u0000 half \ud800 whole \ud83d\ude00 \\u0000"),
            0,
            1,
            0,
            5,
            7,
            Map.of("k\u0000", "v\u0000\udc00", "list", List.of("\u0000"), "n", 3)));

    assertThat(history.find(fence.executionId()).orElseThrow().errorMessage())
        .contains("nul \u2400 half \ufffd whole \ud83d\ude00 \\u0000");
    assertThat(
            DATABASE.value(
                "SELECT metadata->>'k\u2400' FROM actor_server_executions WHERE id = "
                    + fence.executionId()))
        .isEqualTo("v\u2400\ufffd");
  }

  @Test
  void listsByActorStatusTimeAndCursorNewestFirst() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      FireIdentity fire =
          new FireIdentity(actor, NOON.plusSeconds(i), FireIdentity.Kind.SCHEDULE, "");
      Fence fence =
          ((Opened) history.open(new OpenRequest(fire, "a", false, "v1", Map.of(), LEASE))).fence();
      ids.add(0, fence.executionId());
    }

    List<Execution> page = history.list(all(2));
    List<Execution> next =
        history.list(
            new Filter(
                Optional.of(actor),
                Optional.of(ExecutionStatus.RUNNING),
                Optional.of(NOON.minusSeconds(3600L * 24 * 3650)),
                Optional.of(Instant.parse("2199-01-01T00:00:00Z")),
                10,
                Optional.of(page.get(1).id())));

    assertThat(page).extracting(Execution::id).isEqualTo(ids.subList(0, 2));
    assertThat(next).extracting(Execution::id).isEqualTo(ids.subList(2, 5));
    assertThat(next.get(2).fire()).isEqualTo(fire());
    assertThatThrownBy(() -> history.list(all(501))).hasMessageContaining("expected 1..500");
  }

  @Test
  void pagesThroughAPeriodWithoutGapsOrRepetitions() {
    TestDatabase database = TestDatabase.fresh();
    database.execute(
        "INSERT INTO actor_server_executions"
            + " (task_id, actor_name, kind, scheduled_for, status, node, started_at)"
            + " SELECT 'a', 'a', 'schedule', to_timestamp(n), 'succeeded', 'n',"
            + " to_timestamp(1000 + n / 7) FROM generate_series(1, 100) n");
    JdbcExecutionHistory periods = new JdbcExecutionHistory(database.transactions());
    List<Long> seen = new ArrayList<>();

    Optional<Long> cursor = Optional.empty();
    do {
      List<Execution> page =
          periods.list(
              new Filter(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(Instant.ofEpochSecond(1002)),
                  Optional.of(Instant.ofEpochSecond(1012)),
                  9,
                  cursor));
      page.forEach(execution -> seen.add(execution.id()));
      cursor = page.isEmpty() ? Optional.empty() : Optional.of(page.get(page.size() - 1).id());
    } while (cursor.isPresent());

    assertThat(seen).hasSize(70).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(seen).doesNotHaveDuplicates();
  }

  private Filter all(int limit) {
    return new Filter(
        Optional.of(actor),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        limit,
        Optional.empty());
  }

  private Fence open(String node) {
    return ((Opened) history.open(request(node, false, LEASE))).fence();
  }

  private FireIdentity fire() {
    return new FireIdentity(actor, NOON, FireIdentity.Kind.SCHEDULE, "");
  }

  private OpenRequest request(String node, boolean recovering, Duration lease) {
    return new OpenRequest(fire(), node, recovering, "v1", Map.of("topic", "tea"), lease);
  }

  private static ExecutionResult result(ExecutionStatus status) {
    return new ExecutionResult(
        status, Optional.empty(), Optional.empty(), 1, 0, 0, 10, 20, Map.of());
  }
}
