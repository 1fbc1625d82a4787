package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.Cancellations.Answer;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.model.gemini.HangingServer;
import io.botticelli.core.model.gemini.HangingServer.Manner;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a run hangs in, it ends within a second when it is told to. */
@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class HangingRunsDbTest {
  private static final ActorName WRITER = new ActorName("writer");
  private static final Duration SOON = Duration.ofSeconds(30);

  /** One second for the run itself, the rest for a busy machine. */
  private static final Duration AT_ONCE = Duration.ofMillis(2_500);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  @TempDir private Path directory;
  private TestDatabase database;

  @BeforeEach
  void write() throws IOException {
    database = TestDatabase.fresh();
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [server]
        check_interval_seconds = 1

        [[actors]]
        name = "writer"
        config_file = "writer.toml"
        """);
    actor(3600);
    Files.writeString(
        directory.resolve("write.toml"),
        """
        [narrative]
        name = "write"
        description = "asks a model"
        skip_content_generation = true

        [toc]
        order = ["ask"]

        [acts]
        ask = "Say hello."
        """);
    Files.writeString(
        directory.resolve("quartz.properties"),
        "org.quartz.scheduler.idleWaitTime = 1000\n"
            + "org.quartz.jobStore.clusterCheckinInterval = 1000\n");
  }

  @AfterEach
  void end() {
    thread.shutdownNow();
  }

  private void actor(int timeoutSeconds) throws IOException {
    Files.writeString(
        directory.resolve("writer.toml"),
        """
        [actor]
        name = "writer"
        description = "writes"
        knowledge = []
        skills = ["narrative_execution"]

        [actor.schedule]
        type = "Manual"

        [actor.execution]
        timeout_seconds = %d
        max_retries = 0

        [skills.narrative_execution]
        enabled = true
        narrative_path = "write.toml"
        """
            .formatted(timeoutSeconds));
  }

  @Test
  void aCancelledRunLeavesAModelHoweverItHangs() throws Exception {
    try (HangingServer model = new HangingServer(Manner.SILENT);
        Node node = Node.start(settings(model.url().toString()));
        Workbench elsewhere = Workbench.open(settings(model.url().toString()), false)) {
      node.beginFiring();
      for (Manner manner : List.of(Manner.SILENT, Manner.NEVER, Manner.DRIPPING)) {
        model.hang(manner);
        elsewhere.control().fire(WRITER, Map.of(), false);
        assertThat(model.awaitCaller()).isTrue();
        long execution = newest(node).id();

        long start = System.nanoTime();
        assertThat(elsewhere.cancellations().request(execution, "ann")).isEqualTo(Answer.REQUESTED);

        await().atMost(SOON).until(() -> newest(node).status() == ExecutionStatus.CANCELLED);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as("%s", manner)
            .isLessThan(AT_ONCE);
        assertThat(newest(node).errorMessage()).contains("cancelled by ann");
        assertThat(model.awaitHangUp()).as("connection closed").isTrue();
        assertThat(model.callers()).as("no further attempt").isEqualTo(1);
        await().atMost(SOON).until(() -> busyThreads().isEmpty());
      }
    }
  }

  @Test
  void aCancelledRunDoesNotWaitForItsRetry() throws Exception {
    try (HangingServer model = new HangingServer(Manner.BUSY);
        Node node = Node.start(settings(model.url().toString()))) {
      node.beginFiring();
      node.control().fire(WRITER, Map.of(), false);
      assertThat(model.awaitHangUp()).as("answered").isTrue();

      long start = System.nanoTime();
      node.cancellations().request(newest(node).id(), "ann");

      await().atMost(SOON).until(() -> newest(node).status() == ExecutionStatus.CANCELLED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
    }
  }

  @Test
  void aRunOfTheCommandLineIsCancelledFromElsewhereWithItsNextLease() throws Exception {
    try (HangingServer model = new HangingServer(Manner.NEVER);
        Workbench here = Workbench.open(settings(model.url().toString()), false);
        Workbench elsewhere = Workbench.open(settings(model.url().toString()), false)) {
      Narrative narrative =
          new NarrativeParser(here.files(), name -> Optional.empty())
              .parse("write.toml")
              .choose(Optional.empty())
              .narrative();
      Future<Workbench.Outcome> outcome =
          thread.submit(
              () ->
                  here.runNarrative(
                      new Workbench.Request(
                          narrative,
                          "noop",
                          Optional.empty(),
                          Optional.empty(),
                          Map.of(),
                          true,
                          ProgressListener.NONE)));
      assertThat(model.awaitCaller()).isTrue();
      long execution = database.number("SELECT id FROM actor_server_executions");

      elsewhere.cancellations().request(execution, "ann");

      assertThat(outcome.get(20, TimeUnit.SECONDS).result().status()).isEqualTo(Status.CANCELLED);
      Execution run = elsewhere.history().find(execution).orElseThrow();
      assertThat(run.status()).isEqualTo(ExecutionStatus.CANCELLED);
      assertThat(run.errorMessage()).contains("cancelled by ann");
    }
  }

  @Test
  void aRunThatIsOutOfTimeLeavesAModelThatHangs() throws Exception {
    actor(1);
    try (HangingServer model = new HangingServer(Manner.DRIPPING);
        Node node = Node.start(settings(model.url().toString()))) {
      node.beginFiring();
      node.control().fire(WRITER, Map.of(), false);
      assertThat(model.awaitCaller()).isTrue();

      await().atMost(SOON).until(() -> newest(node).status() != ExecutionStatus.RUNNING);

      Execution run = newest(node);
      assertThat(run.status()).isEqualTo(ExecutionStatus.FAILED);
      assertThat(run.errorCode()).contains("run_timeout");
      assertThat(Duration.between(run.startedAt(), run.completedAt().orElseThrow()))
          .isLessThan(Duration.ofSeconds(1).plus(AT_ONCE));
      assertThat(model.awaitHangUp()).as("connection closed").isTrue();
      await().atMost(SOON).until(() -> busyThreads().isEmpty());
    }
  }

  @Test
  void aCancelledRunLeavesATableThatHangs() throws Exception {
    hangingTable();
    try (Node node = Node.start(settings(""))) {
      node.beginFiring();
      node.control().fire(WRITER, Map.of(), false);
      await().atMost(SOON).until(() -> sleeping() == 1);
      long execution = newest(node).id();

      long start = System.nanoTime();
      node.cancellations().request(execution, "ann");

      await().atMost(SOON).until(() -> newest(node).status() == ExecutionStatus.CANCELLED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
      await().atMost(SOON).until(() -> sleeping() == 0);
    }
  }

  @Test
  void aStoppedNodeHandsARunThatHangsToTheNextOne() throws Exception {
    try (HangingServer model = new HangingServer(Manner.NEVER);
        Node stopping = Node.start(settings(model.url().toString()))) {
      stopping.beginFiring();
      stopping.control().fire(WRITER, Map.of(), false);
      assertThat(model.awaitCaller()).isTrue();

      try (Node next =
          Node.start(settings(model.url().toString()).withOverrideModel(Optional.of("offline")))) {
        next.beginFiring();
        stopping.stop(Duration.ZERO);

        await().atMost(SOON).until(() -> newest(next).status() == ExecutionStatus.SUCCEEDED);
        assertThat(newest(next).node()).isEqualTo(next.nodeId());
        assertThat(newest(next).attempt()).isEqualTo(2);
      }
    }
  }

  private void hangingTable() throws IOException {
    database.execute(
        "CREATE TABLE content.ideas (id bigserial PRIMARY KEY, text text)",
        "INSERT INTO content.ideas (text) VALUES ('one')",
        "CREATE VIEW content.slow AS"
            + " SELECT id, text, pg_sleep(15)::text AS slept FROM content.ideas");
    Files.writeString(
        directory.resolve("write.toml"),
        """
        [narrative]
        name = "write"
        description = "reads a table"
        skip_content_generation = true

        [toc]
        order = ["ask"]

        [tables.slow]
        table_name = "slow"

        [acts]
        ask = ["tables.slow"]
        """);
  }

  /** Threads of runs that are still in a call. */
  private static List<String> busyThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(
            thread ->
                List.of(thread.getValue()).stream()
                    .anyMatch(frame -> frame.getClassName().endsWith("GeminiHttpClient")))
        .map(thread -> thread.getKey().getName())
        .toList();
  }

  private long sleeping() {
    return database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND wait_event = 'PgSleep' AND state = 'active'");
  }

  private static Execution newest(Node node) {
    return node.history()
        .list(
            new Filter(
                Optional.of(WRITER),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.empty()))
        .get(0);
  }

  private NodeSettings settings(String model) {
    Map<String, String> variables =
        model.isEmpty() ? Map.of() : Map.of("GEMINI_API_KEY", "key", "GEMINI_BASE_URL", model);
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(variables),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }
}
