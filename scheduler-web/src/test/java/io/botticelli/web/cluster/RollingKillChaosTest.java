package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes die or leave at arbitrary moments, again and again, and new ones take their place. */
@Tag("chaos")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RollingKillChaosTest extends ClusterFixture {
  private static final int ROUNDS = 8;

  RollingKillChaosTest() {
    super(Duration.ofSeconds(1));
  }

  @Test
  void noFireIsLostOrDoubledHoweverOftenNodesGo() {
    long seed = Long.getLong("botticelli.chaos.seed", System.nanoTime());
    Random random = new Random(seed);
    List<NodeProcess> alive = new ArrayList<>(startBoth("roll-0", "roll-1"));
    watch.awaitSucceeded(ACTORS);

    for (int round = 1; round <= ROUNDS; round++) {
      // A number of fires is an arbitrary moment: in a run, between runs, while acquiring.
      watch.awaitStartedSince(watch.now(), 1 + random.nextInt(30));
      NodeProcess leaving = alive.remove(random.nextInt(alive.size()));
      if (random.nextInt(3) == 0) {
        assertThat(leaving.terminate(STOP_LIMIT)).as("exit code, seed %d", seed).isZero();
      } else {
        leaving.kill();
      }
      alive.add(start("roll-" + (round + 1)).awaitReady());
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> watch.isNobodyMissing(alive));
    watch.awaitCaughtUp(ACTORS);
    alive.forEach(NodeProcess::askToStop);
    alive.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).isZero());

    System.out.printf("rolling kill, seed %d: %s%n", seed, watch.outcomes());
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled, seed %d", seed).isEmpty();
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
