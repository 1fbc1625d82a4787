package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node in a process of its own, because a signal is for a process. */
@Tag("db")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServeSignalDbTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void theFirstSignalWaitsForARunThatHangsAndTheSecondDoesNot() throws Exception {
    write();
    TestDatabase database = TestDatabase.fresh();
    CountDownLatch called = new CountDownLatch(1);

    try (StubGemini gemini = StubGemini.silent(called::countDown)) {
      Process process = start(database, gemini);
      try {
        assertThat(called.await(60, TimeUnit.SECONDS)).as("the model is called").isTrue();
        process.destroy();
        await().atMost(SOON).until(() -> said().contains("fires nothing more"));
        assertThat(process.isAlive()).as("waits for the run").isTrue();

        process.destroy();

        assertThat(process.waitFor(5, TimeUnit.SECONDS)).as("stops at once").isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.INTERRUPTED);
      } finally {
        process.destroyForcibly();
      }
    }
    assertThat(database.value("SELECT status FROM actor_server_executions"))
        .as("other nodes take it over when its lease has run out")
        .isEqualTo("running");
  }

  private String said() throws IOException {
    return Files.readString(directory.resolve("said.txt"));
  }

  private void write() throws IOException {
    Files.writeString(
        directory.resolve("actor_server.toml"),
        """
        [server]
        shutdown_timeout_seconds = 600

        [server.http]
        enabled = false

        [[actors]]
        name = "slow"
        config_file = "slow_actor.toml"
        """);
    Files.writeString(
        directory.resolve("slow_actor.toml"),
        """
        [actor]
        name = "slow"
        description = "waits for a model"
        knowledge = []
        skills = ["narrative_execution"]

        [actor.schedule]
        type = "Immediate"

        [skills.narrative_execution]
        enabled = true
        narrative_path = "slow.toml"
        """);
    Files.writeString(
        directory.resolve("slow.toml"),
        """
        [narrative]
        name = "slow"
        description = "waits for a model that does not answer"
        skip_content_generation = true

        [toc]
        order = ["say"]

        [acts]
        say = "Say something."
        """);
  }

  private Process start(TestDatabase database, StubGemini gemini) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--database-url",
                database.jdbcUrl())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said.txt").toFile());
    builder.environment().put("GEMINI_API_KEY", "k");
    builder.environment().put("GEMINI_BASE_URL", gemini.url());
    return builder.start();
  }
}
