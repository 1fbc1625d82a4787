package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.DatabaseServer.Stop;
import io.botticelli.web.cluster.FaultLog.Kind;
import io.botticelli.web.cluster.FaultProxy.Point;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

/**
 * Two nodes, each behind a wire of its own, live through one fault after another between them and
 * the database. The nodes are the same from the first to the last: nobody restarts them.
 */
@Tag("chaos")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NetworkAndDatabaseChaosTest {
  private static final int ACTORS = 20;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private DatabaseServer server;
  private TestDatabase database;
  private FireSet set;
  private FireWatch watch;
  private Trial trial;
  private List<FaultProxy> wires;
  private List<NodeProcess> nodes = List.of();

  @BeforeAll
  void startTwoNodes(@TempDir Path directory) {
    server = DatabaseServer.create(directory, Map.of());
    database = TestDatabase.on(server.port());
    set = new FireSet(database, FireSet.Shape.of(ACTORS, Duration.ofSeconds(1)));
    watch = new FireWatch(database);
    trial = new Trial(database, set);
    wires = Stream.of(1, 2).map(wire -> FaultProxy.to(server.port())).toList();
    nodes =
        Stream.of(0, 1)
            .map(
                i ->
                    set.start(
                        "wired-" + i,
                        directory,
                        Optional.empty(),
                        Map.of("DATABASE_URL", wires.get(i).jdbcUrl())))
            .toList();
    nodes.forEach(NodeProcess::awaitReady);
    watch.awaitSucceeded(ACTORS);
    set.anchor();
  }

  @AfterAll
  void endEverything() {
    nodes.forEach(NodeProcess::close);
    wires.forEach(FaultProxy::close);
    server.close();
  }

  @Test
  @Order(1)
  void firesInTimeWithoutAnyFault() {
    FireReport report = trial.survive("no-fault", faults -> Trial.pause(Duration.ofSeconds(4)));

    assertThat(report.excused())
        .as("fires that met a run of the same actor, on a machine that may be busy")
        .isLessThan(report.targets() / 4);
  }

  @Test
  @Order(2)
  void survivesConnectionsThatBreakInTheMiddleOfTransactions() {
    trial.survive(
        "connection-cut",
        faults -> {
          for (int round = 0; round < 4; round++) {
            FaultProxy wire = wires.get(round % 2);
            faults.during(
                "all connections of a node reset",
                Kind.DATABASE,
                () ->
                    await()
                        .atMost(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> wire.cut() >= 2));
          }
          faults.during(
              "effects, ends and fires cut before their commit",
              Kind.DATABASE,
              () -> {
                strike(Point.BEFORE_COMMIT, "INSERT INTO \"content\".\"fire_rows\"", 3);
                strike(Point.BEFORE_COMMIT, "SET status = $1, success = $2", 3);
                strike(Point.BEFORE_COMMIT, "INSERT INTO QRTZ_FIRED_TRIGGERS", 3);
              });
        });
  }

  @Test
  @Order(3)
  void storesNothingTwiceWhenTheAnswerToACommitIsLost() {
    trial.survive(
        "commit-answer-lost",
        faults ->
            faults.during(
                "answers to the commits of effects, openings, ends and fires lost",
                Kind.NODE,
                () -> {
                  strike(Point.COMMIT_ANSWER, "INSERT INTO \"content\".\"fire_rows\"", 5);
                  strike(Point.COMMIT_ANSWER, "INSERT INTO public.actor_server_executions", 3);
                  strike(Point.COMMIT_ANSWER, "SET status = $1, success = $2", 3);
                  strike(Point.COMMIT_ANSWER, "INSERT INTO QRTZ_FIRED_TRIGGERS", 3);
                }));
  }

  @Test
  @Order(4)
  void survivesASessionThatHoldsTheLockOfTheSchedule() {
    trial.survive(
        "trigger-lock-held",
        faults ->
            faults.during(
                "TRIGGER_ACCESS held by an idle session",
                Kind.DATABASE,
                () -> {
                  try (Connection idle = database.dataSource().getConnection()) {
                    idle.setAutoCommit(false);
                    try (PreparedStatement lock =
                        idle.prepareStatement(
                            "SELECT * FROM qrtz_locks WHERE lock_name = 'TRIGGER_ACCESS' FOR UPDATE")) {
                      lock.execute();
                    }
                    Trial.pause(Duration.ofSeconds(6));
                    idle.rollback();
                  } catch (SQLException failure) {
                    throw new IllegalStateException(failure);
                  }
                }));
  }

  @Test
  @Order(5)
  void firesAgainSoonAfterAFastRestartOfTheDatabase() {
    restart(Stop.FAST, Duration.ofSeconds(3));
  }

  @Test
  @Order(6)
  void firesAgainSoonAfterAnImmediateRestartOfTheDatabase() {
    restart(Stop.IMMEDIATE, Duration.ofSeconds(5));
  }

  @Test
  @Order(7)
  void firesAgainSoonAfterTheDatabaseWasKilled() {
    restart(Stop.KILL, Duration.ofSeconds(3));
  }

  private void restart(Stop how, Duration down) {
    FireReport report =
        trial.survive(
            "database-restart-" + how.name().toLowerCase(Locale.ROOT),
            faults ->
                faults.during(
                    "database down by " + how,
                    Kind.DATABASE,
                    () -> {
                      server.stop(how);
                      Trial.pause(down);
                      server.restart();
                    }));

    assertThat(report.recovery())
        .as("until everything that waited had run")
        .isLessThanOrEqualTo(Duration.ofSeconds(20));
  }

  @Test
  @Order(8)
  void isUsefulAgainSoonAfterItsConnectionsWentSilent() {
    NodeProcess deaf = nodes.get(0);
    trial.survive(
        "connections-silent",
        faults -> {
          String since = watch.now();
          faults.during(
              "all connections of a node silent",
              Kind.SILENCE,
              () -> {
                assertThat(wires.get(0).silence()).as("connections silent").isPositive();
                await()
                    .atMost(Duration.ofSeconds(45))
                    .until(() -> watch.succeededSince(deaf, since) >= 3);
              });
          assertThat(watch.succeededSince(nodes.get(1), since))
              .as("fires of the other node meanwhile")
              .isPositive();
        });
  }

  @Test
  @Order(99)
  void hasLostAndDoubledNothingInTheEnd() {
    watch.awaitCaughtUp(ACTORS);
    nodes.forEach(NodeProcess::askToStop);
    nodes.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).as(node.log()).isZero());

    System.out.printf("network and database: %s%n", watch.outcomes());
    assertThat(new FireChecker(database, FireSet.PERIOD, "fire_rows").problems())
        .as("I1 no fire lost, I2 none doubled")
        .isEmpty();
  }

  private void strike(Point point, String text, int times) {
    FaultProxy wire = wires.get(times % 2);
    wire.strike(point, text, times);
    await("transactions with " + text)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> wire.struck() >= times);
  }
}
