package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node runs the shipped working set on its own schedule: something is posted. */
@Tag("db")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NodePipelineDbTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path home;

  @Test
  void generatesCuratesAndPosts() {
    TestDatabase database = TestDatabase.fresh();
    NodeSettings settings =
        NodeSettings.of(
                Path.of(System.getProperty("botticelli.project.root")).toAbsolutePath(),
                home,
                "narratives/actor_server.toml",
                new Environment(Map.of("POSTING_CHANNEL_ID", "900000000000000001")),
                Clock.systemUTC())
            .withDatabaseUrl(Optional.of(database.jdbcUrl()));
    try (Node node = Node.start(settings)) {
      node.beginFiring();
      // Every actor may have fired by itself at the start already; another fire does no harm.
      fire(node, "generation");
      fire(node, "curation");
      fire(node, "posting");

      assertThat(database.number("SELECT count(*) FROM outbound_posts WHERE status = 'sent'"))
          .as("messages sent")
          .isPositive();
      assertThat(database.number("SELECT count(*) FROM preview_messages")).isPositive();
    }
  }

  private static void fire(Node node, String actor) {
    String receipt = node.control().fire(new ActorName(actor), Map.of(), false);
    await().atMost(SOON).until(() -> ended(node, actor, receipt).isPresent());
    Execution execution = ended(node, actor, receipt).orElseThrow();
    assertThat(execution.status())
        .as("%s: %s %s", actor, execution.errorCode(), execution.errorMessage())
        .isIn(ExecutionStatus.SUCCEEDED, ExecutionStatus.SKIPPED);
  }

  private static Optional<Execution> ended(Node node, String actor, String receipt) {
    Filter all =
        new Filter(
            Optional.of(new ActorName(actor)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            50,
            Optional.empty());
    return node.history().list(all).stream()
        .filter(run -> run.fire().receipt().equals(receipt))
        .filter(run -> run.completedAt().isPresent())
        .findFirst();
  }
}
