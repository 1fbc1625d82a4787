package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.cluster.ClusterNodes.Member;
import io.botticelli.core.cluster.NodeState;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.metrics.PrometheusText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ClusterMembershipDbTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Far below the sign every 5 s: what happens by then, a signal did. */
  private static final Duration BY_SIGNAL = Duration.ofSeconds(4);

  @TempDir private Path directory;
  private TestDatabase database;

  @BeforeEach
  void write() throws IOException {
    database = TestDatabase.fresh();
    Files.writeString(directory.resolve("server.toml"), "[server]\ncheck_interval_seconds = 1\n");
    Files.writeString(
        directory.resolve("quartz.properties"), "org.quartz.scheduler.idleWaitTime = 1000\n");
  }

  @Test
  void membersComeAndGoInOrder() {
    try (Node one = Node.start(settings())) {
      assertThat(one.cluster().list()).as("does not fire yet").isEmpty();
      one.beginFiring();
      try (Node other = Node.start(settings())) {
        other.beginFiring();

        assertThat(one.cluster().list())
            .extracting(Member::instanceId)
            .containsExactly(one.nodeId(), other.nodeId());
        assertThat(one.cluster().list().get(0).pid()).isEqualTo(ProcessHandle.current().pid());
        await()
            .atMost(SOON)
            .until(
                () ->
                    new PrometheusText(one.metrics())
                        .render()
                        .contains("botticelli_cluster_nodes{state=\"up\"} 2.0"));
        one.watch();
        assertThat(new PrometheusText(one.metrics()).render())
            .contains("botticelli_node_checkin_lag_seconds 0.0");
      }

      assertThat(one.cluster().list()).extracting(Member::instanceId).containsExactly(one.nodeId());
    }
    assertThat(database.number("SELECT count(*) FROM cluster_nodes")).isZero();
    await().atMost(SOON).until(() -> ownThreads().isEmpty());
  }

  @Test
  void aNodeDrainsWhenAskedFromAnotherProcessAndFiresAgainWhenResumed() {
    try (Node node = Node.start(settings());
        Workbench bench = Workbench.open(settings(), false)) {
      node.beginFiring();
      await().atMost(SOON).until(() -> node.health().ready());
      await().atMost(SOON).until(() -> listeners() == 1);

      bench.cluster().drain(node.nodeId(), "ann");

      await().atMost(BY_SIGNAL).until(() -> !node.health().ready());
      assertThat(node.health().components().get("scheduler").detail()).contains("draining");
      await()
          .atMost(BY_SIGNAL)
          .until(() -> bench.cluster().list().get(0).state() == NodeState.DRAINING);
      assertThat(bench.cluster().list().get(0).drainRequestedBy()).contains("ann");
      node.watch();
      assertThat(node.health().ready()).as("a right clock does not end it").isFalse();

      bench.cluster().resume(node.nodeId());

      await().atMost(SOON).until(() -> node.health().ready());
    }
  }

  @Test
  void nobodyCanBeAskedWhoIsNotThere() {
    try (Workbench bench = Workbench.open(settings(), false)) {
      assertThatThrownBy(() -> bench.cluster().drain("ghost", "ann"))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("no node ghost");
    }
  }

  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(List.of("signals", "membership", "interrupt-watch", "query-cancel")::contains)
        .toList();
  }

  private long listeners() {
    return database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'botticelli signals' AND query LIKE 'LISTEN%'");
  }

  private NodeSettings settings() {
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(Map.of()),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }
}
