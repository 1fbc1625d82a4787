package io.botticelli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.quartz.impl.jdbcjobstore.StdJDBCConstants;

/**
 * Quartz's acquisition with 20,000 due triggers, under the twelve trigger indexes Quartz ships and
 * under ours: the query as the job store sends it, and the change of a trigger's state, which every
 * index makes dearer.
 *
 * <p>Properties: {@code runs} (default 200), {@code triggers} (default 20000).
 */
public final class AcquireIndex {
  private static final String DDL = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";
  private static final Pattern TRIGGER_INDEX =
      Pattern.compile("(?is)CREATE INDEX\\s+(\\w+)\\s+ON QRTZ_TRIGGERS\\s*\\([^)]*\\)");

  /** As many as a node with ten threads takes at once. */
  private static final int BATCH = 10;

  /** The two sets of indexes take turns, so that both see the same machine. */
  private static final int ROUNDS = 4;

  private static final int WARM_UP = 30;

  private AcquireIndex() {}

  /**
   * Runs the benchmark and prints JSON.
   *
   * @throws Exception whatever goes wrong
   */
  public static void main(String[] arguments) throws Exception {
    int runs = Integer.getInteger("runs", 200);
    int triggers = Integer.getInteger("triggers", 20_000);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("benchmark", "acquire-index").put("runs", runs).put("triggers", triggers);
    try (BenchDatabase database = new BenchDatabase();
        Connection connection = database.sources().direct().getConnection()) {
      // What a commit costs is the disk's affair and the same for both.
      execute(connection, "SET synchronous_commit = off");
      connection.setAutoCommit(false);
      fill(connection, triggers);
      List<String> own = indexes(connection, "indexdef");
      List<String> shipped = shipped();
      Measured ours = new Measured(new Samples(runs), new Samples(runs));
      Measured theirs = new Measured(new Samples(runs), new Samples(runs));
      for (int round = 0; round < ROUNDS; round++) {
        exchange(connection, own);
        json.put("plan_ours", plan(connection));
        measure(connection, runs / ROUNDS, ours);
        exchange(connection, shipped);
        json.put("plan_shipped", plan(connection));
        measure(connection, runs / ROUNDS, theirs);
      }
      json.put("shipped_indexes", shipped.size());
      json.set("query_ours", ours.query().json());
      json.set("query_shipped", theirs.query().json());
      json.put("query_ratio_p50", ratio(ours.query(), theirs.query()));
      json.set("state_change_ours", ours.change().json());
      json.set("state_change_shipped", theirs.change().json());
      json.put("state_change_ratio_p50", ratio(ours.change(), theirs.change()));
    }
    System.out.println(json.toPrettyString());
  }

  private static double ratio(Samples ours, Samples theirs) {
    return Samples.rounded(ours.percentileMs(0.5) / theirs.percentileMs(0.5));
  }

  private static void fill(Connection connection, int triggers) throws SQLException {
    execute(
        connection,
        "INSERT INTO qrtz_job_details SELECT 'botticelli', 'job-' || n, 'actors', NULL, 'x', true,"
            + " true, false, true, NULL FROM generate_series(1, "
            + triggers
            + ") n");
    execute(
        connection,
        "INSERT INTO qrtz_triggers SELECT 'botticelli', 'trigger-' || n, 'actors', 'job-' || n,"
            + " 'actors', NULL, 1000000 + (n * 7919) % 20000, -1, 5, 'WAITING', 'CRON', 0, 0, NULL,"
            + " 2, NULL FROM generate_series(1, "
            + triggers
            + ") n");
    connection.commit();
  }

  private static List<String> shipped() throws IOException {
    try (InputStream in = StdJDBCConstants.class.getResourceAsStream(DDL)) {
      if (in == null) {
        throw new IOException(DDL + " is not in the Quartz jar");
      }
      String ddl = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return TRIGGER_INDEX.matcher(ddl).results().map(MatchResult::group).toList();
    }
  }

  /** Returns a column of {@code pg_indexes} for every index of the triggers but the primary key. */
  private static List<String> indexes(Connection connection, String column) throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT "
                    + column
                    + " FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'qrtz_triggers'"
                    + " AND indexname NOT LIKE '%pkey'");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static void exchange(Connection connection, List<String> create) throws SQLException {
    for (String name : indexes(connection, "indexname")) {
      execute(connection, "DROP INDEX " + name);
    }
    for (String ddl : create) {
      execute(connection, ddl);
    }
    connection.commit();
    vacuum(connection);
  }

  /** Durations of both kinds of work under one set of indexes. */
  private record Measured(Samples query, Samples change) {}

  private static void measure(Connection connection, int runs, Measured measured) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      acquire(connection);
      changeState(connection, i);
    }
    for (int i = 0; i < runs; i++) {
      int number = i;
      measured.query().measure(() -> acquire(connection));
      measured.change().measure(() -> changeState(connection, number));
    }
  }

  private static void vacuum(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    execute(connection, "VACUUM FULL qrtz_triggers");
    execute(connection, "VACUUM ANALYZE qrtz_triggers");
    connection.setAutoCommit(false);
  }

  /** As StdJDBCDelegate.selectTriggerToAcquire does it: most rows by setMaxRows, not by LIMIT. */
  private static void acquire(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query())) {
      statement.setMaxRows(BATCH);
      statement.setFetchSize(BATCH);
      bind(statement);
      int rows = 0;
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows++;
        }
      }
      if (rows != BATCH) {
        throw new IllegalStateException("acquired " + rows + " triggers, expected " + BATCH);
      }
    }
    connection.commit();
  }

  /** Returns what the planner does, from the top. */
  private static String plan(Connection connection) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (PreparedStatement statement =
        connection.prepareStatement("EXPLAIN (COSTS OFF) " + query())) {
      bind(statement);
      try (ResultSet lines = statement.executeQuery()) {
        while (lines.next()) {
          if (!lines.getString(1).contains("Cond:") && !lines.getString(1).contains("Filter:")) {
            plan.append(lines.getString(1).strip()).append("; ");
          }
        }
      }
    }
    connection.commit();
    return plan.toString();
  }

  private static String query() {
    return StdJDBCConstants.SELECT_NEXT_TRIGGER_TO_ACQUIRE
        .replace("{0}", "QRTZ_")
        .replace("{1}", "'botticelli'");
  }

  private static void bind(PreparedStatement statement) throws SQLException {
    statement.setString(1, "WAITING");
    statement.setLong(2, 2_000_000);
    statement.setLong(3, 500_000);
  }

  private static void changeState(Connection connection, int number) throws SQLException {
    String name = "'trigger-" + (1 + number * 31 % 20_000) + "'";
    for (String state : List.of("'ACQUIRED'", "'WAITING'")) {
      execute(
          connection,
          "UPDATE qrtz_triggers SET trigger_state = "
              + state
              + " WHERE sched_name = 'botticelli' AND trigger_group = 'actors' AND trigger_name = "
              + name);
    }
    connection.commit();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
