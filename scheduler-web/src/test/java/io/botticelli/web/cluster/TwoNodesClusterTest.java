package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.FireSet.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in JVMs of their own share one schedule and survive the loss of one of them. */
@Tag("cluster")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TwoNodesClusterTest {
  private static final int ACTORS = 20;

  /** Check-in of 1 s, Quartz's grace of 7.5 s, and as much again for a slow machine. */
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(25);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private TestDatabase database;
  private FireSet set;
  private FireChecker checker;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    set = new FireSet(database, ACTORS, Duration.ofSeconds(1));
    checker = new FireChecker(database, FireSet.PERIOD, "fire_rows");
  }

  @AfterEach
  void stop() {
    nodes.forEach(NodeProcess::close);
  }

  @Test
  void killingOneOfTwoNodesLosesNoFireAndDoublesNone() {
    NodeProcess killed = start("killed");
    NodeProcess other = start("other");
    killed.awaitReady();
    other.awaitReady();
    awaitFires(3 * ACTORS);
    long shared = number("SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'");
    long byKilled = succeededOn(killed);
    long byOther = succeededOn(other);

    // The gate keeps runs of the node between their effect and their end, where a kill hurts most.
    String killedAt;
    List<Long> orphans;
    long acquired;
    try (Gate gate = set.closeGate()) {
      await()
          .atMost(Duration.ofSeconds(8))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> runningWithRow(killed) >= 2 && acquiredBy(killed) >= 1);
      killed.kill();
      killedAt = database.value("SELECT clock_timestamp()");
      orphans = runningOn(killed);
      acquired = acquiredBy(killed);
    }
    await().atMost(RECOVERY_LIMIT).until(() -> isClosed(orphans));
    String recoveredAt =
        database.value(
            "SELECT max(completed_at) FROM actor_server_executions WHERE id IN " + idList(orphans));
    awaitCaughtUp();
    int exit = other.terminate(STOP_LIMIT);

    print(shared, byKilled, byOther, orphans, acquired, killedAt, recoveredAt);
    assertThat(exit).as("exit code of the node that was asked to stop\n%s", other.log()).isZero();
    assertThat(List.of(byKilled, byOther))
        .as("fires of both nodes before one was killed, of %d", shared)
        .allSatisfy(share -> assertThat(share).isGreaterThanOrEqualTo(shared / 5));
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(orphans).as("runs the killed node left behind").hasSizeGreaterThanOrEqualTo(2);
    assertThat(
            number(
                "SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'"
                    + " AND attempt >= 2 AND epoch >= 2 AND node = '"
                    + other.id()
                    + "' AND id IN "
                    + idList(orphans)))
        .as("orphans that succeeded on the other node, of %s", orphans)
        .isEqualTo(orphans.size());
    assertThat(statuses()).as("what became of the fires").doesNotContain("failed", "abandoned");
  }

  @Test
  void askingOneOfTwoNodesToStopLosesNoFireAndDoublesNone() {
    NodeProcess leaving = start("leaving");
    NodeProcess staying = start("staying");
    leaving.awaitReady();
    staying.awaitReady();
    awaitFires(ACTORS);

    List<Long> running;
    try (Gate gate = set.closeGate()) {
      await().atMost(Duration.ofSeconds(8)).until(() -> runningWithRow(leaving) >= 2);
      running = runningOn(leaving);
      leaving.askToStop();
      await().atMost(Duration.ofSeconds(5)).until(() -> leaving.log().contains("stops"));
    }
    int exit = leaving.awaitExit(STOP_LIMIT);
    String leftAt = database.value("SELECT clock_timestamp()");
    await().atMost(Duration.ofSeconds(5)).until(() -> isClosed(running));
    awaitFiresSince(leftAt, 2 * ACTORS);
    int lastExit = staying.terminate(STOP_LIMIT);

    assertThat(exit).as("exit code\n%s", leaving.log()).isZero();
    assertThat(lastExit).as("exit code\n%s", staying.log()).isZero();
    assertThat(running).as("runs at the time of the signal").hasSizeGreaterThanOrEqualTo(2);
    assertThat(checker.problems()).as("I1 no fire lost, I2 none doubled").isEmpty();
    assertThat(statuses()).as("what became of the fires").doesNotContain("failed", "abandoned");
  }

  private NodeProcess start(String name) {
    NodeProcess node = set.start(name, directory);
    nodes.add(node);
    return node;
  }

  private void awaitFires(int count) {
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                number("SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'")
                    >= count);
  }

  private void awaitFiresSince(String since, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                number(
                        "SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'"
                            + " AND started_at > '"
                            + since
                            + "'")
                    >= count);
  }

  /** Every actor's latest fire started in time again: what the dead node held is made up. */
  private void awaitCaughtUp() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                number(
                        """
                        SELECT count(*) FROM (
                          SELECT actor_name FROM actor_server_executions
                          WHERE status = 'succeeded' GROUP BY actor_name
                          HAVING max(scheduled_for) > now() - interval '3 seconds') AS current""")
                    == ACTORS);
  }

  private long succeededOn(NodeProcess node) {
    return number(
        "SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded' AND node = '"
            + node.id()
            + "'");
  }

  private long runningWithRow(NodeProcess node) {
    return number(
        """
        SELECT count(*) FROM actor_server_executions e
        JOIN narrative_executions n ON n.execution_id = e.id
        JOIN content.fire_rows r ON r.run_id = n.run_id
        WHERE e.status = 'running' AND e.node = '"""
            + node.id()
            + "'");
  }

  /** Counts triggers the node has reserved and not fired yet. */
  private long acquiredBy(NodeProcess node) {
    return number(
        "SELECT count(*) FROM qrtz_fired_triggers WHERE state = 'ACQUIRED' AND instance_name = '"
            + node.id()
            + "'");
  }

  private List<Long> runningOn(NodeProcess node) {
    String ids =
        database.value(
            "SELECT string_agg(id::text, ',') FROM actor_server_executions"
                + " WHERE status = 'running' AND node = '"
                + node.id()
                + "'");
    return List.of(ids.split(",")).stream().map(Long::valueOf).toList();
  }

  private boolean isClosed(List<Long> executions) {
    return number(
            "SELECT count(*) FROM actor_server_executions WHERE status = 'running' AND id IN "
                + idList(executions))
        == 0;
  }

  private String statuses() {
    return database.value(
        "SELECT string_agg(line, ', ') FROM (SELECT status || coalesce(' ' || error_code, '')"
            + " || ' ' || count(*) AS line FROM actor_server_executions"
            + " GROUP BY status, error_code ORDER BY 1) AS lines");
  }

  private long number(String sql) {
    return database.number(sql);
  }

  private static String idList(List<Long> ids) {
    return ids.toString().replace('[', '(').replace(']', ')');
  }

  private void print(
      long shared,
      long byKilled,
      long byOther,
      List<Long> orphans,
      long acquired,
      String killedAt,
      String recoveredAt) {
    String lateness =
        "SELECT round((percentile_cont(%s) WITHIN GROUP (ORDER BY"
            + " extract(epoch FROM started_at - scheduled_for)) * 1000)::numeric) || ' ms'"
            + " FROM actor_server_executions WHERE status = 'succeeded' AND started_at %s '"
            + killedAt
            + "'";
    System.out.printf(
        "two nodes, %d actors every %d s: %d fires before the kill (%d + %d), %d runs orphaned,"
            + " %d triggers held,"
            + " recovered %s after the kill; lateness before it p50 %s, p99 %s, after it p50 %s,"
            + " p99 %s, most %s; %s%n",
        ACTORS,
        FireSet.PERIOD.toSeconds(),
        shared,
        byKilled,
        byOther,
        orphans.size(),
        acquired,
        database.value(
            "SELECT '" + recoveredAt + "'::timestamptz - '" + killedAt + "'::timestamptz"),
        database.value(lateness.formatted("0.5", "<")),
        database.value(lateness.formatted("0.99", "<")),
        database.value(lateness.formatted("0.5", ">")),
        database.value(lateness.formatted("0.99", ">")),
        database.value(lateness.formatted("1", ">")),
        statuses());
  }
}
