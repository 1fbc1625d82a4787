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

/**
 * With the check-in of the shipped {@code quartz.properties} the leases of a dead node run out
 * while Quartz is about to recover it, so both take its runs over at about the same time.
 */
@Tag("chaos")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ShippedCheckInChaosTest extends ClusterFixture {
  /** Figure the project promises for a fail-over after a kill. */
  private static final Duration FAIL_OVER = Duration.ofSeconds(25);

  ShippedCheckInChaosTest() {
    super(Duration.ofMillis(7500));
  }

  @Test
  void quartzAndTheSweeperTogetherRunAnOrphanOnce() {
    List<NodeProcess> both = startBoth("doomed", "heir");
    NodeProcess doomed = both.get(0);
    NodeProcess heir = both.get(1);
    watch.awaitSucceeded(ACTORS);

    List<Long> orphans;
    String killedAt;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(doomed, gate);
      doomed.kill();
      killedAt = watch.now();
      orphans = watch.runningOn(doomed);
    }
    await().atMost(FAIL_OVER).until(() -> watch.isClosed(orphans));
    watch.awaitCaughtUp(ACTORS);
    int exit = heir.terminate(STOP_LIMIT);

    System.out.printf(
        "shipped check-in: %d runs orphaned, recovered after %s; %s%n",
        orphans.size(), watch.between(killedAt, watch.lastEnd(orphans)), watch.outcomes());
    assertThat(exit).as("exit code\n%s", heir.log()).isZero();
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(watch.takenOverBy(heir, orphans))
        .as("orphans that succeeded on the other node, of %s", orphans)
        .isEqualTo(orphans.size());
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
