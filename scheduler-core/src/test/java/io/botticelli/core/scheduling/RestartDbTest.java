package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RestartDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TestDatabase database = TestDatabase.fresh();

  /** Acceptance list of the narrative specification, number 12. */
  @Test
  void aRestartOfTheWholeClusterKeepsNextRunPauseAndFailureCounter() {
    ActorDefinition[] actors = {
      actor("steady", every(Duration.ofHours(1), false, Jitter.NONE)),
      actor("shifted", every(Duration.ofHours(1), false, new Jitter(50, Duration.ZERO))),
      actor("paused", every(Duration.ofHours(1), false, Jitter.NONE)),
      actor("failing", manual())
    };
    Optional<Instant> steady;
    Optional<Instant> shifted;
    try (TestNode before = new TestNode(database)) {
      before.body.set((actor, version, fence, parameters) -> result(ExecutionStatus.FAILED));
      before.agree("v1", actors);
      before.scheduler.control().pause(new ActorName("paused"), "holiday", "ann");
      before.scheduler.beginFiring();
      before.scheduler.control().fire(new ActorName("failing"), Map.of(), false);
      await().atMost(SOON).until(() -> state(before, "failing").consecutiveFailures() == 1);
      steady = state(before, "steady").nextRun();
      shifted = state(before, "shifted").nextRun();
    }

    try (TestNode after = new TestNode(database)) {
      after.agree("v1", actors);
      after.scheduler.beginFiring();

      assertThat(state(after, "steady").nextRun()).isPresent().isEqualTo(steady);
      assertThat(state(after, "shifted").nextRun())
          .as("a drawn time survives, too")
          .isPresent()
          .isEqualTo(shifted);
      ActorState paused = state(after, "paused");
      assertThat(paused.paused()).isTrue();
      assertThat(paused.pauseReason()).contains("holiday");
      assertThat(paused.pausedBy()).contains("ann");
      assertThat(paused.nextRun()).isEmpty();
      assertThat(after.triggerState("paused")).isEqualTo("PAUSED");
      assertThat(state(after, "failing").consecutiveFailures()).isEqualTo(1);
    }
  }

  private static ActorState state(TestNode node, String actor) {
    return node.states.find(new ActorName(actor)).orElseThrow();
  }
}
