package io.botticelli.core.cluster.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.cluster.ClusterNodes;
import io.botticelli.core.cluster.ClusterNodes.ClusterStart;
import io.botticelli.core.cluster.ClusterNodes.Member;
import io.botticelli.core.cluster.ClusterNodes.Report;
import io.botticelli.core.cluster.NodeState;
import io.botticelli.core.db.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcClusterNodesDbTest {
  private TestDatabase database;
  private ClusterNodes nodes;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    nodes = new JdbcClusterNodes(database.transactions());
  }

  @Test
  void theFirstNodeStartsTheClusterAndOthersJoinIt() {
    ClusterStart first = nodes.join(node("a"));

    ClusterStart second = nodes.join(node("b"));

    assertThat(first.first()).isTrue();
    assertThat(first.startedAt().getNano() % 1_000_000).isZero();
    assertThat(second).isEqualTo(new ClusterStart(first.startedAt(), false));
    assertThat(nodes.lastStart()).contains(first.startedAt());
  }

  @Test
  void ofNodesThatJoinAtOnceExactlyOneStartsTheCluster() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<ClusterStart>> joins = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String name = "node-" + i;
        joins.add(threads.submit(() -> nodes.join(node(name))));
      }
      List<ClusterStart> starts = new ArrayList<>();
      for (Future<ClusterStart> join : joins) {
        starts.add(join.get());
      }

      assertThat(starts).filteredOn(ClusterStart::first).hasSize(1);
      assertThat(starts)
          .extracting(ClusterStart::startedAt)
          .containsOnly(starts.get(0).startedAt());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theClusterStartsAnewWhenEverybodyIsGone() {
    ClusterStart before = nodes.join(node("a"));
    nodes.join(node("b"));
    nodes.leave("a");
    age("b", 31);

    ClusterStart after = nodes.join(node("c"));

    assertThat(after.first()).isTrue();
    assertThat(after.startedAt()).isAfter(before.startedAt());
  }

  @Test
  void aNodeSeenAMomentAgoKeepsTheClusterGoing() {
    nodes.join(node("a"));
    age("a", 25);

    assertThat(nodes.join(node("b")).first()).isFalse();
  }

  @Test
  void aSignRenewsTheRowAndBringsItBack() {
    nodes.join(node("a"));
    age("a", 40);
    assertThat(nodes.list()).extracting(Member::isLost).containsExactly(true);

    nodes.beat(new Report("a", "host", 7, "1.0", NodeState.STANDBY, 3, Duration.ofMillis(-2500)));

    Member renewed = nodes.list().get(0);
    assertThat(renewed.isLost()).isFalse();
    assertThat(renewed.state()).isEqualTo(NodeState.STANDBY);
    assertThat(renewed.running()).isEqualTo(3);
    assertThat(renewed.clockSkew()).isEqualTo(Duration.ofMillis(-2500));

    database.execute("DELETE FROM cluster_nodes");
    nodes.beat(node("a"));
    assertThat(nodes.list()).extracting(Member::instanceId).containsExactly("a");
  }

  @Test
  void aNodeLearnsWithItsSignThatItIsToDrain() {
    nodes.join(node("a"));
    assertThat(nodes.beat(node("a"))).isEmpty();

    assertThat(nodes.requestDrain("a", "ann")).isTrue();
    assertThat(nodes.requestDrain("a", "bob")).as("twice").isTrue();

    assertThat(nodes.beat(node("a"))).contains("ann");
    assertThat(nodes.list().get(0).drainRequestedAt()).isPresent();
    assertThat(nodes.resume("a")).isTrue();
    assertThat(nodes.beat(node("a"))).isEmpty();
    assertThat(nodes.requestDrain("nobody", "ann")).isFalse();
    assertThat(nodes.resume("nobody")).isFalse();
  }

  @Test
  void aNodeLostLongAgoIsForgotten() {
    nodes.join(node("old"));
    age("old", 2 * 24 * 3600);

    nodes.join(node("new"));

    assertThat(database.value("SELECT string_agg(instance_id, ',') FROM cluster_nodes"))
        .isEqualTo("new");
  }

  private void age(String instance, int seconds) {
    database.execute(
        "UPDATE cluster_nodes SET last_seen = clock_timestamp() - interval '"
            + seconds
            + " seconds' WHERE instance_id = '"
            + instance
            + "'");
  }

  private static Report node(String name) {
    return new Report(name, "host", 7, "1.0", NodeState.UP, 0, Duration.ZERO);
  }
}
