package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
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

@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class LocalWatchDbTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final TestDatabase database = TestDatabase.fresh();

  @Test
  void nodesOfOneDirectoryApplyItsChangesAndTakeEachDroppedFileOnce() throws Exception {
    write("watch_config = true\ndrop_folder = \"inbox\"", 3);
    try (Node first = Node.start(settings());
        Node second = Node.start(settings())) {
      first.beginFiring();
      second.beginFiring();
      String before = first.workingSet().version();
      for (int i = 0; i < 20; i++) {
        drop("greeter@" + i + ".json", "{\"params\": {\"n\": " + i + "}}");
      }
      drop("nobody.fire", "");

      write("watch_config = true\ndrop_folder = \"inbox\"", 4);

      await()
          .atMost(SOON)
          .until(
              () ->
                  database.number(
                          "SELECT count(*) FROM actor_server_executions WHERE kind = 'manual'"
                              + " AND status = 'succeeded'")
                      == 20);
      await().atMost(SOON).until(() -> !first.workingSet().version().equals(before));
      assertThat(second.workingSet().version()).isEqualTo(first.workingSet().version());
      assertThat(
              database.number(
                  "SELECT count(DISTINCT parameters->>'n')"
                      + " FROM actor_server_executions WHERE kind = 'manual'"))
          .isEqualTo(20);
      assertThat(directory.resolve("inbox/failed"))
          .isDirectoryContaining(file -> file.toString().endsWith("nobody.fire.reason.txt"));
    }
  }

  @Test
  void aDropFolderThatHoldsTheFilesOfTheServerIsRefusedAtTheStart() throws IOException {
    write("drop_folder = \".\"", 3);

    assertThatThrownBy(() -> Node.start(settings()))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("server.drop_folder");
    assertThat(directory.resolve("server.toml")).exists();
  }

  private void drop(String name, String content) throws IOException {
    Path hidden = directory.resolve("inbox/." + name);
    Files.writeString(hidden, content);
    Files.move(hidden, directory.resolve("inbox/" + name));
  }

  private void write(String server, int hours) throws IOException {
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [server]
        check_interval_seconds = 3600
        %s

        [[actors]]
        name = "greeter"
        narrative = "hello.toml"
        schedule = { type = "interval", hours = %d, run_on_start = false }
        """
            .formatted(server, hours));
    Files.writeString(
        directory.resolve("hello.toml"),
        """
        [narrative]
        name = "hello"
        description = "says hello"
        skip_content_generation = true

        [toc]
        order = ["greet"]

        [acts]
        greet = "Say hello."
        """);
    Files.writeString(
        directory.resolve("quartz.properties"), "org.quartz.scheduler.idleWaitTime = 1000\n");
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
