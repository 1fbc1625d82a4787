package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pauses through real Quartz; the node's reconciler is too slow to help. */
@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class PauseDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ActorName POSTER = new ActorName("poster");
  private static final ActorName WRITER = new ActorName("writer");

  private TestDatabase database;
  private TestNode node;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    node = new TestNode(database, Duration.ofHours(1));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aPauseWithAnEndResumesTheScheduleByItselfButNotTheBreaker() {
    node.agree("v1", hourly("poster"), hourly("writer"));
    database.execute(
        "UPDATE actor_server_state SET breaker_state = 'open', consecutive_failures = 5");
    ActorControl control = node.scheduler.control();
    control.pause(WRITER, "for good", "bob");
    control.pause(POSTER, "lunch", "ann", Optional.of(Instant.now().plusSeconds(2)));
    assertThat(node.triggerState("poster")).isEqualTo("PAUSED");
    assertThat(state(POSTER).pausedUntil()).isPresent();

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.triggerState("poster").equals("WAITING"));
    await().atMost(SOON).until(() -> state(POSTER).pausedUntil().isEmpty());
    assertThat(state(POSTER).paused()).isFalse();
    assertThat(state(POSTER).nextRun()).isPresent();
    assertThat(state(POSTER).breakerState()).isEqualTo("open");
    assertThat(node.triggerState("writer")).isEqualTo("PAUSED");
    assertThat(state(WRITER).paused()).isTrue();
  }

  @Test
  void anActorCountsAsPausedAtFireTimeUntilItsPauseEnds() {
    node.agree("v1", actor("poster", manual()));
    node.scheduler.control().fire(POSTER, Map.of(), false);
    node.scheduler
        .control()
        .pause(POSTER, "lunch", "ann", Optional.of(Instant.now().plusSeconds(3600)));
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> node.statuses("poster").size() == 1);
    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SKIPPED));
    assertThat(node.executions("poster").get(0).errorCode()).contains("paused");

    database.execute("UPDATE actor_server_state SET paused_until = now() - interval '1 second'");
    node.scheduler.control().fire(POSTER, Map.of(), false);

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void aPauseThatWouldEndInThePastIsRefused() {
    node.agree("v1", hourly("poster"));

    assertThatThrownBy(
            () -> node.scheduler.control().pause(POSTER, "", "ann", Optional.of(Instant.EPOCH)))
        .isInstanceOfSatisfying(
            SchedulingException.class, e -> assertThat(e.code()).isEqualTo("until_past"));

    assertThat(state(POSTER).paused()).isFalse();
  }

  @Test
  void aMisspeltActorGetsASuggestion() {
    node.agree("v1", hourly("poster"));

    assertThatThrownBy(() -> node.scheduler.control().pause(new ActorName("postr"), "", "ann"))
        .hasMessageContaining("did you mean poster?");
  }

  @Test
  void aPausedActorStaysPausedWhenItIsEditedReloadedOrTheNodeRestarts() {
    node.agree("v1", hourly("poster"));
    node.scheduler
        .control()
        .pause(POSTER, "holiday", "ann", Optional.of(Instant.now().plusSeconds(3600)));

    node.agree("v2", actor("poster", every(Duration.ofHours(3), true, Jitter.NONE)));
    try (TestNode restarted = new TestNode(database, Duration.ofHours(1))) {
      restarted.agree("v2", actor("poster", every(Duration.ofHours(3), true, Jitter.NONE)));
      restarted.scheduler.beginFiring();
      restarted.agree("v3", hourly("poster"), hourly("writer"));

      assertThat(restarted.triggerState("poster")).isEqualTo("PAUSED");
      assertThat(restarted.triggerState("writer")).isEqualTo("WAITING");
      assertThat(state(POSTER).pauseReason()).contains("holiday");
      assertThat(state(POSTER).pausedUntil()).isPresent();
    }
  }

  @Test
  void thePauseOfTheClusterPausesNewActorsTooAndResumesExactlyTheOthers() {
    node.agree("v1", hourly("poster"), hourly("writer"));
    node.scheduler.control().pause(WRITER, "mine", "bob");

    node.scheduler.clusterControl().pause("maintenance", "ann", Optional.empty());
    node.agree("v2", hourly("poster"), hourly("writer"), hourly("added"));

    assertThat(List.of("poster", "writer", "added")).allMatch(this::isPaused);
    assertThat(state(POSTER).paused()).as("its own pause").isFalse();
    assertThat(state(POSTER).nextRun()).isEmpty();
    assertThat(node.scheduler.clusterControl().pause().by()).contains("ann");

    assertThat(node.scheduler.clusterControl().resume("ann")).isTrue();

    assertThat(isPaused("poster")).isFalse();
    assertThat(isPaused("added")).isFalse();
    assertThat(isPaused("writer")).isTrue();
    assertThat(state(WRITER).pausedBy()).contains("bob");
    assertThat(state(POSTER).nextRun()).isPresent();
    assertThat(node.scheduler.clusterControl().resume("ann")).isFalse();
  }

  @Test
  void anActorResumedWhileTheClusterIsPausedDoesNotFire() {
    node.agree("v1", hourly("poster"));
    node.scheduler.control().pause(POSTER, "", "ann");
    node.scheduler.clusterControl().pause("", "ann", Optional.empty());

    node.scheduler.control().resume(POSTER, "ann");

    assertThat(isPaused("poster")).isTrue();
    node.scheduler.clusterControl().resume("ann");
    assertThat(isPaused("poster")).isFalse();
  }

  @Test
  void aFireOnItsWayIsRefusedWithARowWhileTheClusterIsPaused() {
    node.agree("v1", actor("poster", manual()));
    node.scheduler.control().fire(POSTER, Map.of(), false);
    database.execute("UPDATE cluster_state SET is_paused = true, pause_reason = 'maintenance'");

    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SKIPPED));
    assertThat(node.executions("poster").get(0).errorCode()).contains("cluster_paused");
    assertThat(node.executions("poster").get(0).errorMessage().orElseThrow())
        .contains("maintenance");
    assertThatThrownBy(() -> node.scheduler.control().fire(POSTER, Map.of(), false))
        .isInstanceOfSatisfying(
            SchedulingException.class, e -> assertThat(e.code()).isEqualTo("cluster_paused"));
    node.scheduler.control().fire(POSTER, Map.of(), true);
    await().atMost(SOON).until(() -> node.statuses("poster").contains(ExecutionStatus.SUCCEEDED));
  }

  @Test
  void aPauseOfTheClusterMadeElsewhereIsNoticedWithinSecondsAndEndsByItself() {
    node.agree("v1", hourly("poster"));
    node.scheduler.beginFiring();

    database.execute("UPDATE cluster_state SET is_paused = true");
    await().atMost(SOON).until(() -> isPaused("poster"));
    database.execute("UPDATE cluster_state SET paused_until = now() + interval '1 second'");

    await().atMost(SOON).until(() -> !isPaused("poster"));
    await()
        .atMost(SOON)
        .until(() -> database.number("SELECT count(*) FROM cluster_state WHERE is_paused") == 0);
  }

  @Test
  void aRunThatIsUnderWayEndsNormallyWhileEverythingIsPaused() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    node.body.set(
        (actor, version, fence, parameters) -> {
          running.countDown();
          awaitUninterrupted(mayEnd);
          return succeeded();
        });
    node.agree("v1", actor("poster", every(Duration.ofHours(1))));
    node.scheduler.beginFiring();
    awaitUninterrupted(running);

    node.scheduler.control().pause(POSTER, "", "ann");
    node.scheduler.clusterControl().pause("", "ann", Optional.empty());
    mayEnd.countDown();

    await()
        .atMost(SOON)
        .until(() -> node.statuses("poster").equals(List.of(ExecutionStatus.SUCCEEDED)));
    await().atMost(SOON).until(() -> node.triggerState("poster").equals("PAUSED"));
  }

  @Test
  void closingTheBreakerByHandKeepsThePause() {
    node.agree("v1", hourly("poster"));
    node.scheduler.control().pause(POSTER, "holiday", "ann");
    database.execute(
        "UPDATE actor_server_state SET breaker_state = 'open', consecutive_failures = 5");

    node.scheduler.control().resetBreaker(POSTER, "ann");

    assertThat(state(POSTER).breakerState()).isEqualTo("closed");
    assertThat(state(POSTER).consecutiveFailures()).isZero();
    assertThat(state(POSTER).paused()).isTrue();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isPaused(String actor) {
    return node.triggerState(actor).startsWith("PAUSED");
  }

  private ActorState state(ActorName actor) {
    return node.states.find(actor).orElseThrow();
  }

  private static ActorDefinition hourly(String name) {
    return actor(name, every(Duration.ofHours(1), false, Jitter.NONE));
  }
}
