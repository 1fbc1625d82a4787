package io.botticelli.web.cluster;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.cluster.FireSet.Gate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Watches a running cluster through its database. */
final class FireWatch {
  private static final Duration SOON = Duration.ofSeconds(40);

  /** Shorter than the sessions' lock time-out, which would fail runs at the gate. */
  private static final Duration PREFERRED = Duration.ofSeconds(4);

  private final TestDatabase database;

  FireWatch(TestDatabase database) {
    this.database = database;
  }

  /** Returns the database's time, which all rows carry. */
  String now() {
    return database.value("SELECT clock_timestamp()");
  }

  /** Returns how long ago the node that is quiet longest checked in, in milliseconds. */
  long latestCheckInAge() {
    return database.number(
        "SELECT coalesce(max((extract(epoch FROM clock_timestamp()) * 1000)::bigint"
            + " - last_checkin_time), 0) FROM qrtz_scheduler_state");
  }

  long succeeded() {
    return count("status = 'succeeded'");
  }

  long succeededOn(NodeProcess node) {
    return count("status = 'succeeded' AND node = '" + node.id() + "'");
  }

  long succeededSince(NodeProcess node, String since) {
    return count(
        "status = 'succeeded' AND node = '%s' AND started_at > '%s'".formatted(node.id(), since));
  }

  /** Counts runs of a node that stored their row and have not ended. */
  long runningWithRow(NodeProcess node) {
    return count(
        """
        status = 'running' AND node = '%s' AND EXISTS (
          SELECT 1 FROM narrative_executions n JOIN content.fire_rows r ON r.run_id = n.run_id
          WHERE n.execution_id = e.id)"""
            .formatted(node.id()));
  }

  /** Counts triggers a node has reserved and not fired yet. */
  long acquiredBy(NodeProcess node) {
    return database.number(
        "SELECT count(*) FROM qrtz_fired_triggers WHERE state = 'ACQUIRED' AND instance_name = '"
            + node.id()
            + "'");
  }

  List<Long> runningOn(NodeProcess node) {
    String ids =
        database.value(
            "SELECT string_agg(id::text, ',') FROM actor_server_executions"
                + " WHERE status = 'running' AND node = '"
                + node.id()
                + "'");
    return ids == null ? List.of() : Stream.of(ids.split(",")).map(Long::valueOf).toList();
  }

  /** Tells whether dead nodes have left nothing behind: no run, no fired row, no check-in. */
  boolean isNobodyMissing(List<NodeProcess> alive) {
    String ids = alive.stream().map(node -> "'" + node.id() + "'").collect(joining(","));
    return database.number(
            """
            SELECT (SELECT count(*) FROM actor_server_executions
                WHERE status = 'running' AND node NOT IN (%1$s))
              + (SELECT count(*) FROM qrtz_fired_triggers WHERE instance_name NOT IN (%1$s))
              + (SELECT count(*) FROM qrtz_scheduler_state WHERE instance_name NOT IN (%1$s))"""
                .formatted(ids))
        == 0;
  }

  boolean isClosed(List<Long> executions) {
    return count("status = 'running' AND id IN " + list(executions)) == 0;
  }

  /** Counts executions among these that a later attempt on a node brought to success. */
  long takenOverBy(NodeProcess node, List<Long> executions) {
    return count(
        "status = 'succeeded' AND attempt >= 2 AND epoch >= 2 AND node = '%s' AND id IN %s"
            .formatted(node.id(), list(executions)));
  }

  String lastEnd(List<Long> executions) {
    return database.value(
        "SELECT max(completed_at) FROM actor_server_executions WHERE id IN " + list(executions));
  }

  void awaitSucceeded(long fires) {
    await().atMost(SOON).until(() -> succeeded() >= fires);
  }

  void awaitStartedSince(String since, int fires) {
    await()
        .atMost(SOON)
        .until(() -> count("status = 'succeeded' AND started_at > '" + since + "'") >= fires);
  }

  /**
   * Waits while the gate is closed for a moment where a node has most to lose: runs that stored
   * their row, and a trigger it holds. On a slow machine actors fire in one burst and leave nothing
   * to hold; then the runs are enough.
   */
  void awaitInTheMiddle(NodeProcess node, Gate closed) {
    closed.requireClosed();
    long preferredUntil = System.nanoTime() + PREFERRED.toNanos();
    await()
        .atMost(Duration.ofSeconds(8))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                runningWithRow(node) >= 2
                    && (acquiredBy(node) >= 1 || System.nanoTime() - preferredUntil > 0));
  }

  /** Waits until every actor's latest fire succeeded in time again. */
  void awaitCaughtUp(int actors) {
    await()
        .atMost(SOON)
        .until(
            () ->
                database.number(
                        """
                        SELECT count(*) FROM (
                          SELECT actor_name FROM actor_server_executions
                          WHERE status = 'succeeded' GROUP BY actor_name
                          HAVING max(scheduled_for) > now() - interval '3 seconds') AS current""")
                    == actors);
  }

  /** Returns how late fires started, as text: p50, p99 and the most. */
  String lateness(String condition) {
    return database.value(
        """
        SELECT format('p50 %%s ms, p99 %%s ms, most %%s ms',
          round(percentile_cont(0.5) WITHIN GROUP (ORDER BY late)),
          round(percentile_cont(0.99) WITHIN GROUP (ORDER BY late)), round(max(late)))
        FROM (SELECT extract(epoch FROM started_at - scheduled_for) * 1000 AS late
          FROM actor_server_executions WHERE status = 'succeeded' AND %s) AS fires"""
            .formatted(condition));
  }

  /** Returns what became of the fires, as text. */
  String outcomes() {
    return database.value(
        "SELECT string_agg(line, ', ') FROM (SELECT status || coalesce(' ' || error_code, '')"
            + " || ' ' || count(*) AS line FROM actor_server_executions"
            + " GROUP BY status, error_code ORDER BY 1) AS lines");
  }

  String between(String from, String to) {
    return database.value("SELECT '%s'::timestamptz - '%s'::timestamptz".formatted(to, from));
  }

  private long count(String condition) {
    return database.number("SELECT count(*) FROM actor_server_executions e WHERE " + condition);
  }

  private static String list(List<Long> ids) {
    return ids.toString().replace('[', '(').replace(']', ')');
  }
}
