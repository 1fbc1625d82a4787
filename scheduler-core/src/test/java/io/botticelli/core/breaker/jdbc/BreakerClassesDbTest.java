package io.botticelli.core.breaker.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Cause;
import io.botticelli.core.breaker.BreakerStore.Failure;
import io.botticelli.core.breaker.BreakerStore.Permit;
import io.botticelli.core.breaker.BreakerStore.State;
import io.botticelli.core.db.DataSources;
import io.botticelli.core.db.DatabaseSettings;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.db.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the classes of failures do to a breaker, on one node and on three. */
@Tag("db")
class BreakerClassesDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final AtomicInteger ACTORS = new AtomicInteger();
  private static final BreakerPolicy THREE =
      new BreakerPolicy(true, 3, true, true, Duration.ofSeconds(300), 1);
  private static final int NODES = 3;
  private static final int ROUNDS = 200;

  private final JdbcBreakerStore store = new JdbcBreakerStore(DATABASE.transactions());
  private final ActorName actor = new ActorName("classed-" + ACTORS.incrementAndGet());

  @BeforeEach
  void registerActor() {
    DATABASE.execute(
        "INSERT INTO actor_server_state (task_id, actor_name) VALUES ('"
            + actor
            + "', '"
            + actor
            + "')");
  }

  @Test
  void aPermanentFailureOpensAtOnceWithItsReason() {
    BreakerSnapshot open = store.recordFailure(actor, THREE, 1, permanent("HTTP 401"));

    assertThat(open.tripped()).isTrue();
    assertThat(open.state()).isEqualTo(State.OPEN);
    assertThat(open.consecutiveFailures()).isEqualTo(1);
    assertThat(open.cause()).contains(Cause.PERMANENT);
    assertThat(open.reason()).contains("HTTP 401");
    assertThat(store.tryAcquire(actor, THREE, 2)).isEqualTo(Permit.REFUSED);

    letTheTimeCome();

    assertThat(store.tryAcquire(actor, THREE, execution()))
        .as("tried again by itself, in case it was mended")
        .isEqualTo(Permit.PROBE);
  }

  @Test
  void aPermanentFailureWithoutResetTimeoutStaysUntilAPersonResets() {
    BreakerPolicy byHand = new BreakerPolicy(true, 3, true, true, Duration.ZERO, 1);

    assertThat(store.recordFailure(actor, byHand, 1, permanent("HTTP 401")).nextProbeAt())
        .isEmpty();
    store.reset(actor);

    assertThat(store.get(actor).cause()).isEmpty();
    assertThat(store.get(actor).consecutiveFailures()).isZero();
    assertThat(store.tryAcquire(actor, byHand, 2)).isEqualTo(Permit.GRANTED);
  }

  @Test
  void aUsedUpQuotaLetsTheActorWaitWithoutCounting() {
    store.recordFailure(actor, THREE, 1, transientFailure());

    BreakerSnapshot waiting =
        store.recordFailure(actor, THREE, 2, quota(Optional.of(Duration.ofHours(5))));

    assertThat(waiting.tripped()).as("nothing is broken").isFalse();
    assertThat(waiting.state()).isEqualTo(State.OPEN);
    assertThat(waiting.cause()).contains(Cause.QUOTA);
    assertThat(waiting.consecutiveFailures()).as("not counted").isEqualTo(1);
    assertThat(untilNext(waiting)).isEqualTo(Duration.ofHours(5));
    assertThat(store.tryAcquire(actor, THREE, 3)).isEqualTo(Permit.REFUSED);

    letTheTimeCome();

    assertThat(store.tryAcquire(actor, THREE, 4))
        .as("a run like any other")
        .isEqualTo(Permit.GRANTED);
    assertThat(store.get(actor).state()).isEqualTo(State.CLOSED);
    assertThat(store.get(actor).consecutiveFailures()).isEqualTo(1);
    assertThat(store.recordFailure(actor, THREE, 4, transientFailure()).state())
        .as("one more is the second of three")
        .isEqualTo(State.CLOSED);
    assertThat(store.recordFailure(actor, THREE, 5, transientFailure()).tripped()).isTrue();
  }

  @Test
  void aQuotaWithoutATimeIsTriedOnceAnHourAndNeverLaterThanADay() {
    assertThat(untilNext(store.recordFailure(actor, THREE, 1, quota(Optional.empty()))))
        .isEqualTo(Duration.ofHours(1));
    store.reset(actor);

    assertThat(
            untilNext(
                store.recordFailure(actor, THREE, 1, quota(Optional.of(Duration.ofDays(99))))))
        .isEqualTo(Duration.ofHours(26));
  }

  @Test
  void aProbeThatMeetsAQuotaIsFollowedByAProbeWithoutDoubling() {
    openByFailures();
    letTheTimeCome();
    long probe = execution();
    assertThat(store.tryAcquire(actor, THREE, probe)).isEqualTo(Permit.PROBE);

    BreakerSnapshot waiting =
        store.recordFailure(actor, THREE, probe, quota(Optional.of(Duration.ofHours(2))));

    assertThat(waiting.cause()).contains(Cause.FAILURES);
    assertThat(waiting.consecutiveFailures()).isEqualTo(3);
    letTheTimeCome();
    long next = execution();
    assertThat(store.tryAcquire(actor, THREE, next)).isEqualTo(Permit.PROBE);
    store.recordFailure(actor, THREE, next, transientFailure());
    assertThat(column("breaker_reset_seconds")).as("doubled once, not twice").isEqualTo("600");
  }

  @Test
  void aPermanentFailureOutweighsAWaitForAQuotaAndASuccessEndsIt() {
    store.recordFailure(actor, THREE, 1, quota(Optional.empty()));
    assertThat(store.recordSuccess(actor, THREE, 2).state())
        .as("a forced run found it renewed")
        .isEqualTo(State.CLOSED);

    store.recordFailure(actor, THREE, 3, quota(Optional.empty()));
    assertThat(store.recordFailure(actor, THREE, 4, permanent("HTTP 403")).cause())
        .contains(Cause.PERMANENT);
    assertThat(store.recordFailure(actor, THREE, 5, quota(Optional.empty())).cause())
        .as("a straggler's quota does not hide it")
        .contains(Cause.PERMANENT);
  }

  @Test
  void aDisabledBreakerWaitsForNoQuota() {
    BreakerPolicy disabled = new BreakerPolicy(false, 3, true, true, Duration.ofSeconds(5), 1);

    BreakerSnapshot after = store.recordFailure(actor, disabled, 1, quota(Optional.empty()));

    assertThat(after.state()).isEqualTo(State.CLOSED);
    assertThat(after.consecutiveFailures()).isZero();
    assertThat(store.recordFailure(actor, disabled, 1, permanent("x")).state())
        .isEqualTo(State.CLOSED);
  }

  @Test
  void anotherNodeAndARestartReadTheSame() {
    store.recordFailure(actor, THREE, 1, quota(Optional.of(Duration.ofHours(5))));

    JdbcBreakerStore other = new JdbcBreakerStore(DATABASE.transactions());

    assertThat(other.get(actor)).as("I5").isEqualTo(store.get(actor));
    assertThat(other.tryAcquire(actor, THREE, 2)).isEqualTo(Permit.REFUSED);
  }

  /** Three nodes fail the same actor at once, again and again: the race that loses updates. */
  @Test
  void threeNodesThatFailAtOnceCountThreeTripOnceAndProbeOnce() throws Exception {
    DatabaseSettings settings =
        DatabaseSettings.parse(
            DATABASE.jdbcUrl(), NODES + 1, 3, Duration.ofSeconds(5), Duration.ofMinutes(1));
    List<Long> runs = List.of(execution(), execution(), execution());
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try (DataSources pool = new DataSources(settings)) {
      Transactions pooled = new Transactions(pool.application());
      List<JdbcBreakerStore> nodes =
          List.of(
              new JdbcBreakerStore(pooled),
              new JdbcBreakerStore(pooled),
              new JdbcBreakerStore(pooled));
      AtomicInteger asking = new AtomicInteger();
      for (int round = 0; round < ROUNDS; round++) {
        List<BreakerSnapshot> failed =
            atOnce(threads, nodes, one -> one.recordFailure(actor, THREE, 1, transientFailure()));
        assertThat(failed).as("round %s", round).filteredOn(BreakerSnapshot::tripped).hasSize(1);
        assertThat(nodes.get(0).get(actor).consecutiveFailures())
            .as("I5: no lost update")
            .isEqualTo(3);

        letTheTimeCome();
        List<Permit> permits =
            atOnce(
                threads,
                nodes,
                one -> one.tryAcquire(actor, THREE, runs.get(asking.getAndIncrement() % NODES)));
        assertThat(permits).as("round %s", round).containsOnlyOnce(Permit.PROBE);
        assertThat(permits).doesNotContain(Permit.GRANTED);
        nodes.get(0).reset(actor);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private interface OnNode<T> {
    T run(JdbcBreakerStore node);
  }

  private static <T> List<T> atOnce(
      ExecutorService threads, List<JdbcBreakerStore> nodes, OnNode<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(nodes.size());
    List<Callable<T>> calls = new ArrayList<>();
    for (JdbcBreakerStore node : nodes) {
      calls.add(
          () -> {
            start.await(30, TimeUnit.SECONDS);
            return work.run(node);
          });
    }
    List<T> results = new ArrayList<>();
    for (Future<T> call : threads.invokeAll(calls)) {
      results.add(call.get());
    }
    return results;
  }

  private void openByFailures() {
    for (int i = 0; i < 3; i++) {
      store.recordFailure(actor, THREE, 1, transientFailure());
    }
  }

  private void letTheTimeCome() {
    DATABASE.execute(
        "UPDATE actor_server_state SET breaker_next_probe_at = now() - interval '1 second'"
            + " WHERE task_id = '"
            + actor
            + "'");
  }

  private long execution() {
    return DATABASE.openExecution(actor.value());
  }

  private String column(String name) {
    return DATABASE.value(
        "SELECT " + name + " FROM actor_server_state WHERE task_id = '" + actor + "'");
  }

  private static Duration untilNext(BreakerSnapshot breaker) {
    Instant opened = breaker.openedAt().orElseThrow();
    return Duration.ofSeconds(
        Math.round(
            Duration.between(opened, breaker.nextProbeAt().orElseThrow()).toMillis() / 1000.0));
  }

  private static Failure transientFailure() {
    return new Failure(FailureClass.TRANSIENT, "model HTTP 503", Optional.empty());
  }

  private static Failure permanent(String reason) {
    return new Failure(FailureClass.PERMANENT, reason, Optional.empty());
  }

  private static Failure quota(Optional<Duration> renewed) {
    return new Failure(FailureClass.QUOTA, "quota of the day used up", renewed);
  }
}
