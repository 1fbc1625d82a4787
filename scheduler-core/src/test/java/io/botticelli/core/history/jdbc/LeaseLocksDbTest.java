package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Cancellations.Answer;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionHistory.Renewal;
import io.botticelli.core.history.Fence;
import io.botticelli.core.signal.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom while an effect of a run is on its way. */
@Tag("db")
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LeaseLocksDbTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(15);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private TestDatabase database;
  private ExecutionHistory history;
  private Fence fence;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    history = new JdbcExecutionHistory(database.transactions());
    fence = new Fence(database.openExecution("poster"), 1);
  }

  @AfterEach
  void stop() {
    end.countDown();
    threads.shutdownNow();
  }

  @Test
  void theOwnerGivesSignsWhileItsEffectTakesLong() throws Exception {
    expireLease();
    Future<Boolean> effect = effect();

    assertThat(history.extendLease(fence, LEASE)).isTrue();

    assertThat(history.listExpired(10)).isEmpty();
    end.countDown();
    assertThat(effect.get()).isTrue();
  }

  @Test
  void aPersonMayCancelWhileAnEffectTakesLong() {
    effect();

    Answer answer =
        new JdbcCancellations(database.transactions(), Signals.NONE)
            .request(fence.executionId(), "ann");

    assertThat(answer).isEqualTo(Answer.REQUESTED);
    assertThat(history.renewLeases(List.of(fence), LEASE))
        .isEqualTo(Map.of(fence, new Renewal(true, Optional.of("ann"))));
  }

  @Test
  void nobodyIsDeclaredDeadBeforeTheEffectOnItsWayHasEnded() throws Exception {
    expireLease();
    Future<Boolean> effect = effect();

    Future<Boolean> abandoned =
        threads.submit(() -> history.abandon(fence.executionId(), 1, "gone"));
    await().atMost(SOON).until(() -> waitingForLocks() == 1);
    assertThat(abandoned.isDone()).isFalse();
    end.countDown();

    assertThat(effect.get()).as("I4: it was not dead yet").isTrue();
    assertThat(abandoned.get()).isTrue();
    assertThatThrownBy(() -> write(true)).isInstanceOf(StaleExecutionException.class);
  }

  @Test
  void aCancelledRunWithoutOwnerIsClosedAfterTheEffectOnItsWay() throws Exception {
    new JdbcCancellations(database.transactions(), Signals.NONE)
        .request(fence.executionId(), "ann");
    expireLease();
    Future<Boolean> effect = effect();

    Future<Boolean> closed = threads.submit(() -> history.closeCancelled(fence.executionId()));
    await().atMost(SOON).until(() -> waitingForLocks() == 1);
    end.countDown();

    assertThat(effect.get()).isTrue();
    assertThat(closed.get()).isTrue();
  }

  @Test
  void aRowSomebodyHoldsDoesNotCostTheOthersTheirLeases() throws Exception {
    Fence other = new Fence(database.openExecution("writer"), 1);
    Fence stale = new Fence(database.openExecution("curator"), 7);
    Future<Boolean> held =
        threads.submit(
            () ->
                database
                    .transactions()
                    .write(
                        "hold",
                        connection -> {
                          try (var statement =
                              connection.prepareStatement(
                                  "SELECT 1 FROM actor_server_executions WHERE id = ? FOR UPDATE")) {
                            statement.setLong(1, fence.executionId());
                            statement.execute();
                            return pause();
                          }
                        }));
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();

    Map<Fence, Renewal> renewals = history.renewLeases(List.of(fence, other, stale), LEASE);

    assertThat(renewals)
        .isEqualTo(
            Map.of(
                other, new Renewal(true, Optional.empty()),
                stale, new Renewal(false, Optional.empty())));
    end.countDown();
    assertThat(held.get()).isTrue();
  }

  private Future<Boolean> effect() {
    Future<Boolean> effect = threads.submit(() -> write(false));
    await().atMost(SOON).until(() -> inside.getCount() == 0);
    return effect;
  }

  private boolean write(boolean quick) {
    return database
        .transactions()
        .fenced("effect", fence.executionId(), fence.epoch(), connection -> quick || pause());
  }

  private boolean pause() {
    inside.countDown();
    try {
      return end.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void expireLease() {
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() - interval '1 s' WHERE id = "
            + fence.executionId());
  }

  private long waitingForLocks() {
    return database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND wait_event_type = 'Lock'");
  }
}
