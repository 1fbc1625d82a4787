package io.botticelli.web.cluster;

import io.botticelli.core.db.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says from the database alone which fires of interval actors were lost or doubled. To be asked
 * when no node runs any more. Every answer is a list of sentences; empty = the promise was kept.
 */
final class FireChecker {
  /** Quartz's name for the time a recovered fire was due, as text. */
  private static final String RECOVERED =
      "QRTZ_FAILED_JOB_ORIG_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS_AS_STRING";

  private final TestDatabase database;
  private final Duration period;
  private final String table;

  /**
   * @param period of every actor
   * @param table content table in which a run that does its work leaves exactly one row
   */
  FireChecker(TestDatabase database, Duration period, String table) {
    this.database = database;
    this.period = period;
    this.table = table;
  }

  /** Returns everything that is wrong. */
  List<String> problems() {
    List<String> problems = new ArrayList<>(lost());
    problems.addAll(unfinished());
    problems.addAll(doubled());
    problems.addAll(leftInQuartz());
    return problems;
  }

  /**
   * I1: the due times of an actor, from its first fire to the one Quartz would fire next, are one
   * period apart. A fire counts when it has a row, or still waits to be fired again.
   */
  List<String> lost() {
    List<String> problems = new ArrayList<>();
    Map<String, SortedSet<Instant>> fires = accountedFor();
    Map<String, Instant> next = nextFires();
    for (String actor : next.keySet()) {
      if (!fires.containsKey(actor)) {
        problems.add("lost: " + actor + " never fired");
      }
    }
    fires.forEach(
        (actor, due) -> {
          Optional<Instant> before = Optional.empty();
          for (Instant fire : due) {
            before.ifPresent(last -> checkStep(actor, last, fire, problems));
            before = Optional.of(fire);
          }
          Instant planned = next.get(actor);
          if (planned == null) {
            problems.add("lost: " + actor + " has no trigger any more");
          } else {
            checkStep(actor, due.last(), planned, problems);
          }
        });
    query(
        "SELECT actor_name, scheduled_for::text FROM actor_server_executions"
            + " WHERE status = 'missed'",
        row -> problems.add("missed: " + row.getString(1) + " at " + row.getString(2)));
    return problems;
  }

  private void checkStep(String actor, Instant from, Instant to, List<String> problems) {
    if (!Duration.between(from, to).equals(period)) {
      problems.add(
          "lost: " + actor + " fires at " + from + " and next at " + to + ", expected " + period);
    }
  }

  private Map<String, SortedSet<Instant>> accountedFor() {
    Map<String, SortedSet<Instant>> fires = new TreeMap<>();
    query(
        "SELECT actor_name, (extract(epoch FROM scheduled_for) * 1000)::bigint"
            + " FROM actor_server_executions WHERE kind = 'schedule'",
        row -> add(fires, row.getString(1), row.getLong(2)));
    query(
        "SELECT job_name, job_data FROM qrtz_triggers"
            + " WHERE trigger_group <> 'schedule' AND job_data IS NOT NULL",
        row -> {
          String actor = row.getString(1);
          waiting(row.getBytes(2)).ifPresent(due -> add(fires, actor, due));
        });
    return fires;
  }

  private static void add(Map<String, SortedSet<Instant>> fires, String actor, long due) {
    fires.computeIfAbsent(actor, name -> new TreeSet<>()).add(Instant.ofEpochMilli(due));
  }

  private static Optional<Long> waiting(byte[] data) {
    Properties properties = new Properties();
    try (InputStream in = new ByteArrayInputStream(data)) {
      properties.load(in);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return Optional.ofNullable(properties.getProperty("scheduled_for"))
        .or(() -> Optional.ofNullable(properties.getProperty(RECOVERED)))
        .map(Long::valueOf);
  }

  private Map<String, Instant> nextFires() {
    Map<String, Instant> next = new TreeMap<>();
    query(
        "SELECT job_name, next_fire_time FROM qrtz_triggers WHERE trigger_group = 'schedule'",
        row -> next.put(row.getString(1), Instant.ofEpochMilli(row.getLong(2))));
    return next;
  }

  /** I1: every fire has an end. */
  List<String> unfinished() {
    List<String> problems = new ArrayList<>();
    query(
        "SELECT actor_name, scheduled_for::text, status, node, attempt"
            + " FROM actor_server_executions WHERE status = 'running' OR completed_at IS NULL",
        row ->
            problems.add(
                "unfinished: %s at %s is %s on %s, attempt %d"
                    .formatted(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getInt(5))));
    query(
        "SELECT n.execution_id, n.run_id FROM narrative_executions n WHERE n.status = 'running'",
        row ->
            problems.add(
                "unfinished: run " + row.getString(2) + " of execution " + row.getLong(1)));
    return problems;
  }

  /** I2: a fire has one execution, one completed run, and as many rows as its status promises. */
  List<String> doubled() {
    List<String> problems = new ArrayList<>();
    query(
        "SELECT actor_name, scheduled_for::text, count(*) FROM actor_server_executions"
            + " WHERE kind = 'schedule' GROUP BY actor_name, scheduled_for HAVING count(*) > 1",
        row ->
            problems.add(
                "doubled: %s at %s has %d executions"
                    .formatted(row.getString(1), row.getString(2), row.getLong(3))));
    query(
        "SELECT execution_id, count(*) FROM narrative_executions WHERE status = 'completed'"
            + " GROUP BY execution_id HAVING count(*) > 1",
        row ->
            problems.add(
                "doubled: execution %d completed %d runs"
                    .formatted(row.getLong(1), row.getLong(2))));
    query(
        """
        SELECT e.id, e.status, count(r.run_id)
        FROM actor_server_executions e
        LEFT JOIN narrative_executions n ON n.execution_id = e.id
        LEFT JOIN content.%s r ON r.run_id = n.run_id
        GROUP BY e.id
        HAVING count(r.run_id) > 1
          OR (e.status = 'succeeded' AND count(r.run_id) <> 1)
          OR (e.status IN ('skipped', 'missed') AND count(r.run_id) <> 0)"""
            .formatted(table),
        row ->
            problems.add(
                "effects: execution %d is %s and stored %d rows"
                    .formatted(row.getLong(1), row.getString(2), row.getLong(3))));
    query(
        "SELECT r.id FROM content.%s r".formatted(table)
            + " LEFT JOIN narrative_executions n ON n.run_id = r.run_id WHERE n.id IS NULL",
        row -> problems.add("effects: row " + row.getLong(1) + " belongs to no run"));
    return problems;
  }

  /** Nothing in Quartz's tables keeps an actor from firing when a node starts again. */
  List<String> leftInQuartz() {
    List<String> problems = new ArrayList<>();
    query(
        "SELECT trigger_group, trigger_name, trigger_state FROM qrtz_triggers"
            + " WHERE trigger_state <> 'WAITING'",
        row ->
            problems.add(
                "trigger %s.%s is %s"
                    .formatted(row.getString(1), row.getString(2), row.getString(3))));
    query(
        "SELECT instance_name, state, job_name FROM qrtz_fired_triggers",
        row ->
            problems.add(
                "fired row of %s is left: %s %s"
                    .formatted(row.getString(1), row.getString(2), row.getString(3))));
    query(
        "SELECT instance_name FROM qrtz_scheduler_state",
        row -> problems.add("check-in of " + row.getString(1) + " is left"));
    return problems;
  }

  private void query(String sql, RowReader reader) {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        reader.read(row);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Looks at one row. */
  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }
}
