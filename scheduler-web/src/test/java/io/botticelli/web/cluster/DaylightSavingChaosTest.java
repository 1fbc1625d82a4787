package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes and their database live through both days on which clocks change in Berlin, in a time
 * of their own: it runs as it does everywhere, and is set forward to shortly before each time
 * something is due.
 */
@Tag("chaos")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DaylightSavingChaosTest {
  private static final Map<String, String> CRONS =
      Map.of("half_past_two", "30 2 * * *", "hourly", "0 * * * *", "twenty", "*/20 * * * *");

  private static final Duration BEFORE = Duration.ofMillis(2_500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** A node that looks at the clock in the middle of a jump stands by until it looks again. */
  private static final Duration FIRE_LIMIT = Duration.ofSeconds(30);

  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void endEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void springSkipsAnHour() throws IOException {
    SortedMap<Instant, List<String>> due = new TreeMap<>();
    // 02:00 in Berlin is 03:00 at once; 02:30 comes at the first moment there is.
    due.put(Instant.parse("2026-03-29T01:00:00Z"), List.of("half_past_two", "hourly", "twenty"));
    due.put(Instant.parse("2026-03-29T01:20:00Z"), List.of("twenty"));
    due.put(Instant.parse("2026-03-29T01:40:00Z"), List.of("twenty"));

    livesThrough("dst-spring", Instant.parse("2026-03-29T00:55:00Z"), due);
  }

  @Test
  void autumnRepeatsAnHour() throws IOException {
    SortedMap<Instant, List<String>> due = new TreeMap<>();
    // 02:30 in Berlin, the first time; then 02:40, 02:00 again, 02:20, 02:30 and 02:40 again.
    due.put(Instant.parse("2026-10-25T00:30:00Z"), List.of("half_past_two"));
    due.put(Instant.parse("2026-10-25T00:40:00Z"), List.of("twenty"));
    due.put(Instant.parse("2026-10-25T01:00:00Z"), List.of("hourly", "twenty"));
    due.put(Instant.parse("2026-10-25T01:20:00Z"), List.of("twenty"));
    due.put(Instant.parse("2026-10-25T01:30:00Z"), List.of());
    due.put(Instant.parse("2026-10-25T01:40:00Z"), List.of("twenty"));

    livesThrough("dst-autumn", Instant.parse("2026-10-25T00:25:00Z"), due);
  }

  private void livesThrough(String name, Instant start, SortedMap<Instant, List<String>> due)
      throws IOException {
    ShiftedClock clock = ShiftedClock.in(directory);
    clock.goTo(start);
    DatabaseServer server = DatabaseServer.create(directory, clock.exact());
    open.add(server);
    TestDatabase database = TestDatabase.on(server.port());
    Map<String, String> environment = new HashMap<>(clock.exact());
    environment.put("DATABASE_URL", database.jdbcUrl());
    List<NodeProcess> nodes = new ArrayList<>();
    for (String node : List.of(name + "-a", name + "-b")) {
      Path files = directory.resolve(node);
      write(files);
      NodeProcess process =
          NodeProcess.start(node, files, environment, "--config", "actor_server.toml");
      open.add(process);
      nodes.add(process);
    }
    nodes.forEach(NodeProcess::awaitReady);

    SortedMap<String, Integer> wanted = new TreeMap<>();
    due.forEach(
        (time, actors) -> {
          clock.goTo(time.minus(BEFORE));
          Trial.pause(BEFORE.plusMillis(actors.isEmpty() ? 2_000 : 0));
          actors.forEach(actor -> wanted.put(actor + " " + time, 1));
          await().atMost(FIRE_LIMIT).until(() -> fired(database).size() >= wanted.size());
        });
    nodes.forEach(NodeProcess::askToStop);
    nodes.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).as(node.log()).isZero());

    System.out.printf(
        "chaos: %s targets=%d fired=%d%n", name, wanted.size(), fired(database).size());
    assertThat(fired(database)).as("fires that succeeded, with their rows").isEqualTo(wanted);
    FireChecker checker = new FireChecker(database, Duration.ofHours(1), "fire_rows");
    assertThat(checker.doubled()).as("I2 none doubled").isEmpty();
    assertThat(checker.unfinished()).as("I1 every fire has an end").isEmpty();
    assertThat(checker.leftInQuartz()).as("left in Quartz").isEmpty();
  }

  /** Returns actor and due time of every execution that succeeded, with the rows it left. */
  private static SortedMap<String, Integer> fired(TestDatabase database) {
    SortedMap<String, Integer> fired = new TreeMap<>();
    String lines =
        database.value(
            """
            SELECT string_agg(actor_name || ' ' || to_char(scheduled_for AT TIME ZONE 'UTC',
              'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '=' || (SELECT count(*) FROM act_executions a
                JOIN narrative_executions n ON n.id = a.execution_id
                WHERE n.execution_id = e.id AND a.rows_stored > 0), ';')
            FROM actor_server_executions e WHERE status = 'succeeded'""");
    if (lines != null) {
      for (String line : lines.split(";")) {
        fired.put(line.split("=")[0], Integer.valueOf(line.split("=")[1]));
      }
    }
    return fired;
  }

  private static void write(Path files) throws IOException {
    Files.createDirectories(files);
    StringBuilder server =
        new StringBuilder("[server]\nname = \"dst\"\ncheck_interval_seconds = 2\n");
    for (Map.Entry<String, String> cron : CRONS.entrySet()) {
      server.append(
          """

          [[actors]]
          name = "%1$s"
          config_file = "%1$s.toml"
          """
              .formatted(cron.getKey()));
      Files.writeString(
          files.resolve(cron.getKey() + ".toml"),
          """
          [actor]
          name = "%s"
          description = "Fires by the clock on the wall"

          [actor.schedule]
          type = "cron"
          expression = "%s"
          timezone = "Europe/Berlin"

          [skills.narrative_execution]
          narrative_path = "fire.toml"

          [platform]
          type = "noop"
          """
              .formatted(cron.getKey(), cron.getValue()));
    }
    Files.writeString(files.resolve("actor_server.toml"), server.toString());
    Files.writeString(
        files.resolve("fire.toml"),
        """
        [narrative]
        name = "fire"
        description = "Leaves one row"
        target = "fire_rows"

        [toc]
        order = ["leave"]

        [acts.leave]
        extract_output = true
        input = ["Return only a JSON object: {\\"text_content\\": \\"one sentence\\"}"]
        """);
    Files.writeString(
        files.resolve("quartz.properties"),
        """
        org.quartz.jobStore.clusterCheckinInterval = 1000
        org.quartz.scheduler.idleWaitTime = 1000
        """);
  }
}
