package io.botticelli.core.breaker.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Permit;
import io.botticelli.core.breaker.BreakerStore.State;
import io.botticelli.core.db.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcBreakerStoreDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final AtomicInteger ACTORS = new AtomicInteger();
  private static final BreakerPolicy THREE = policy(3, Duration.ofSeconds(300), 1);

  private final JdbcBreakerStore store = new JdbcBreakerStore(DATABASE.transactions());
  private final ActorName actor = new ActorName("actor-" + ACTORS.incrementAndGet());

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
  void countsEveryFailureOfThreeNodesAndTripsOnce() throws Exception {
    BreakerPolicy at500 = policy(500, Duration.ofSeconds(300), 1);
    ExecutorService nodes = Executors.newFixedThreadPool(3);
    CyclicBarrier start = new CyclicBarrier(3);
    AtomicInteger trips = new AtomicInteger();

    List<Future<?>> failing = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      failing.add(
          nodes.submit(
              () -> {
                start.await();
                for (int i = 0; i < 200; i++) {
                  if (store.recordFailure(actor, at500, 1, "model HTTP 503").tripped()) {
                    trips.incrementAndGet();
                  }
                }
                return null;
              }));
    }
    for (Future<?> node : failing) {
      node.get(60, TimeUnit.SECONDS);
    }
    nodes.shutdown();

    assertThat(store.get(actor).consecutiveFailures()).as("I5: no lost update").isEqualTo(600);
    assertThat(store.get(actor).state()).isEqualTo(State.OPEN);
    assertThat(trips).hasValue(1);
  }

  @Test
  void opensAtTheThresholdAndRefusesUntilTheProbeTime() {
    fail(2);
    assertThat(store.tryAcquire(actor, THREE, 1)).isEqualTo(Permit.GRANTED);

    BreakerSnapshot tripped = store.recordFailure(actor, THREE, 1, "third \u0000");

    assertThat(tripped.tripped()).isTrue();
    assertThat(tripped.state()).isEqualTo(State.OPEN);
    assertThat(
            Duration.between(tripped.openedAt().orElseThrow(), tripped.nextProbeAt().orElseThrow()))
        .isBetween(Duration.ofSeconds(299), Duration.ofSeconds(301));
    assertThat(store.tryAcquire(actor, THREE, 2)).isEqualTo(Permit.REFUSED);
    assertThat(column("breaker_reason")).isEqualTo("third \u2400");
  }

  @Test
  void grantsOneProbeInTheClusterWhenTwentyRunsAsk() throws Exception {
    openAndLetTheProbeTimeCome();
    ExecutorService nodes = Executors.newFixedThreadPool(20);
    CyclicBarrier start = new CyclicBarrier(20);

    List<Future<Permit>> asking = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asking.add(
          nodes.submit(
              () -> {
                start.await();
                return store.tryAcquire(actor, THREE, DATABASE.openExecution(actor.value()));
              }));
    }

    List<Permit> permits = new ArrayList<>();
    for (Future<Permit> one : asking) {
      permits.add(one.get(60, TimeUnit.SECONDS));
    }
    nodes.shutdown();
    assertThat(permits).filteredOn(Permit.PROBE::equals).hasSize(1);
    assertThat(permits).filteredOn(Permit.REFUSED::equals).hasSize(19);
  }

  @Test
  void aFailedProbeDoublesTheWaitUpToADay() {
    openAndLetTheProbeTimeCome();
    List<Long> waits = new ArrayList<>();

    for (int i = 0; i < 10; i++) {
      long probe = probe();
      assertThat(store.recordFailure(actor, THREE, probe, "again").tripped()).isTrue();
      waits.add(Long.parseLong(column("breaker_reset_seconds")));
      letTheProbeTimeCome();
    }

    assertThat(waits)
        .containsExactly(600L, 1200L, 2400L, 4800L, 9600L, 19200L, 38400L, 76800L, 86400L, 86400L);
    assertThat(store.get(actor).consecutiveFailures()).isEqualTo(13);
  }

  @Test
  void closesAfterEnoughProbesSucceeded() {
    BreakerPolicy two = policy(3, Duration.ofSeconds(300), 2);
    openAndLetTheProbeTimeCome();

    BreakerSnapshot first = store.recordSuccess(actor, two, probe());
    BreakerSnapshot second = store.recordSuccess(actor, two, probe());

    assertThat(first.state()).isEqualTo(State.HALF_OPEN);
    assertThat(second.state()).isEqualTo(State.CLOSED);
    assertThat(second.consecutiveFailures()).isZero();
    assertThat(second.nextProbeAt()).isEmpty();
  }

  @Test
  void replacesAProbeWhoseExecutionIsNoLongerRunning() {
    openAndLetTheProbeTimeCome();
    long probe = probe();
    long other = DATABASE.openExecution(actor.value());
    assertThat(store.tryAcquire(actor, THREE, other)).isEqualTo(Permit.REFUSED);
    assertThat(store.tryAcquire(actor, THREE, probe)).as("taken over").isEqualTo(Permit.PROBE);

    DATABASE.execute("UPDATE actor_server_executions SET status = 'abandoned' WHERE id = " + probe);

    assertThat(store.tryAcquire(actor, THREE, other)).isEqualTo(Permit.PROBE);
    assertThat(store.recordFailure(actor, THREE, probe, "late").state())
        .as("the old probe has no vote")
        .isEqualTo(State.HALF_OPEN);
  }

  @Test
  void aProbeGivenBackLeavesTheNextOneFree() {
    openAndLetTheProbeTimeCome();
    long probe = probe();

    store.releaseProbe(actor, probe);

    assertThat(store.get(actor).state()).isEqualTo(State.HALF_OPEN);
    assertThat(probe()).isNotEqualTo(probe);
  }

  @Test
  void withoutResetTimeoutItStaysOpenUntilAPersonResets() {
    BreakerPolicy forEver = policy(1, Duration.ZERO, 1);
    BreakerSnapshot open = store.recordFailure(actor, forEver, 1, "broken");

    assertThat(open.state()).isEqualTo(State.OPEN);
    assertThat(open.nextProbeAt()).isEmpty();
    assertThat(store.tryAcquire(actor, forEver, 2)).isEqualTo(Permit.REFUSED);
    store.reset(actor);

    assertThat(store.tryAcquire(actor, forEver, 2)).isEqualTo(Permit.GRANTED);
  }

  @Test
  void aDisabledBreakerOnlyCounts() {
    BreakerPolicy disabled = new BreakerPolicy(false, 2, true, true, Duration.ofSeconds(5), 1);
    store.recordFailure(actor, disabled, 1, "a");

    BreakerSnapshot third = store.recordFailure(actor, disabled, 1, "b");

    assertThat(third.state()).isEqualTo(State.CLOSED);
    assertThat(third.consecutiveFailures()).isEqualTo(2);
    assertThat(store.recordSuccess(actor, disabled, 1).consecutiveFailures()).isZero();
  }

  @Test
  void withoutAutoPauseItReportsOpenButGrantsAndASuccessCloses() {
    BreakerPolicy watching = new BreakerPolicy(true, 2, false, true, Duration.ofSeconds(5), 1);
    store.recordFailure(actor, watching, 1, "a");
    store.recordFailure(actor, watching, 1, "b");
    BreakerSnapshot third = store.recordFailure(actor, watching, 1, "c");

    assertThat(third.state()).isEqualTo(State.OPEN);
    assertThat(third.tripped()).isFalse();
    assertThat(store.tryAcquire(actor, watching, 2)).isEqualTo(Permit.GRANTED);
    assertThat(store.recordSuccess(actor, watching, 2).state()).isEqualTo(State.CLOSED);
  }

  @Test
  void keepsTheCountAcrossSuccessesWhenToldTo() {
    BreakerPolicy keeping = new BreakerPolicy(true, 3, true, false, Duration.ofSeconds(5), 1);
    store.recordFailure(actor, keeping, 1, "a");
    store.recordSuccess(actor, keeping, 1);
    store.recordFailure(actor, keeping, 1, "b");

    assertThat(store.recordFailure(actor, keeping, 1, "c").state()).isEqualTo(State.OPEN);
  }

  @Test
  void aStragglersSuccessDoesNotCloseAnOpenBreaker() {
    fail(3);

    assertThat(store.recordSuccess(actor, THREE, 99).state()).isEqualTo(State.OPEN);
  }

  @Test
  void anUnknownActorIsClosed() {
    ActorName nobody = new ActorName("nobody");

    assertThat(store.get(nobody).state()).isEqualTo(State.CLOSED);
    assertThat(store.tryAcquire(nobody, THREE, 1)).isEqualTo(Permit.GRANTED);
    assertThat(store.recordFailure(nobody, THREE, 1, "x").state()).isEqualTo(State.CLOSED);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      store.recordFailure(actor, THREE, 1, "model HTTP 503");
    }
  }

  private void openAndLetTheProbeTimeCome() {
    fail(3);
    letTheProbeTimeCome();
  }

  private void letTheProbeTimeCome() {
    DATABASE.execute(
        "UPDATE actor_server_state SET breaker_next_probe_at = now() - interval '1 second'"
            + " WHERE task_id = '"
            + actor
            + "'");
  }

  private long probe() {
    long execution = DATABASE.openExecution(actor.value());
    assertThat(store.tryAcquire(actor, THREE, execution)).isEqualTo(Permit.PROBE);
    return execution;
  }

  private String column(String name) {
    return DATABASE.value(
        "SELECT " + name + " FROM actor_server_state WHERE task_id = '" + actor + "'");
  }

  private static BreakerPolicy policy(int threshold, Duration reset, int successes) {
    return new BreakerPolicy(true, threshold, true, true, reset, successes);
  }
}
