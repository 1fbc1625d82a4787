package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.result;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of an actor's fires when its runs fail, on a real scheduler. */
@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BreakerFiresDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final AtomicInteger runs = new AtomicInteger();
  private TestNode node;

  @BeforeEach
  void build() {
    node = new TestNode(TestDatabase.fresh());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Acceptance list of the narrative specification, number 13. */
  @Test
  void threeFailingRunsOpenTheBreakerAndAfterTheTimeoutOneTrialRuns() {
    node.body.set(
        (actor, version, fence, parameters) ->
            runs.incrementAndGet() <= 3 ? result(ExecutionStatus.FAILED) : succeeded());
    fireEverySecond(new BreakerPolicy(true, 3, true, true, Duration.ofSeconds(3), 1));

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));

    List<ExecutionStatus> statuses = node.statuses("poster");
    assertThat(statuses.subList(0, 3)).containsOnly(ExecutionStatus.FAILED);
    int trial = statuses.indexOf(ExecutionStatus.SUCCEEDED);
    assertThat(statuses.subList(3, trial))
        .as("I1: each fire in between has a row that says why it did not run")
        .isNotEmpty()
        .containsOnly(ExecutionStatus.SKIPPED);
    assertThat(node.executions("poster").get(3).errorCode()).contains("circuit_open");
    assertThat(node.trips).hasValue(1);
    await().atMost(SOON).until(() -> state().breakerState().equals("closed"));
    assertThat(state().consecutiveFailures()).isZero();
  }

  @Test
  void aPermanentFailureStopsTheActorAtOnceAndSaysWhy() {
    node.body.set((actor, version, fence, parameters) -> failed(FailureClass.PERMANENT));
    fireEverySecond(BreakerPolicy.DEFAULT);

    await()
        .atMost(SOON)
        .until(
            () ->
                node.statuses("poster").stream().filter(ExecutionStatus.SKIPPED::equals).count()
                    >= 2);

    List<Execution> fires = node.executions("poster");
    assertThat(fires.get(0).failureClass()).contains(FailureClass.PERMANENT);
    assertThat(fires.subList(1, 3))
        .extracting(Execution::status)
        .containsOnly(ExecutionStatus.SKIPPED);
    assertThat(fires.get(1).errorCode()).contains("circuit_open");
    assertThat(fires.get(1).errorMessage().orElseThrow())
        .contains("a person must mend", "model answered HTTP 401", "next probe");
    assertThat(node.trips).hasValue(1);
    assertThat(state().consecutiveFailures()).isEqualTo(1);
  }

  @Test
  void aUsedUpQuotaIsWaitedForWithoutCounting() {
    node.body.set(
        (actor, version, fence, parameters) ->
            runs.incrementAndGet() == 1 ? failed(FailureClass.QUOTA) : succeeded());
    fireEverySecond(new BreakerPolicy(true, 1, true, true, Duration.ofHours(1), 1));

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));

    List<Execution> fires = node.executions("poster");
    assertThat(fires.get(0).failureClass()).contains(FailureClass.QUOTA);
    assertThat(fires.get(1).status()).isEqualTo(ExecutionStatus.SKIPPED);
    assertThat(fires.get(1).errorCode()).contains("quota");
    assertThat(fires.get(1).errorMessage().orElseThrow()).contains("waits until");
    assertThat(node.trips).as("a threshold of one was not reached").hasValue(0);
    assertThat(state().breakerState()).isEqualTo("closed");
  }

  private void fireEverySecond(BreakerPolicy breaker) {
    node.agree(
        "v1", actor("poster", every(Duration.ofSeconds(1)), breaker, ExecutionPolicy.DEFAULT));
    node.scheduler.beginFiring();
  }

  private ActorState state() {
    return node.states.find(new ActorName("poster")).orElseThrow();
  }

  private static ExecutionResult failed(FailureClass failureClass) {
    return new ExecutionResult(
        ExecutionStatus.FAILED,
        Optional.of("model_failed"),
        Optional.of("model answered HTTP 401"),
        0,
        1,
        0,
        0,
        0,
        Map.of(),
        Optional.of(failureClass),
        Optional.of(Duration.ofMillis(2500)));
  }
}
