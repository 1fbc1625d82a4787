package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.FaultLog.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

/** Somebody sets the clock of one of two nodes. */
@Tag("chaos")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClockChaosTest {
  private static final int ACTORS = 20;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** What the project promises for a node whose clock is wrong. */
  private static final Duration STAND_BY_LIMIT = Duration.ofSeconds(15);

  /** Longer than check-in and grace: by then a healthy node would have been declared dead. */
  private static final Duration LONGER_THAN_GRACE = Duration.ofSeconds(10);

  private final TestDatabase database = TestDatabase.fresh();
  private final FireWatch watch = new FireWatch(database);
  private ShiftedClock clock;
  private Trial trial;
  private List<NodeProcess> nodes = List.of();

  @BeforeAll
  void startTwoNodes(@TempDir Path directory) {
    clock = ShiftedClock.in(directory);
    FireSet set = new FireSet(database, FireSet.Shape.of(ACTORS, Duration.ofSeconds(1)));
    trial = new Trial(database, set);
    nodes =
        List.of(
            set.start("shifted", directory, Optional.empty(), clock.environment()),
            set.start("right", directory, Optional.empty(), Map.of()));
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
  void toleratesOneSecond() {
    trial.survive(
        "clock-1s",
        faults ->
            faults.during(
                "clock of a node 1 s fast",
                Kind.NODE,
                () -> {
                  clock.shift(1);
                  Trial.pause(Duration.ofSeconds(4));
                }));

    assertThat(shifted().get("/health/ready").statusCode()).as("ready").isEqualTo(200);
    assertNobodyWasDeclaredDead();
  }

  @Test
  @Order(2)
  void standsByWhileItsClockIsThirtySecondsFast() {
    trial.survive(
        "clock+30s",
        faults ->
            faults.during(
                "clock of a node 30 s fast",
                Kind.NODE,
                () -> {
                  clock.shift(30);
                  await().atMost(STAND_BY_LIMIT).until(this::standsBy);
                  Trial.pause(LONGER_THAN_GRACE);
                }));

    assertNobodyWasDeclaredDead();
  }

  @Test
  @Order(3)
  void standsByWhileItsClockIsThirtySecondsSlow() {
    trial.survive(
        "clock-30s",
        faults ->
            faults.during(
                "clock of a node 30 s slow",
                Kind.NODE,
                () -> {
                  clock.shift(-30);
                  await().atMost(STAND_BY_LIMIT).until(this::standsBy);
                  Trial.pause(LONGER_THAN_GRACE);
                }));

    assertNobodyWasDeclaredDead();
  }

  @Test
  @Order(4)
  void goesOnWhenItsClockIsRightAgain() {
    clock.shift(0);
    await().atMost(STAND_BY_LIMIT).until(() -> !standsBy());
    String since = watch.now();
    await().atMost(STAND_BY_LIMIT).until(() -> watch.succeededSince(shifted(), since) >= 2);
    watch.awaitCaughtUp(ACTORS);
    nodes.forEach(NodeProcess::askToStop);
    nodes.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).as(node.log()).isZero());

    System.out.printf("clocks: %s%n", watch.outcomes());
    assertNobodyWasDeclaredDead();
    assertThat(new FireChecker(database, FireSet.PERIOD, "fire_rows").problems())
        .as("I1 no fire lost, I2 none doubled")
        .isEmpty();
  }

  private NodeProcess shifted() {
    return nodes.get(0);
  }

  private boolean standsBy() {
    return shifted().get("/health/ready").statusCode() == 503
        && shifted().get("/health/ready").body().contains("stands by");
  }

  /** Both sides of a false fail-over say so: who declares and who was declared dead. */
  private void assertNobodyWasDeclaredDead() {
    assertThat(nodes)
        .allSatisfy(
            node ->
                assertThat(node.log())
                    .doesNotContain(
                        "failed or restarted instances", "was recovered by another instance"));
  }
}
