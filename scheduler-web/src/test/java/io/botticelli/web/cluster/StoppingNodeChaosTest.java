package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.web.cluster.FireSet.Gate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node is asked to stop and cannot bring its runs to their end. */
@Tag("chaos")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StoppingNodeChaosTest extends ClusterFixture {
  /** Time for runs, time after the interrupt, time for Quartz, and some for a slow machine. */
  private static final Duration STUCK_STOP_LIMIT = Duration.ofSeconds(40);

  StoppingNodeChaosTest() {
    super(Duration.ofSeconds(1));
  }

  @Test
  void runsThatCannotBeClosedGoToTheOtherNode() {
    List<NodeProcess> both = startBoth("stuck", "helper");
    NodeProcess stuck = both.get(0);
    NodeProcess helper = both.get(1);
    watch.awaitSucceeded(ACTORS);

    List<Long> running;
    Gate rows;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(stuck, gate);
      running = watch.runningOn(stuck);
      // From here on nobody can write about these executions: neither effects nor their end.
      rows = set.holdExecutions(running);
    }
    int exit;
    String leftAt;
    try (rows) {
      exit = stuck.terminate(STUCK_STOP_LIMIT);
      leftAt = watch.now();
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> watch.isClosed(running));
    watch.awaitCaughtUp(ACTORS);
    int lastExit = helper.terminate(STOP_LIMIT);

    System.out.printf(
        "stuck stop: %d runs, closed %s after the node had left; %s%n",
        running.size(), watch.between(leftAt, watch.lastEnd(running)), watch.outcomes());
    assertThat(List.of(exit, lastExit)).as("exit codes\n%s", stuck.log()).containsOnly(0);
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(watch.takenOverBy(helper, running))
        .as("runs that succeeded on the other node, of %s", running)
        .isEqualTo(running.size());
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
