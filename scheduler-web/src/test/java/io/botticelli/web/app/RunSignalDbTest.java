package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own, because a signal is for a process. */
@Tag("db")
class RunSignalDbTest {
  private static final int STOP_SECONDS = 15;

  @TempDir private Path directory;

  @Test
  void stopsAtOnceOnSigtermAndLeavesNothingRunning() throws Exception {
    Files.writeString(
        directory.resolve("slow.toml"),
        """
        [narrative]
        name = "slow"
        description = "waits for a model that does not answer"
        target = "slow_rows"

        [toc]
        order = ["say"]

        [acts]
        say = "Say something."
        """);
    TestDatabase database = TestDatabase.fresh();
    CountDownLatch called = new CountDownLatch(1);

    try (StubGemini gemini = StubGemini.silent(called::countDown)) {
      Process process = start(database, gemini);
      try {
        assertThat(called.await(60, TimeUnit.SECONDS)).as("the model is called").isTrue();
        process.destroy();

        assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as("it stops").isTrue();
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(directory.resolve("said.txt"));
      assertThat(process.exitValue()).as(said).isEqualTo(ExitCodes.INTERRUPTED);
      assertThat(said).contains("slow: cancelled").doesNotContain("\tat ");
    }
    assertThat(database.value("SELECT status FROM actor_server_executions")).isEqualTo("cancelled");
    assertThat(database.value("SELECT to_regclass('content.slow_rows')")).isNull();
  }

  private Process start(TestDatabase database, StubGemini gemini) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "slow.toml",
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
