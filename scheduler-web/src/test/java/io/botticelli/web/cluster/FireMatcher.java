package io.botticelli.web.cluster;

import io.botticelli.core.db.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Matches what should have fired in a span, by the set's own sums, with what the runs left behind,
 * as Jepsen's Chronos checker does: each due time wants exactly one execution that ended within its
 * window and whose run left exactly one row. Windows are as wide as the recorded faults allow.
 *
 * <p>A fire without success is forgiven only with a row that says why and a reason this class can
 * see for itself: it came due while the same actor was still running, or a fault was in its way.
 */
final class FireMatcher {
  /** Longest run of these sets. */
  private static final Duration RUN = Duration.ofSeconds(5);

  /** A row that says running without anybody who runs it. */
  private static final Duration STUCK = Duration.ofSeconds(60);

  private final TestDatabase database;
  private final String table;

  /**
   * @param table content table in which a run leaves exactly one row
   */
  FireMatcher(TestDatabase database, String table) {
    this.database = database;
    this.table = table;
  }

  /**
   * Judges a span. To be asked when everything due in it had its time.
   *
   * @param due actors with their due times
   */
  FireReport judge(String scenario, Map<String, List<Instant>> due, FaultLog faults) {
    Map<String, SortedMap<Instant, List<Run>>> runs = runs();
    FireReport report = new FireReport(scenario, faults);
    due.forEach(
        (actor, times) -> {
          SortedMap<Instant, List<Run>> own = runs.getOrDefault(actor, new TreeMap<>());
          for (Instant time : times) {
            judge(actor, time, own, faults, report);
          }
          strangers(actor, times, own, report);
        });
    stuck(report);
    return report;
  }

  private void judge(
      String actor,
      Instant due,
      SortedMap<Instant, List<Run>> own,
      FaultLog faults,
      FireReport report) {
    report.target();
    List<Run> matching = own.getOrDefault(due, List.of());
    if (matching.isEmpty()) {
      report.lost(actor, due, "nothing tells of it");
      return;
    }
    if (matching.size() > 1) {
      report.doubled(actor, due, matching.size() + " executions");
    }
    Run run = matching.get(0);
    if (run.rows() > 1) {
      report.doubled(actor, due, run.rows() + " rows of execution " + run.id());
    }
    switch (run.status()) {
      case "succeeded" -> {
        if (run.rows() == 0) {
          report.lost(actor, due, "execution " + run.id() + " succeeded and left no row");
        }
        // A run that was taken over keeps its first start, so that its end is looked at as well.
        if (run.started().isAfter(faults.deadline(due))
            || run.ended().orElseThrow().isAfter(faults.deadline(due).plus(RUN))) {
          report.lost(
              actor, due, "ran " + run.started() + " .. " + run.ended() + ", outside its window");
        }
        report.ran(due, run.started(), run.ended().orElseThrow());
      }
      case "skipped" -> {
        if (wasRunning(own, due)) {
          report.excused("overlap");
        } else {
          report.lost(actor, due, "skipped (" + run.code() + ") although it could have run");
        }
      }
      case "failed" -> {
        if (faults.excuses(run.started(), run.ended().orElseThrow())) {
          report.excused("failed");
        } else {
          report.lost(actor, due, "failed (" + run.code() + ") without a fault");
        }
      }
      default -> report.lost(actor, due, "execution " + run.id() + " is " + run.status());
    }
  }

  private static boolean wasRunning(SortedMap<Instant, List<Run>> own, Instant due) {
    return own.headMap(due).values().stream()
        .flatMap(List::stream)
        .anyMatch(
            run ->
                run.started().isBefore(due)
                    && run.ended().map(end -> end.isAfter(due)).orElse(true));
  }

  /** Fires nobody ordered, between the first and the last due time. */
  private static void strangers(
      String actor, List<Instant> due, SortedMap<Instant, List<Run>> own, FireReport report) {
    if (!due.isEmpty()) {
      own.subMap(due.get(0), due.get(due.size() - 1))
          .forEach(
              (time, runs) -> {
                if (!due.contains(time)) {
                  report.doubled(actor, time, "nothing was due then");
                }
              });
    }
  }

  private void stuck(FireReport report) {
    query(
        "SELECT actor_name, scheduled_for, node FROM actor_server_executions"
            + " WHERE status = 'running' AND clock_timestamp() - greatest(started_at, lease_until)"
            + " > make_interval(secs => "
            + STUCK.toSeconds()
            + ")",
        row -> report.stuck(row.getString(1) + " running on " + row.getString(3)));
    query(
        """
        SELECT t.trigger_name, t.trigger_state FROM qrtz_triggers t
        WHERE t.trigger_state = 'ERROR' OR (t.trigger_state IN ('ACQUIRED', 'BLOCKED')
          AND NOT EXISTS (SELECT 1 FROM qrtz_fired_triggers f
            WHERE f.sched_name = t.sched_name AND f.job_name = t.job_name
              AND f.job_group = t.job_group
              OR f.trigger_name = t.trigger_name AND f.trigger_group = t.trigger_group))""",
        row -> report.stuck("trigger " + row.getString(1) + " is " + row.getString(2)));
    query(
        """
        SELECT f.trigger_name, f.state, f.instance_name FROM qrtz_fired_triggers f
        WHERE f.state = 'EXECUTING' AND NOT EXISTS (SELECT 1 FROM actor_server_executions e
            WHERE e.actor_name = f.job_name AND e.status = 'running')
          AND f.fired_time < (extract(epoch FROM clock_timestamp()) - 10) * 1000""",
        row ->
            report.stuck(
                "trigger " + row.getString(1) + " is " + row.getString(2) + " and nothing runs"));
  }

  private Map<String, SortedMap<Instant, List<Run>>> runs() {
    Map<String, SortedMap<Instant, List<Run>>> runs = new TreeMap<>();
    query(
        """
        SELECT e.actor_name, e.scheduled_for, e.id, e.status, coalesce(e.error_code, ''),
          e.started_at, e.completed_at, (SELECT count(*) FROM content.%s r
            JOIN narrative_executions n ON n.run_id = r.run_id WHERE n.execution_id = e.id)
        FROM actor_server_executions e WHERE e.kind = 'schedule' ORDER BY e.id"""
            .formatted(table),
        row ->
            runs.computeIfAbsent(row.getString(1), name -> new TreeMap<>())
                .computeIfAbsent(instant(row, 2).orElseThrow(), time -> new ArrayList<>())
                .add(
                    new Run(
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        instant(row, 6).orElseThrow(),
                        instant(row, 7),
                        row.getInt(8))));
    return runs;
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
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

  /** An execution and the rows its runs left. */
  private record Run(
      long id, String status, String code, Instant started, Optional<Instant> ended, int rows) {}

  /** Looks at one row. */
  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }
}
