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

/** Two nodes in JVMs of their own share one schedule and survive the loss of one of them. */
@Tag("cluster")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TwoNodesClusterTest extends ClusterFixture {
  /** Check-in of 1 s, Quartz's grace of 7.5 s, and as much again for a slow machine. */
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(25);

  TwoNodesClusterTest() {
    super(Duration.ofSeconds(1));
  }

  @Test
  void killingOneOfTwoNodesLosesNoFireAndDoublesNone() {
    List<NodeProcess> both = startBoth("killed", "survivor");
    NodeProcess killed = both.get(0);
    NodeProcess survivor = both.get(1);
    watch.awaitSucceeded(3 * ACTORS);
    long shared = watch.succeeded();
    List<Long> shares = both.stream().map(watch::succeededOn).toList();

    // The gate keeps runs between their effect and their end, where a kill hurts most.
    String killedAt;
    List<Long> orphans;
    long held;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(killed, gate);
      killed.kill();
      killedAt = watch.now();
      orphans = watch.runningOn(killed);
      held = watch.acquiredBy(killed);
    }
    await().atMost(RECOVERY_LIMIT).until(() -> watch.isClosed(orphans));
    watch.awaitCaughtUp(ACTORS);
    int exit = survivor.terminate(STOP_LIMIT);

    System.out.printf(
        "kill: %d actors every %d s, %d fires shared %s; %d runs orphaned, %d triggers held,"
            + " recovered after %s; late before: %s; late after: %s; %s%n",
        ACTORS,
        FireSet.PERIOD.toSeconds(),
        shared,
        shares,
        orphans.size(),
        held,
        watch.between(killedAt, watch.lastEnd(orphans)),
        watch.lateness("started_at < '" + killedAt + "'"),
        watch.lateness("started_at > '" + killedAt + "'"),
        watch.outcomes());
    assertThat(exit).as("exit code of the survivor\n%s", survivor.log()).isZero();
    assertThat(shares)
        .as("fires of both nodes before one was killed, of %d", shared)
        .allSatisfy(share -> assertThat(share).isGreaterThanOrEqualTo(shared / 5));
    assertThat(orphans).as("runs the killed node left behind").hasSizeGreaterThanOrEqualTo(2);
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(watch.takenOverBy(survivor, orphans))
        .as("orphans that succeeded on the other node, of %s", orphans)
        .isEqualTo(orphans.size());
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }

  @Test
  void askingOneOfTwoNodesToStopLosesNoFireAndDoublesNone() {
    List<NodeProcess> both = startBoth("leaving", "staying");
    NodeProcess leaving = both.get(0);
    NodeProcess staying = both.get(1);
    watch.awaitSucceeded(ACTORS);

    List<Long> running;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(leaving, gate);
      running = watch.runningOn(leaving);
      leaving.askToStop();
      await().atMost(Duration.ofSeconds(5)).until(() -> leaving.log().contains(" stops: "));
    }
    int exit = leaving.awaitExit(STOP_LIMIT);
    String leftAt = watch.now();
    await().atMost(Duration.ofSeconds(5)).until(() -> watch.isClosed(running));
    watch.awaitStartedSince(leftAt, 2 * ACTORS);
    int lastExit = staying.terminate(STOP_LIMIT);

    System.out.printf(
        "stop: %d runs when asked, late after: %s; %s%n",
        running.size(), watch.lateness("started_at > '" + leftAt + "'"), watch.outcomes());
    assertThat(exit).as("exit code\n%s", leaving.log()).isZero();
    assertThat(lastExit).as("exit code\n%s", staying.log()).isZero();
    assertThat(running).as("runs at the time of the signal").hasSizeGreaterThanOrEqualTo(2);
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
