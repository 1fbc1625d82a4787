package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quartz.impl.jdbcjobstore.StdJDBCConstants;

/** Our Quartz tables against the DDL inside the Quartz jar on the class path. */
@Tag("db")
class QuartzSchemaDbTest {
  private static final String DDL = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";

  @Test
  void columnsTypesAndKeysAreThoseOfQuartz() throws Exception {
    TestDatabase theirs = TestDatabase.empty();
    theirs.execute(quartzDdl());
    TestDatabase ours = TestDatabase.fresh();

    assertThat(columns(ours)).as("columns").isEqualTo(columns(theirs)).hasSizeGreaterThan(70);
    assertThat(keys(ours)).as("primary and foreign keys").isEqualTo(keys(theirs)).hasSize(16);
  }

  @ParameterizedTest
  @CsvSource({
    "acquire, qrtz_triggers_acquire",
    "misfire, qrtz_triggers_acquire",
    "triggers of a job, qrtz_triggers_job",
  })
  void quartzStatementsUseOurIndexesWithTwentyThousandTriggers(String statement, String index)
      throws SQLException {
    TestDatabase database = TestDatabase.fresh();
    database.execute(
        """
        INSERT INTO qrtz_job_details SELECT 'botticelli', 'job-' || n, 'actors', NULL, 'x', true,
          true, false, true, NULL FROM generate_series(1, 20000) n""",
        """
        INSERT INTO qrtz_triggers SELECT 'botticelli', 'trigger-' || n, 'actors', 'job-' || n,
          'actors', NULL, 1000000 + n * 100, -1, 5,
          CASE WHEN n % 50 = 0 THEN 'PAUSED' ELSE 'WAITING' END, 'CRON', 0, 0, NULL, 2, NULL
        FROM generate_series(1, 20000) n""",
        "VACUUM ANALYZE qrtz_triggers");
    String sql =
        switch (statement) {
          case "acquire" ->
              bind(
                  StdJDBCConstants.SELECT_NEXT_TRIGGER_TO_ACQUIRE,
                  "'WAITING'",
                  "1030000",
                  "940000");
          case "misfire" ->
              bind(StdJDBCConstants.SELECT_HAS_MISFIRED_TRIGGERS_IN_STATE, "1002000", "'WAITING'");
          default -> bind(StdJDBCConstants.SELECT_TRIGGERS_FOR_JOB, "'job-7'", "'actors'");
        };

    String plan = explain(database, sql);

    assertThat(plan).contains(index).doesNotContain("Seq Scan").doesNotContain("Sort");
  }

  @Test
  void acquisitionReadsOnlyWhatItTakesOfALargeBacklog() throws SQLException {
    TestDatabase database = TestDatabase.fresh();
    database.execute(
        """
        INSERT INTO qrtz_job_details SELECT 'botticelli', 'job-' || n, 'actors', NULL, 'x', true,
          true, false, true, NULL FROM generate_series(1, 20000) n""",
        """
        INSERT INTO qrtz_triggers SELECT 'botticelli', 'trigger-' || n, 'actors', 'job-' || n,
          'actors', NULL, 1000000 + n * 7919 % 20000, -1, 5, 'WAITING', 'CRON', 0, 0, NULL, 2, NULL
        FROM generate_series(1, 20000) n""",
        // The test server commits asynchronously; rows count as visible to all once written out.
        "CHECKPOINT",
        "VACUUM ANALYZE qrtz_triggers");

    String plan =
        explain(
            database,
            bind(
                StdJDBCConstants.SELECT_NEXT_TRIGGER_TO_ACQUIRE, "'WAITING'", "2000000", "500000"));

    assertThat(plan)
        .as("all are due, and the planner does not know that Quartz takes a few")
        .contains("Index Only Scan using qrtz_triggers_acquire")
        .doesNotContain("Sort");
  }

  private static String bind(String quartzStatement, String... values) {
    String sql = quartzStatement.replace("{0}", "QRTZ_").replace("{1}", "'botticelli'");
    for (String value : values) {
      sql = sql.replaceFirst("\\?", value);
    }
    return sql;
  }

  private static String explain(TestDatabase database, String sql) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        plan.append(row.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }

  private static String[] quartzDdl() throws IOException {
    try (InputStream ddl = QuartzSchemaDbTest.class.getResourceAsStream(DDL)) {
      String text =
          new String(ddl.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^\\s*--.*$", "");
      return Arrays.stream(text.split(";"))
          .map(String::strip)
          .filter(sql -> !sql.isEmpty() && !sql.equalsIgnoreCase("COMMIT"))
          .toArray(String[]::new);
    }
  }

  private static List<String> columns(TestDatabase database) {
    return lines(
        database,
        """
        SELECT string_agg(concat_ws(' ', table_name, column_name, udt_name,
            character_maximum_length, numeric_precision, numeric_scale, is_nullable,
            coalesce(column_default, '-')), E'\\n')
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name LIKE 'qrtz%'""");
  }

  private static List<String> keys(TestDatabase database) {
    return lines(
        database,
        """
        SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid), E'\\n')
        FROM pg_constraint
        WHERE contype IN ('p', 'f') AND conrelid::regclass::text LIKE 'qrtz%'""");
  }

  private static List<String> lines(TestDatabase database, String sql) {
    return List.copyOf(new TreeSet<>(database.value(sql).lines().toList()));
  }
}
