package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody was up for ten minutes, and every actor was due meanwhile. */
@Tag("chaos")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OverdueChaosTest {
  private static final int ACTORS = 200;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** Two hundred runs on two nodes of a busy machine. */
  private static final Duration CAUGHT_UP = Duration.ofSeconds(30);

  private final TestDatabase database = TestDatabase.fresh();
  private final FireSet set =
      new FireSet(
          database,
          FireSet.Shape.of(ACTORS, Duration.ofSeconds(1)).withPeriod(Duration.ofHours(24)));
  private final FireWatch watch = new FireWatch(database);
  private final List<NodeProcess> nodes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void endNodes() {
    nodes.forEach(NodeProcess::close);
  }

  @Test
  void everyOverdueTriggerFiresExactlyOnce() {
    NodeProcess first = start("before");
    assertThat(first.awaitReady().terminate(STOP_LIMIT)).isZero();
    // A slow start may have left a fire or two.
    database.execute(
        "DELETE FROM actor_server_executions",
        "DO $$ BEGIN IF to_regclass('content.fire_rows') IS NOT NULL"
            + " THEN DELETE FROM content.fire_rows; END IF; END $$",
        "UPDATE qrtz_triggers SET next_fire_time ="
            + " ((extract(epoch FROM now()) - 600) * 1000)::bigint WHERE trigger_group = 'schedule'");

    List<NodeProcess> both = List.of(start("after-0"), start("after-1"));
    both.forEach(NodeProcess::awaitReady);
    String ready = watch.now();
    await().atMost(CAUGHT_UP).until(() -> watch.succeeded() >= ACTORS);
    String done = watch.now();
    Trial.pause(Duration.ofSeconds(3));
    List<Long> shares = both.stream().map(watch::succeededOn).toList();
    both.forEach(NodeProcess::askToStop);
    both.forEach(node -> assertThat(node.awaitExit(STOP_LIMIT)).as(node.log()).isZero());

    System.out.printf(
        "chaos: overdue-at-start targets=%d ran=%d shares=%s until_all_ran=%s %s%n",
        ACTORS, watch.succeeded(), shares, watch.between(ready, done), watch.outcomes());
    assertThat(
            database.number(
                """
                SELECT count(*) FROM (SELECT e.actor_name FROM actor_server_executions e
                  JOIN narrative_executions n ON n.execution_id = e.id
                  JOIN content.fire_rows r ON r.run_id = n.run_id
                  WHERE e.status = 'succeeded' GROUP BY e.actor_name HAVING count(*) = 1) AS once"""))
        .as("actors that ran exactly once")
        .isEqualTo(ACTORS);
    assertThat(watch.succeeded()).as("fires").isEqualTo(ACTORS);
    assertThat(shares).as("fires of each node").allMatch(share -> share >= ACTORS / 10);
    assertThat(new FireChecker(database, Duration.ofHours(24), "fire_rows").doubled())
        .as("I2 no fire doubled")
        .isEmpty();
    assertThat(new FireChecker(database, Duration.ofHours(24), "fire_rows").leftInQuartz())
        .as("left in Quartz")
        .isEmpty();
  }

  private NodeProcess start(String name) {
    NodeProcess node = set.start(name, directory);
    nodes.add(node);
    return node;
  }
}
