package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.util.List;
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
class DrainDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private TestDatabase database;
  private TestNode draining;
  private TestNode other;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    draining = new TestNode(database);
    other = new TestNode(database);
  }

  @AfterEach
  void stop() {
    draining.close();
    other.close();
  }

  @Test
  void aDrainingNodeLetsItsRunEndWhileTheOtherGoesOn() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    draining.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          await().atMost(SOON).until(() -> end.getCount() == 0);
          return succeeded();
        });
    ActorDefinition slow = actor("slow", manual());
    draining.agree("v1", slow);
    draining.scheduler.beginFiring();
    draining.scheduler.control().fire(new ActorName("slow"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);

    draining.scheduler.standBy(StandbyReason.DRAINING);
    ActorDefinition ticker = actor("ticker", every(Duration.ofSeconds(1)));
    draining.agree("v2", slow, ticker);
    other.agree("v2", slow, ticker);
    other.scheduler.beginFiring();

    await().atMost(SOON).until(() -> other.executions("ticker").size() >= 2);
    assertThat(other.executions("ticker"))
        .extracting(Execution::node)
        .containsOnly(other.scheduler.instanceId());
    assertThat(draining.scheduler.countRunning()).isEqualTo(1);
    end.countDown();
    await().atMost(SOON).until(() -> draining.scheduler.countRunning() == 0);
    Execution drained = other.executions("slow").get(0);
    assertThat(drained.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(drained.node()).isEqualTo(draining.scheduler.instanceId());
  }

  @Test
  void aFireThatReachesADrainingNodeRunsElsewhereOnce() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    draining.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          await().atMost(SOON).until(() -> end.getCount() == 0);
          return succeeded();
        });
    ActorDefinition slow = actor("slow", manual());
    draining.agree("v1", slow);
    other.agree("v1", slow);
    draining.scheduler.beginFiring();
    draining.scheduler.control().fire(new ActorName("slow"), Map.of(), false);
    await().atMost(SOON).until(() -> running.getCount() == 0);
    draining.scheduler.standBy(StandbyReason.DRAINING);

    // Handed to the draining node as Quartz would a trigger it had acquired before.
    draining.scheduler.runHere(new ActorName("slow"), "late");
    other.scheduler.beginFiring();
    end.countDown();

    await()
        .atMost(SOON)
        .until(
            () ->
                other
                    .statuses("slow")
                    .equals(List.of(ExecutionStatus.SUCCEEDED, ExecutionStatus.SUCCEEDED)));
    Execution late =
        other.executions("slow").stream()
            .filter(run -> run.fire().receipt().equals("late"))
            .findFirst()
            .orElseThrow();
    assertThat(late.node()).isEqualTo(other.scheduler.instanceId());
  }

  @Test
  void aResumedNodeFiresAgain() {
    ActorDefinition ticker = actor("ticker", every(Duration.ofSeconds(1)));
    draining.agree("v1", ticker);
    draining.scheduler.standBy(StandbyReason.DRAINING);
    draining.scheduler.beginFiring();
    assertThat(draining.scheduler.isFiring()).isFalse();

    draining.scheduler.resume(StandbyReason.DRAINING);

    await()
        .atMost(SOON)
        .until(() -> draining.statuses("ticker").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void aClockThatComesRightDoesNotEndADrain() {
    draining.scheduler.beginFiring();
    draining.scheduler.standBy(StandbyReason.DRAINING);
    draining.scheduler.standBy(StandbyReason.CLOCK);

    draining.scheduler.resume(StandbyReason.CLOCK);

    assertThat(draining.scheduler.isFiring()).isFalse();
    assertThat(draining.scheduler.standbyReasons()).containsExactly(StandbyReason.DRAINING);
  }
}
