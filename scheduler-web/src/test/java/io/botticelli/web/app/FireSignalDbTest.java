package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that waits in a process of its own, because a signal is for a process. */
@Tag("db")
class FireSignalDbTest {
  private static final int STOP_SECONDS = 15;

  @TempDir private Path directory;

  @Test
  void aSignalEndsTheWaitAndTheFireGoesOn() throws Exception {
    TestDatabase database = TestDatabase.fresh();
    database.execute(
        "INSERT INTO actor_server_state (task_id, actor_name) VALUES ('poster', 'poster')");
    Path said = directory.resolve("said.txt");
    Process process = start(database, said);
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> Files.exists(said) && Files.readString(said).contains("waiting for its end"));

      process.destroy();

      assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as("it stops").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(said);
    assertThat(process.exitValue()).as(output).isEqualTo(ExitCodes.INTERRUPTED);
    String receipt = database.value("SELECT receipt_id FROM fire_receipts");
    assertThat(output)
        .contains("no node is up; the fire waits until one does")
        .contains("poster: interrupted; the fire goes on under its receipt")
        .contains("receipt " + receipt);
  }

  private Process start(TestDatabase database, Path said) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "fire",
            "poster",
            "--wait",
            "--database-url",
            database.jdbcUrl())
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }
}
