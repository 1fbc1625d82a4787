package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.result;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Cancellations;
import io.botticelli.core.history.Cancellations.Answer;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.jdbc.JdbcCancellations;
import io.botticelli.core.signal.PostgresSignals;
import io.botticelli.core.signal.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CancellationDbTest {
  private static final ActorName POSTER = new ActorName("poster");
  private static final Duration SOON = Duration.ofSeconds(20);

  private final CountDownLatch running = new CountDownLatch(1);
  private TestDatabase database;
  private TestNode owner;
  private TestNode other;
  private PostgresSignals signals;
  private Cancellations cancellations;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    owner = new TestNode(database);
    other = new TestNode(database);
    signals = new PostgresSignals(database.dataSource(), database.transactions());
    cancellations = new JdbcCancellations(database.transactions(), signals);
  }

  @AfterEach
  void stop() {
    owner.close();
    other.close();
    signals.close();
  }

  @Test
  void aRunIsCancelledFromAnotherNodeAtOnce() {
    CountDownLatch listens = new CountDownLatch(1);
    signals.subscribe(Signals.CANCEL, owner.scheduler::lookForCancellations);
    signals.subscribe(Signals.CANCEL, hint -> listens.countDown());
    signals.start();
    await().atMost(SOON).until(() -> listens.getCount() == 0);
    long execution = runUntilInterrupted();

    long start = System.nanoTime();
    Answer answer = cancellations.request(execution, "ann");
    Answer again = cancellations.request(execution, "bob");

    assertThat(answer).isEqualTo(Answer.REQUESTED);
    assertThat(again).as("twice is fine").isIn(Answer.REQUESTED, Answer.ENDED);
    await().atMost(SOON).until(() -> find(execution).status() == ExecutionStatus.CANCELLED);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("not left to the next lease")
        .isLessThan(Duration.ofSeconds(3));
    assertThat(find(execution).errorMessage()).contains("cancelled by ann");
    assertThat(owner.states.find(POSTER).orElseThrow().consecutiveFailures())
        .as("neutral for the breaker")
        .isZero();
    assertThat(cancellations.request(execution, "bob")).isEqualTo(Answer.ENDED);
  }

  @Test
  void aLostSignalCostsSecondsOnly() {
    long execution = runUntilInterrupted();

    cancellations.request(execution, "ann");

    await().atMost(SOON).until(() -> find(execution).status() == ExecutionStatus.CANCELLED);
  }

  @Test
  void aRunThatFailsBecauseItWasInterruptedCountsAsCancelled() {
    owner.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          untilInterrupted();
          throw new IllegalStateException("interrupted in the middle of something");
        });
    long execution = fire();

    cancellations.request(execution, "ann");
    owner.scheduler.lookForCancellations(Long.toString(execution));

    await().atMost(SOON).until(() -> find(execution).status() != ExecutionStatus.RUNNING);
    assertThat(find(execution).status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(find(execution).errorMessage()).contains("cancelled by ann");
  }

  @Test
  void aRunWithoutOwnerIsClosedAtOnceInsteadOfBeingFiredAgain() {
    long execution = database.openExecution("poster");
    database.execute("UPDATE actor_server_executions SET lease_until = now() - interval '1 s'");

    assertThat(cancellations.request(execution, "ann")).isEqualTo(Answer.CANCELLED);

    assertThat(find(execution).status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(find(execution).errorMessage().orElseThrow()).contains("cancelled by ann");
  }

  @Test
  void aRunWhoseOwnerDiesBeforeItSeesTheRequestIsClosedBySweeping() {
    owner.agree("v1", actor("poster", manual()));
    long execution = database.openExecution("poster");
    assertThat(cancellations.request(execution, "ann")).isEqualTo(Answer.REQUESTED);
    database.execute("UPDATE actor_server_executions SET lease_until = now() - interval '1 s'");

    owner.scheduler.beginFiring();

    await().atMost(SOON).until(() -> find(execution).status() == ExecutionStatus.CANCELLED);
    assertThat(find(execution).attempt()).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM qrtz_triggers")).isZero();
  }

  @Test
  void aRecoveryOfACancelledRunClosesItThoughItsLeaseLooksAlive() {
    FireIdentity fire =
        new FireIdentity(POSTER, Instant.parse("2026-05-01T10:00:00Z"), Kind.SCHEDULE, "");
    OpenOutcome.Opened opened =
        (OpenOutcome.Opened) other.history.open(request(fire, "dead", false));
    cancellations.request(opened.fence().executionId(), "ann");

    OpenOutcome recovery = other.history.open(request(fire, "alive", true));

    assertThat(recovery)
        .isEqualTo(new OpenOutcome.Vetoed(opened.fence().executionId(), "cancelled", "dead"));
    assertThat(find(opened.fence().executionId()).status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(other.history.extendLease(opened.fence(), Duration.ofSeconds(15))).isFalse();
  }

  @Test
  void whatDoesNotExistCannotBeCancelled() {
    assertThat(cancellations.request(4711, "ann")).isEqualTo(Answer.NOT_FOUND);
  }

  private static OpenRequest request(FireIdentity fire, String node, boolean recovering) {
    return new OpenRequest(fire, node, recovering, "v1", Map.of(), Duration.ofSeconds(15));
  }

  private long runUntilInterrupted() {
    owner.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          return untilInterrupted();
        });
    return fire();
  }

  private long fire() {
    owner.agree("v1", actor("poster", manual()));
    owner.scheduler.beginFiring();
    owner.scheduler.control().fire(POSTER, Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);
    return owner.fenceOf("poster").executionId();
  }

  private static ExecutionResult untilInterrupted() {
    try {
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
      return succeeded();
    } catch (InterruptedException stop) {
      return result(ExecutionStatus.CANCELLED);
    }
  }

  private Execution find(long execution) {
    return other.history.find(execution).orElseThrow();
  }
}
