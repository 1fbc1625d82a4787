package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.FaultLog.Kind;
import io.botticelli.web.cluster.FireSet.Gate;
import io.botticelli.web.cluster.NodeProcess.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that use up their pool, sets applied under running fires, and rows damaged by hand. */
@Tag("chaos")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DamageChaosTest {
  private static final int ACTORS = 20;
  private static final int POOL = 4;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** Check-in every second, a busy machine, and far less than the 8.5 s that count as dead. */
  private static final long LATEST_CHECK_IN_MS = 4_000;

  private final TestDatabase database = TestDatabase.fresh();
  private final FireWatch watch = new FireWatch(database);
  private final FireSet set =
      new FireSet(database, FireSet.Shape.of(ACTORS, Duration.ofSeconds(1)).withPool(POOL));
  private final Trial trial = new Trial(database, set);
  private Path directory;
  private List<NodeProcess> nodes = List.of();

  @BeforeAll
  void startTwoNodes(@TempDir Path parent) {
    directory = parent;
    nodes = Stream.of("one", "two").map(name -> set.start(name, parent)).toList();
    nodes.forEach(NodeProcess::awaitReady);
    watch.awaitSucceeded(ACTORS);
    set.anchor();
  }

  @AfterAll
  void endNodes() {
    nodes.forEach(NodeProcess::close);
  }

  @Test
  @Order(1)
  void checksInWhileRunsUseUpTheirPool() {
    trial.survive(
        "pool-exhausted",
        faults ->
            faults.during(
                "every connection of runs waits at the gate",
                Kind.DATABASE,
                () -> {
                  try (Gate gate = set.closeGate()) {
                    gate.requireClosed();
                    for (int second = 0; second < 8; second++) {
                      Trial.pause(Duration.ofSeconds(1));
                      assertThat(watch.latestCheckInAge())
                          .as("age of the oldest check-in, in ms")
                          .isLessThan(LATEST_CHECK_IN_MS);
                    }
                  }
                }));

    assertThat(nodes)
        .as("who waited in vain says which pool, how long and how full")
        .anyMatch(
            node ->
                node.log()
                    .contains(
                        "pool application has no free connection after 5000 ms (%d of %d busy"
                            .formatted(POOL, POOL)));
    assertNobodyWasDeclaredDead();
  }

  @Test
  @Order(2)
  void appliesSetsOnBothNodesWhileActorsFire() {
    trial.survive(
        "apply-during-runs",
        faults -> {
          for (int round = 1; round <= 2; round++) {
            int version = round;
            faults.during(
                "a changed set applied by two at once",
                Kind.NODE,
                () -> {
                  List<CompletableFuture<Answer>> answers =
                      Stream.of("one", "two")
                          .map(
                              name -> {
                                set.describe(directory.resolve(name), "set " + version);
                                return CompletableFuture.supplyAsync(
                                    () -> command(name, "apply", "--yes"));
                              })
                          .toList();
                  answers.forEach(
                      answer ->
                          assertThat(answer.join().exitCode()).as(answer.join().output()).isZero());
                });
          }
        });

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                assertThat(
                        database.number(
                            "SELECT count(DISTINCT definition_version) FROM ("
                                + "SELECT definition_version FROM actor_server_executions"
                                + " ORDER BY id DESC LIMIT 10) AS latest"))
                    .as("versions the latest fires ran")
                    .isEqualTo(1));
  }

  @Test
  @Order(3)
  void repairsAJobWhoseClassIsUnknown() {
    String since = watch.now();
    database.execute(
        "UPDATE qrtz_job_details SET job_class_name = 'com.example.Renamed'"
            + " WHERE job_name = 'actor_01'");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                database.number(
                        "SELECT count(*) FROM qrtz_triggers WHERE job_name = 'actor_01'"
                            + " AND trigger_state = 'ERROR'")
                    == 1);
    watch.awaitStartedSince(since, ACTORS);

    Answer repaired = command("one", "doctor", "--repair");

    await().atMost(Duration.ofSeconds(20)).until(() -> firesAgain("actor_01"));
    System.out.printf(
        "chaos: job-class-renamed doctor_exit=%d; %s%n", repaired.exitCode(), watch.outcomes());
    watch.awaitCaughtUp(ACTORS);
  }

  @Test
  @Order(4)
  void repairsATriggerThatLostItsTimes() {
    database.execute(
        "DELETE FROM qrtz_simple_triggers WHERE trigger_name IN"
            + " (SELECT trigger_name FROM qrtz_triggers WHERE job_name = 'actor_02')",
        "DELETE FROM qrtz_simprop_triggers WHERE trigger_name IN"
            + " (SELECT trigger_name FROM qrtz_triggers WHERE job_name = 'actor_02')",
        "DELETE FROM qrtz_blob_triggers WHERE trigger_name IN"
            + " (SELECT trigger_name FROM qrtz_triggers WHERE job_name = 'actor_02')");
    String damagedAt = watch.now();

    Answer repaired = command("one", "doctor", "--repair");

    await().atMost(Duration.ofSeconds(20)).until(() -> firesAgain("actor_02"));
    watch.awaitCaughtUp(ACTORS);
    System.out.printf(
        "chaos: sub-rows-deleted doctor_exit=%d caught_up_after=%s; %s%n",
        repaired.exitCode(), watch.between(damagedAt, watch.now()), watch.outcomes());
  }

  @Test
  @Order(99)
  void leavesNothingBehind() {
    nodes.forEach(NodeProcess::askToStop);
    nodes.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).as(node.log()).isZero());

    FireChecker checker = new FireChecker(database, FireSet.PERIOD, "fire_rows");
    assertThat(checker.doubled()).as("I2 none doubled").isEmpty();
    assertThat(checker.unfinished()).as("I1 every fire has an end").isEmpty();
    assertThat(checker.leftInQuartz()).as("left in Quartz").isEmpty();
  }

  private boolean firesAgain(String actor) {
    return database.number(
            "SELECT count(*) FROM actor_server_executions WHERE actor_name = '"
                + actor
                + "' AND status = 'succeeded'"
                + " AND scheduled_for > now() - interval '3 seconds'")
        > 0;
  }

  private Answer command(String node, String... words) {
    return NodeProcess.run(
        directory.resolve(node),
        Map.of("DATABASE_URL", database.jdbcUrl()),
        Stream.concat(Stream.of(words), Stream.of("--config", "actor_server.toml"))
            .toArray(String[]::new));
  }

  private void assertNobodyWasDeclaredDead() {
    assertThat(nodes)
        .allSatisfy(
            node ->
                assertThat(node.log())
                    .doesNotContain(
                        "failed or restarted instances", "was recovered by another instance"));
  }
}
