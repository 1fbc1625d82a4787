package io.botticelli.core.retention.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.retention.Retention;
import io.botticelli.core.retention.RetentionPolicy;
import io.botticelli.core.retention.RetentionRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class RetentionDbTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcOldRows rows = new JdbcOldRows(database.transactions());

  @Test
  void oldExecutionsGoWithTheirActsAndTheNewestOfEachActorStays() {
    executions("poster", 250, "succeeded", 100);
    executions("poster", 5, "failed", 10);
    executions("silent", 3, "failed", 200);
    database.execute(
        "INSERT INTO narrative_executions (narrative_name, run_id, execution_id)"
            + " SELECT 'n', id::text, id FROM actor_server_executions",
        "INSERT INTO act_executions (execution_id, act_name, sequence_number, response)"
            + " SELECT id, 'a', 0, 'r' FROM narrative_executions",
        "INSERT INTO act_inputs (act_execution_id, input_order, input_type)"
            + " SELECT id, 0, 'text' FROM act_executions");
    Retention retention = retention(Map.of());

    int before = retention.preview(1000).get("executions");
    Map<String, Integer> deleted = retention.sweep(LONG);

    assertThat(before).isEqualTo(252);
    assertThat(deleted).containsExactly(Map.entry("executions", 252));
    assertThat(database.number("SELECT count(*) FROM actor_server_executions")).isEqualTo(6);
    assertThat(database.number("SELECT count(*) FROM act_inputs")).isEqualTo(6);
    assertThat(retention.preview(1000)).containsExactly(Map.entry("executions", 0));
    assertThat(retention.sweep(LONG)).isEmpty();
  }

  @Test
  void whatIsStillNeededStaysHoweverOld() {
    executions("a", 8, "succeeded", 100);
    executions("a", 1, "succeeded", 1);
    database.execute(
        "UPDATE actor_server_executions SET status = 'running', lease_until = now() WHERE id = 1",
        "UPDATE actor_server_executions SET chain_pending = true WHERE id = 2",
        "INSERT INTO row_claims VALUES ('t', 1, 3, 's', 'q', 1, false, now(), now() + interval '1 h')",
        post("k4", 4, "unknown", "NULL", 1),
        post("k5", 5, "sent", "NULL", 2),
        post("k6", 6, "sent", "now()", 3),
        "INSERT INTO approvals (key, narrative, actor, execution_id, place, platform, command,"
            + " arguments, reason, decision) VALUES"
            + " ('k', 'n', 'a', 7, 'p', 'noop', 'c', '{}', 'r', 'approved')",
        "INSERT INTO qrtz_job_details VALUES ('botticelli', 'a', 'actors', NULL, 'X', true, true,"
            + " false, true, NULL)",
        "INSERT INTO qrtz_triggers VALUES ('botticelli', '8-1', 'takeover', 'a', 'actors', NULL, 1,"
            + " -1, 5, 'PAUSED', 'SIMPLE', 1, 0, NULL, 0, NULL)");

    retention(Map.of()).sweep(LONG);

    assertThat(
            database.value(
                "SELECT string_agg(id::text, ',' ORDER BY id) FROM actor_server_executions"))
        .isEqualTo("1,2,3,4,5,7,8,9");
    assertThat(database.number("SELECT count(*) FROM outbound_posts"))
        .as("I3: records of messages outlive their executions")
        .isEqualTo(3);
  }

  @Test
  void contentIsDeletedByStatusAndAgeOnly() {
    content();
    database.execute(
        "INSERT INTO content.posts (generated_at, review_status) SELECT now() - age, status"
            + " FROM unnest(ARRAY[interval '40 days', interval '1 day']) age,"
            + " unnest(ARRAY['rejected', 'posted', 'pending', NULL]) status,"
            + " generate_series(1, 600)");
    Retention retention =
        retention(Map.of("posts", new RetentionRule(30, List.of("rejected", "posted"))));

    assertThat(retention.preview(10_000).get("posts")).isEqualTo(1200);
    assertThat(retention.sweep(LONG)).containsExactly(Map.entry("posts", 1200));
    assertThat(
            database.value(
                "SELECT string_agg(status || n, ' ' ORDER BY status) FROM (SELECT"
                    + " coalesce(review_status, 'none') AS status, count(*) AS n"
                    + " FROM content.posts GROUP BY 1) x"))
        .isEqualTo("none1200 pending1200 posted600 rejected600");
  }

  @Test
  void rowsOfMessagesInDoubtAndClaimedRowsStay() {
    content();
    database.execute(
        "INSERT INTO content.posts (generated_at, review_status) SELECT now() - interval '1 year',"
            + " 'posted' FROM generate_series(1, 4)",
        post("k1", 1, "sending", "NULL", 1),
        post("k2", 1, "sent", "NULL", 2),
        post("k3", 1, "sent", "now()", 3),
        "INSERT INTO row_claims VALUES ('posts', 4, 9, 's', 'q', 1, false, now(),"
            + " now() + interval '1 minute')");

    retention(Map.of("posts", new RetentionRule(30, List.of("posted")))).sweep(LONG);

    assertThat(database.value("SELECT string_agg(id::text, ',' ORDER BY id) FROM content.posts"))
        .isEqualTo("1,2,4");
  }

  @Test
  void tablesThatCannotBeAgedAreLeftAlone() {
    database.execute("CREATE TABLE content.odd (id text, review_status text, generated_at text)");

    Map<String, Integer> deleted =
        retention(
                Map.of(
                    "odd", new RetentionRule(1, List.of("posted")),
                    "missing", new RetentionRule(1, List.of("posted")),
                    "x\"; drop table content.content; --", new RetentionRule(1, List.of("posted"))))
            .sweep(LONG);

    assertThat(deleted).isEmpty();
    assertThat(rows.objection("odd")).contains("has no integer column id");
    assertThat(rows.objection("content"))
        .hasValueSatisfying(why -> assertThat(why).contains("review_status"));
  }

  @Test
  void oldReceiptsFindingsAndRateLimitsGo() {
    database.execute(
        "INSERT INTO fire_receipts (receipt_id, actor_name, requested_at, execution_id) VALUES"
            + " ('old', 'a', now() - interval '100 days', 4711),"
            + " ('open', 'a', now() - interval '100 days', NULL),"
            + " ('new', 'a', now(), 4712)",
        "INSERT INTO doctor_findings (kind, subject, severity, explanation, last_seen, resolved_at)"
            + " VALUES ('k', 'old', 'warn', '', now() - interval '100 days', now()),"
            + " ('k', 'open', 'warn', '', now() - interval '100 days', NULL)",
        "INSERT INTO command_buckets VALUES ('old', 1, now() - interval '40 days'),"
            + " ('new', 1, now())");

    retention(Map.of()).sweep(LONG);

    assertThat(
            database.value(
                "SELECT string_agg(x, ' ' ORDER BY x) FROM (SELECT receipt_id AS x FROM fire_receipts"
                    + " UNION ALL SELECT subject FROM doctor_findings"
                    + " UNION ALL SELECT bucket FROM command_buckets) y"))
        .isEqualTo("new new open open");
  }

  @Test
  void oldStartsGoButNotThePresentOne() {
    database.execute(
        "INSERT INTO start_fires SELECT now() - n * interval '100 days', now() - interval '95 days'"
            + " FROM generate_series(1, 3) n",
        "INSERT INTO start_fires VALUES (now(), now())",
        "INSERT INTO cluster_start (started_at, started_by)"
            + " SELECT min(started_at), 'n' FROM start_fires");

    assertThat(retention(Map.of()).sweep(LONG)).containsExactly(Map.entry("records", 2));

    assertThat(database.number("SELECT count(*) FROM start_fires")).isEqualTo(2);
    assertThat(
            database.number(
                "SELECT count(*) FROM start_fires JOIN cluster_start USING (started_at)"))
        .isEqualTo(1);
  }

  @Test
  void oldPreviewMessagesGoButNotPinnedOnesAndThoseInDoubt() {
    database.execute(
        "INSERT INTO preview_channels (id, guild_id, name) VALUES (1, 'g', 'c')",
        "INSERT INTO preview_messages (channel_id, content, nonce, pinned, created_at) VALUES"
            + " (1, 'old', 'o', false, now() - interval '100 days'),"
            + " (1, 'bare', NULL, false, now() - interval '100 days'),"
            + " (1, 'pinned', 'p', true, now() - interval '100 days'),"
            + " (1, 'doubt', 'n', false, now() - interval '100 days'),"
            + " (1, 'new', 'w', false, now())",
        post("k1", 1, "unknown", "NULL", 1));

    retention(Map.of()).sweep(LONG);

    assertThat(
            database.value(
                "SELECT string_agg(content, ' ' ORDER BY content) FROM preview_messages"))
        .isEqualTo("doubt new pinned");
  }

  @Test
  void approvalsGoWhenTheyAreSettledAndTheirExecutionIsGone() {
    executions("a", 1, "succeeded", 1);
    String old = "now() - interval '100 days'";
    database.execute(
        "INSERT INTO approvals (key, narrative, actor, execution_id, place, platform, command,"
            + " arguments, reason, created_at, expires_at, decision, decided_at, executed_at)"
            + " SELECT key, 'n', 'a', execution, 'p', 'noop', 'c', '{}', 'r', created, expires,"
            + " decision, decided, executed FROM (VALUES"
            + approval("carried-out", 99, old, old, "approved", old, old)
            + ", "
            + approval("denied", 99, old, old, "denied", old, "NULL")
            + ", "
            + approval("expired", 99, old, old, "pending", "NULL", "NULL")
            + ", "
            + approval("keep-approved", 99, old, old, "approved", old, "NULL")
            + ", "
            + approval("keep-open", 99, old, "now() + interval '1 day'", "pending", "NULL", "NULL")
            + ", "
            + approval("keep-late", 99, old, old, "approved", old, "now()")
            + ", "
            + approval("keep-of-execution", 1, old, old, "denied", old, "NULL")
            + ") v (key, execution, created, expires, decision, decided, executed)");

    retention(Map.of()).sweep(LONG);

    assertThat(database.value("SELECT string_agg(key, ' ' ORDER BY key) FROM approvals"))
        .isEqualTo("keep-approved keep-late keep-of-execution keep-open");
  }

  @Test
  void placesOfGeneratedContentStayAsLongAsTheirExecution() {
    executions("a", 1, "succeeded", 100);
    executions("a", 1, "succeeded", 1);
    database.execute(
        "UPDATE actor_server_executions SET status = 'running', lease_until = now() WHERE id = 1",
        "INSERT INTO content_generations (table_name, narrative_file, narrative_name, status,"
            + " execution_id, place, generated_at) SELECT 't', 'f', 'n', 'success', e, 'p',"
            + " now() - interval '100 days' FROM unnest(ARRAY[1, 2, 99, NULL]) e");
    Retention retention = retention(Map.of());

    retention.sweep(LONG);

    assertThat(generations()).isEqualTo("1 2");
    database.execute("UPDATE actor_server_executions SET status = 'failed' WHERE id = 1");
    retention.sweep(LONG);
    assertThat(generations()).isEqualTo("2");
  }

  private String generations() {
    return database.value(
        "SELECT string_agg(execution_id::text, ' ' ORDER BY execution_id) FROM content_generations");
  }

  private static String approval(
      String key,
      long execution,
      String created,
      String expires,
      String decision,
      String decided,
      String executed) {
    return String.format(
        "('%s', %d, %s, %s, '%s', (%s)::timestamptz, (%s)::timestamptz)",
        key, execution, created, expires, decision, decided, executed);
  }

  @Test
  void aBatchOfOldRowsReadsAnIndexAndNotTheTable() {
    executions("a", 20_000, "succeeded", 1);
    executions("a", 20, "succeeded", 100);
    content();
    database.execute(
        "INSERT INTO content.posts (generated_at, review_status)"
            + " SELECT now(), 'posted' FROM generate_series(1, 20000)",
        "INSERT INTO content.posts (generated_at, review_status)"
            + " SELECT now() - interval '1 year', 'posted' FROM generate_series(1, 20)");
    rows.deleteContent("posts", "posted", 1000, 1);
    database.execute("ANALYZE");
    long scans = sequentialRows();

    int executions = rows.deleteExecutions(90, 10);
    int content = rows.deleteContent("posts", "posted", 30, 10);

    assertThat(List.of(executions, content)).containsExactly(10, 10);
    assertThat(sequentialRows() - scans).as("rows read in sequence").isLessThan(1000);
  }

  /** Statistics of a session are there when it has ended, as these have. */
  private long sequentialRows() {
    return database.number(
        "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables"
            + " WHERE relname IN ('actor_server_executions', 'posts')");
  }

  private void content() {
    database.execute(
        "CREATE TABLE content.posts (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
            + " generated_at timestamptz NOT NULL DEFAULT now(), review_status text)");
  }

  private void executions(String actor, int count, String status, int daysAgo) {
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, receipt_id,"
            + " status, node, started_at, completed_at) SELECT '"
            + actor
            + "', '"
            + actor
            + "', 'manual', now(), gen_random_uuid()::text, '"
            + status
            + "', 'n', now() - interval '"
            + daysAgo
            + " days', now() FROM generate_series(1, "
            + count
            + ")");
  }

  private static String post(String key, long execution, String status, String settled, long row) {
    return "INSERT INTO outbound_posts (idempotency_key, part, parts, execution_id, epoch, actor,"
        + " platform, channel_id, content, nonce, status, settled_at, source_table, source_id)"
        + " VALUES ('"
        + key
        + "', 1, 1, "
        + execution
        + ", 1, 'a', 'noop', 'c', 'x', 'n', '"
        + status
        + "', "
        + settled
        + ", 'posts', "
        + row
        + ")";
  }

  private Retention retention(Map<String, RetentionRule> tables) {
    return new Retention(rows, () -> new RetentionPolicy(90, tables));
  }
}
