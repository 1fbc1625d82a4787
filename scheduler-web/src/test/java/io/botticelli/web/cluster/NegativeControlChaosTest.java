package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.FaultLog.Kind;
import io.botticelli.web.cluster.FireSet.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The judges of the chaos tests are not blind: a build without fencing and with listeners that may
 * throw goes through what {@link SleepingNodeChaosTest} goes through, and both mistakes are found.
 */
@Tag("chaos")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NegativeControlChaosTest {
  private static final int ACTORS = 20;
  private static final String VICTIM = "actor_20";

  private final TestDatabase database = TestDatabase.fresh();
  private final FireWatch watch = new FireWatch(database);
  private final FireSet set =
      new FireSet(database, FireSet.Shape.of(ACTORS, Duration.ofSeconds(1)).withRetries(2));
  private final List<NodeProcess> nodes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void endNodes() {
    nodes.forEach(NodeProcess::close);
  }

  @Test
  void findsTheMistakesOfASabotagedBuild() {
    Path classes =
        new SabotagedBuild(directory)
            .replace(
                "db/Transactions.java",
                "throw new StaleExecutionException(executionId, epoch);",
                "return;")
            .replace(
                "scheduling/LeaseKeeper.java",
                "if (!renewal.owned() && run.stop(Reason.LEASE_LOST)) {",
                "if (!renewal.owned() && false) {")
            .replace(
                "scheduling/SafeListener.java",
                "    } catch (Throwable failure) {\n      report(failure);",
                "    } catch (Throwable failure) {\n      report(failure);\n      throw failure;")
            .replace(
                "scheduling/HistoryListener.java",
                "    metrics.fired(actor(trigger),",
                "    if (actor(trigger).value().equals(\"%s\")) {\n".formatted(VICTIM)
                    + "      throw new IllegalStateException(\"sabotage\");\n"
                    + "    }\n"
                    + "    metrics.fired(actor(trigger),")
            .compile();
    for (String name : List.of("careless", "other")) {
      nodes.add(set.start(name, directory, Optional.of(classes), Map.of()));
    }
    nodes.forEach(NodeProcess::awaitReady);
    NodeProcess careless = nodes.get(0);
    watch.awaitSucceeded(ACTORS);
    set.anchor();
    FaultLog faults = new FaultLog();
    Instant from = Instant.now();

    faults.during("node asleep", Kind.NODE, () -> sleepUntilTakenOver(careless));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(new FireChecker(database, FireSet.PERIOD, "fire_rows").doubled())
                    .as("effects of a node that was declared dead")
                    .anyMatch(problem -> problem.matches("doubled: .* completed 2 runs")));

    // The victim of the throwing listener counts as stuck after ten seconds.
    FireMatcher matcher = new FireMatcher(database, "fire_rows");
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(judge(matcher, from, faults).problems())
                    .as("a listener that throws before the job")
                    .anyMatch(problem -> problem.startsWith("lost: " + VICTIM))
                    .anyMatch(problem -> problem.startsWith("stuck: trigger " + VICTIM)));
    System.out.println(judge(matcher, from, faults).line());
  }

  private FireReport judge(FireMatcher matcher, Instant from, FaultLog faults) {
    return matcher.judge("sabotaged", set.due(from, Instant.now().minusSeconds(2)), faults);
  }

  private void sleepUntilTakenOver(NodeProcess careless) {
    List<Long> orphans;
    try (Gate gate = set.closeGate()) {
      watch.awaitInTheMiddle(careless, gate);
      careless.suspend();
      orphans = watch.runningOn(careless);
    }
    await().atMost(Duration.ofSeconds(25)).until(() -> watch.isClosed(orphans));
    careless.resume();
  }
}
