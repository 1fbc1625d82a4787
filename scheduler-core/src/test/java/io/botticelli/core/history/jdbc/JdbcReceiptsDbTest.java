package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Opened;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireReceipt.State;
import io.botticelli.core.history.FireRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcReceiptsDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final AtomicInteger ACTORS = new AtomicInteger();

  private final JdbcReceipts receipts = new JdbcReceipts(DATABASE.transactions());
  private final JdbcExecutionHistory history = new JdbcExecutionHistory(DATABASE.transactions());
  private final ActorName actor = new ActorName("actor-" + ACTORS.incrementAndGet());

  @Test
  void theSameKeyIsTheSameReceiptForTwentyThreadsAtOnce() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(20);
    CyclicBarrier start = new CyclicBarrier(20);

    List<Future<FireReceipt>> racing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      racing.add(
          callers.submit(
              () -> {
                start.await();
                return receipts.store(request("topic", "cats"));
              }));
    }

    List<String> ids = new ArrayList<>();
    for (Future<FireReceipt> receipt : racing) {
      ids.add(receipt.get().id());
    }
    callers.shutdown();
    assertThat(ids).hasSize(20).containsOnly(ids.get(0));
    assertThat(
            DATABASE.number(
                "SELECT count(*) FROM fire_receipts WHERE actor_name = '" + actor + "'"))
        .isEqualTo(1);
  }

  @Test
  void theSameKeyWithOtherParametersIsAnError() {
    FireReceipt stored = receipts.store(request("topic", "cats"));

    assertThatThrownBy(() -> receipts.store(request("topic", "dogs")))
        .hasMessageContaining(stored.id())
        .hasMessageNotContaining("dogs")
        .extracting("code")
        .isEqualTo("idempotency_conflict");
    assertThatThrownBy(
            () ->
                receipts.store(
                    new FireRequest(
                        actor, Map.of("topic", "cats"), true, Optional.of("key-1"), "ann")))
        .extracting("code")
        .isEqualTo("idempotency_conflict");
  }

  @Test
  void theSameKeyOfAnotherActorIsAnotherWish() {
    FireReceipt one = receipts.store(request("topic", "cats"));

    FireReceipt other =
        receipts.store(
            new FireRequest(
                new ActorName(actor + "-b"), Map.of(), false, Optional.of("key-1"), "ann"));

    assertThat(other.id()).isNotEqualTo(one.id());
  }

  @Test
  void withoutAKeyEveryRequestIsAWishOfItsOwn() {
    FireRequest request = new FireRequest(actor, Map.of(), false, "ann");

    assertThat(receipts.store(request).id()).isNotEqualTo(receipts.store(request).id());
  }

  @Test
  void hostileTextIsStoredAndFoundAgain() {
    String hostile = "'; DROP TABLE fire_receipts; -- \u0000 \uD800 ${x} {{y}}";
    FireRequest request = request("topic", hostile);

    FireReceipt stored = receipts.store(request);

    assertThat(receipts.store(request).id()).as("repeated").isEqualTo(stored.id());
    assertThat(stored.parameters().get("topic")).startsWith("'; DROP TABLE fire_receipts; -- ");
  }

  @Test
  void followsItsExecutionFromQueuedToFinishedAndBeyondItsRemoval() {
    FireReceipt queued = receipts.store(request("topic", "cats"));
    assertThat(queued.state()).isEqualTo(State.QUEUED);
    assertThat(receipts.listOpen(Duration.ZERO, 500)).contains(queued);

    Opened opened =
        (Opened)
            history.open(
                new OpenRequest(
                    queued.identity(),
                    "node",
                    false,
                    "v1",
                    queued.parameters(),
                    Duration.ofSeconds(15)));
    FireReceipt running = receipts.find(queued.id()).orElseThrow();
    assertThat(running.state()).isEqualTo(State.RUNNING);
    assertThat(running.executionId()).contains(opened.fence().executionId());
    assertThat(receipts.listOpen(Duration.ZERO, 500)).doesNotContain(running);

    history.close(opened.fence(), succeeded());
    FireReceipt finished = receipts.store(request("topic", "cats"));
    assertThat(finished.id()).as("the same receipt after the end").isEqualTo(queued.id());
    assertThat(finished.state()).isEqualTo(State.FINISHED);
    assertThat(finished.status()).contains(ExecutionStatus.SUCCEEDED);

    DATABASE.execute(
        "DELETE FROM actor_server_executions WHERE id = " + opened.fence().executionId());
    FireReceipt removed = receipts.find(queued.id()).orElseThrow();
    assertThat(removed.state()).as("never fired again").isEqualTo(State.FINISHED);
    assertThat(removed.status()).isEmpty();
  }

  @Test
  void aFireThatWasNotRunFinishesItsReceipt() {
    FireReceipt queued = receipts.store(request("topic", "cats"));

    history.recordNotRun(queued.identity(), ExecutionStatus.SKIPPED, "actor_gone", "gone", "node");

    FireReceipt skipped = receipts.find(queued.id()).orElseThrow();
    assertThat(skipped.state()).isEqualTo(State.FINISHED);
    assertThat(skipped.status()).contains(ExecutionStatus.SKIPPED);
  }

  @Test
  void listsOnlyReceiptsOldEnough() {
    FireReceipt young = receipts.store(request("topic", "cats"));

    assertThat(receipts.listOpen(Duration.ofMinutes(1), 500)).doesNotContain(young);
    assertThat(receipts.find("no such receipt")).isEmpty();
  }

  private FireRequest request(String name, String value) {
    return new FireRequest(actor, Map.of(name, value), false, Optional.of("key-1"), "ann");
  }

  private static ExecutionResult succeeded() {
    return new ExecutionResult(
        ExecutionStatus.SUCCEEDED, Optional.empty(), Optional.empty(), 1, 0, 0, 0, 0, Map.of());
  }
}
