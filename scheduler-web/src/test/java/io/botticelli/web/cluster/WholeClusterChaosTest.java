package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.web.cluster.FireSet.Gate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every node goes at the same time: by a power cut, then by an orderly stop. */
@Tag("chaos")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class WholeClusterChaosTest extends ClusterFixture {
  WholeClusterChaosTest() {
    super(Duration.ofSeconds(1));
  }

  @Test
  void whatStoodStillGoesOnWhenNodesAreBack() {
    List<NodeProcess> both = startBoth("first", "second");
    watch.awaitSucceeded(ACTORS);

    List<Long> orphans;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(both.get(0), gate);
      both.forEach(NodeProcess::kill);
      orphans = both.stream().flatMap(node -> watch.runningOn(node).stream()).toList();
    }
    List<NodeProcess> successors = startBoth("third", "fourth");
    await().atMost(Duration.ofSeconds(30)).until(() -> watch.isClosed(orphans));
    watch.awaitCaughtUp(ACTORS);
    successors.forEach(NodeProcess::askToStop);
    List<Integer> exits = successors.stream().map(node -> node.awaitExit(STOP_LIMIT)).toList();

    System.out.printf("power cut: %d runs orphaned; %s%n", orphans.size(), watch.outcomes());
    assertThat(exits).as("exit codes").containsOnly(0);
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(Stream.of(0, 1).mapToLong(i -> watch.takenOverBy(successors.get(i), orphans)).sum())
        .as("orphans that succeeded on new nodes, of %s", orphans)
        .isEqualTo(orphans.size());
    assertThat(watch.outcomes()).as("the fires").doesNotContain("failed", "abandoned");
  }
}
