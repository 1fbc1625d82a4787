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
 * A node that sleeps (a paused virtual machine, a laptop's lid) is declared dead, and wakes up in
 * the middle of the runs it believes to own.
 */
@Tag("chaos")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SleepingNodeChaosTest extends ClusterFixture {
  SleepingNodeChaosTest() {
    super(Duration.ofSeconds(1));
  }

  @Test
  void whatASleeperDoesAfterItWasTakenOverDoesNotCount() {
    List<NodeProcess> both = startBoth("sleeper", "watcher");
    NodeProcess sleeper = both.get(0);
    NodeProcess watcher = both.get(1);
    watch.awaitSucceeded(ACTORS);

    List<Long> orphans;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(sleeper, gate);
      sleeper.suspend();
      orphans = watch.runningOn(sleeper);
    }
    await().atMost(Duration.ofSeconds(25)).until(() -> watch.isClosed(orphans));
    sleeper.resume();
    String wokenAt = watch.now();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> sleeper.log().contains("run ended without effects"));
    watch.awaitStartedSince(wokenAt, 3 * ACTORS);
    watch.awaitCaughtUp(ACTORS);
    await().atMost(Duration.ofSeconds(20)).until(() -> watch.succeededSince(sleeper, wokenAt) > 0);
    int exit = sleeper.terminate(STOP_LIMIT);
    int lastExit = watcher.terminate(STOP_LIMIT);

    System.out.printf("sleep: %d runs orphaned; %s%n", orphans.size(), watch.outcomes());
    assertThat(List.of(exit, lastExit)).as("exit codes\n%s", sleeper.log()).containsOnly(0);
    assertThat(checker.problems()).as("I1, I2 and I4").isEmpty();
    assertThat(watch.takenOverBy(watcher, orphans))
        .as("orphans that succeeded on the other node, of %s", orphans)
        .isEqualTo(orphans.size());
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
