package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.alert.ReceivingServer;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class NodeAlertsDbTest {
  @TempDir private Path directory;

  @Test
  void oneOfTwoNodesTellsOnceThatAnActorFailsAndThatItIsOver() throws IOException {
    TestDatabase database = TestDatabase.fresh();
    try (ReceivingServer receiver = new ReceivingServer()) {
      Files.writeString(
          directory.resolve("server.toml"),
          """
          [alerts.channels.ops]
          type = "webhook"
          url = "${OPS_URL}"
          [alerts.rules.failing]
          when = "consecutive_failures"
          threshold = 2
          """);
      NodeSettings settings = settings(database, receiver);
      try (Node one = Node.start(settings);
          Node other = Node.start(settings)) {
        database.execute(
            "INSERT INTO actor_server_state (task_id, actor_name, consecutive_failures)"
                + " VALUES ('poster', 'poster', 2)");
        one.alertWatch().look();
        other.alertWatch().look();
        one.alertWatch().look();

        assertThat(receiver.requests())
            .singleElement()
            .matches(request -> request.body().contains("actor poster failed 2 times in a row"));
        assertThat(database.value("SELECT sources::text FROM definition_versions"))
            .as("the address may be a secret")
            .contains("${OPS_URL}")
            .doesNotContain("127.0.0.1");

        database.execute(
            "UPDATE actor_server_state SET consecutive_failures = 0",
            "UPDATE alerts SET last_seen_at = last_seen_at - interval '1 minute'");
        other.alertWatch().look();
        one.alertWatch().look();
      }

      assertThat(receiver.requests()).hasSize(2);
      assertThat(receiver.requests().get(1).body()).contains("\"event\":\"resolved\"");
    }
  }

  private NodeSettings settings(TestDatabase database, ReceivingServer receiver) {
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(Map.of("OPS_URL", receiver.address().toString())),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }
}
