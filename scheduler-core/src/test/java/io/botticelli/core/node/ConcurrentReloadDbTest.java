package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes apply definitions at once: they end in one, and Quartz holds exactly that. */
@Tag("db")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConcurrentReloadDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int ROUNDS = 100;

  @TempDir private Path one;
  @TempDir private Path other;
  private final TestDatabase database = TestDatabase.fresh();

  @Test
  void twoNodesThatReloadAtOnceEndInOneVersionThatQuartzHolds() throws Exception {
    Random random = new Random(20260105);
    write(one, 1, false);
    write(other, 1, false);
    ExecutorService both = Executors.newFixedThreadPool(2);
    try (Node first = Node.start(settings(one));
        Node second = Node.start(settings(other))) {
      String kept = nextFire("kept");
      for (int round = 0; round < ROUNDS; round++) {
        write(one, 1 + random.nextInt(3), random.nextBoolean());
        write(other, 1 + random.nextInt(3), random.nextBoolean());

        List<Callable<Node.Reloaded>> reloads = List.of(first::reload, second::reload);
        for (Future<Node.Reloaded> reload : both.invokeAll(reloads)) {
          reload.get();
        }

        WorkingSet agreed = first.workingSet();
        assertThat(second.workingSet().version()).isEqualTo(agreed.version());
        assertThat(triggers()).as("round %s", round).isEqualTo(expected(agreed));
        assertThat(nextFire("kept")).as("I1: an unchanged actor's next fire").isEqualTo(kept);
      }
    } finally {
      both.shutdownNow();
    }
  }

  @Test
  void aVersionAppliedElsewhereCountsWithinSeconds() throws Exception {
    write(one, 1, false);
    write(other, 1, false);
    try (Node node = Node.start(settings(one));
        Workbench bench = Workbench.open(settings(other), false)) {
      node.beginFiring();
      write(other, 2, true);

      bench.definitions().apply(Node.check(settings(other)), "ann");

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(triggers()).isEqualTo(expected(node.workingSet())));
      assertThat(node.workingSet().actors()).hasSize(3);
    }
  }

  @Test
  void aNodeThatCannotUseTheAgreedVersionLeavesItsTriggersAlone() throws Exception {
    write(one, 1, false);
    write(other, 3, true);
    Files.writeString(
        other.resolve("server.toml"),
        Files.readString(other.resolve("server.toml"))
            .replace("[server]", "[server]\ndescription = \"${ONLY_THERE}\""));
    NodeSettings knowing = settings(other, Map.of("ONLY_THERE", "yes"));
    try (Node first = Node.start(settings(one));
        Node second = Node.start(knowing)) {
      String agreed = expected(second.workingSet());
      assertThat(triggers()).isEqualTo(agreed);

      first.definitionWatch().look();

      assertThat(triggers()).as("two nodes would take turns").isEqualTo(agreed);
      assertThat(first.health().components().get("actors").detail()).contains("ONLY_THERE");
    }
  }

  private String nextFire(String actor) {
    return database.value(
        "SELECT next_fire_time::text FROM qrtz_triggers WHERE job_name = '" + actor + "'");
  }

  /** Every trigger of the schedule with what it repeats at. */
  private String triggers() {
    return database.value(
        "SELECT string_agg(t.job_name || ' ' || coalesce(s.repeat_interval::text, 'cron'), ', '"
            + " ORDER BY t.job_name, t.trigger_name) FROM qrtz_triggers t"
            + " LEFT JOIN qrtz_simple_triggers s USING (sched_name, trigger_name, trigger_group)");
  }

  private static String expected(WorkingSet set) {
    return set.actors().stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .map(
            actor ->
                actor.name()
                    + " "
                    + (actor.schedule() instanceof ActorSchedule.Interval interval
                        ? Long.toString(interval.every().toMillis())
                        : "cron"))
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  private NodeSettings settings(Path directory) {
    return settings(directory, Map.of());
  }

  private NodeSettings settings(Path directory, Map<String, String> variables) {
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(variables),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }

  private static void write(Path directory, int hours, boolean extra) throws IOException {
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [server]
        check_interval_seconds = 3600

        [[actors]]
        name = "kept"
        narrative = "hello.toml"
        schedule = "0 0 9 * * ?"

        [[actors]]
        name = "edited"
        narrative = "hello.toml"
        schedule = { type = "interval", hours = %d, run_on_start = false }
        """
                .formatted(hours)
            + (extra
                ? """

                [[actors]]
                name = "extra"
                narrative = "hello.toml"
                schedule = { type = "interval", hours = 9, run_on_start = false }
                """
                : ""));
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
  }
}
