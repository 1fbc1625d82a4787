package io.botticelli.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.alert.AlertRules.Judgement;
import io.botticelli.core.alert.jdbc.JdbcAlertFacts;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Rule;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.config.AlertSettings.Watched;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.jdbc.JdbcActorStates;
import io.botticelli.core.scheduling.ActorCatalog;
import io.botticelli.core.scheduling.OverdueActors;
import io.botticelli.core.scheduling.jdbc.JdbcDueActors;
import io.botticelli.core.table.TableSettings;
import io.botticelli.core.table.jdbc.JdbcContentTables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class AlertRulesDbTest {
  private TestDatabase database;
  private AlertRules rules;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    rules =
        new AlertRules(
            new JdbcActorStates(database.transactions()),
            new JdbcContentTables(database.transactions(), TableSettings.DEFAULT),
            new JdbcAlertFacts(database.transactions()),
            new OverdueActors(
                new JdbcDueActors(database.transactions()),
                () -> new ActorCatalog.Snapshot("v", List.of(hourly("calm"), hourly("poster"))),
                "test"));
    database.execute(
        "INSERT INTO actor_server_state (task_id, actor_name, schedule_type, created_at) VALUES"
            + " ('calm', 'calm', 'interval', now() - interval '2 days'),"
            + " ('poster', 'poster', 'interval', now() - interval '2 days')");
    execution("calm", "succeeded", "1 hour", 10);
  }

  @Test
  void failuresInARow() {
    database.execute(
        "UPDATE actor_server_state SET consecutive_failures = 3 WHERE task_id = 'poster'");

    assertThat(subjects(Watched.CONSECUTIVE_FAILURES, 3, Duration.ZERO)).containsExactly("poster");
    assertThat(subjects(Watched.CONSECUTIVE_FAILURES, 4, Duration.ZERO)).isEmpty();
  }

  @Test
  void breakersThatAreNotClosedUnlessTheyWaitForAQuota() {
    database.execute(
        "UPDATE actor_server_state SET breaker_state = 'half_open' WHERE task_id = 'poster'",
        "UPDATE actor_server_state SET breaker_state = 'open', breaker_cause = 'quota'"
            + " WHERE task_id = 'calm'");

    assertThat(subjects(Watched.BREAKER_OPEN, 1, Duration.ZERO)).containsExactly("poster");
  }

  @Test
  void actorsThatAreLateUnlessPausedOrRunning() {
    due("calm");
    due("poster");
    execution("calm", "running", "20 minutes", 0);
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() + interval '1 minute'"
            + " WHERE status = 'running'");

    assertThat(subjects(Watched.ACTOR_OVERDUE, 1, Duration.ofMinutes(5))).containsExactly("poster");
    assertThat(subjects(Watched.ACTOR_OVERDUE, 1, Duration.ofMinutes(15))).isEmpty();

    database.execute("UPDATE actor_server_state SET is_paused = true");

    assertThat(subjects(Watched.ACTOR_OVERDUE, 1, Duration.ofMinutes(5))).isEmpty();
  }

  @Test
  void actorsWithoutASuccess() {
    execution("poster", "failed", "1 minute", 0);

    assertThat(subjects(Watched.NO_SUCCESS, 1, Duration.ofHours(24))).containsExactly("poster");
    assertThat(subjects(Watched.NO_SUCCESS, 1, Duration.ofMinutes(30)))
        .containsExactly("calm", "poster");
    assertThat(subjects(Watched.NO_SUCCESS, 1, Duration.ofDays(3))).isEmpty();
  }

  @Test
  void queuesThatAreEmptyOrStuck() {
    assertThat(queue(Watched.QUEUE_EMPTY, 1, Duration.ofHours(1))).hasSize(1);
    database.execute(
        "CREATE TABLE content.posts (id bigserial PRIMARY KEY, review_status text,"
            + " generated_at timestamptz)",
        "INSERT INTO content.posts (review_status, generated_at) VALUES"
            + " ('pending', now() - interval '2 hours'), ('rejected', now() - interval '9 days')");

    assertThat(queue(Watched.QUEUE_EMPTY, 1, Duration.ofHours(1))).isEmpty();
    assertThat(queue(Watched.QUEUE_EMPTY, 2, Duration.ofHours(1)))
        .singleElement()
        .extracting(Condition::hold)
        .isEqualTo(Duration.ofHours(1));
    assertThat(queue(Watched.QUEUE_STUCK, 1, Duration.ofHours(1))).hasSize(1);
    assertThat(queue(Watched.QUEUE_STUCK, 1, Duration.ofHours(3))).isEmpty();
  }

  @Test
  void tokensOfToday() {
    assertThat(subjects(Watched.TOKENS_SPENT, 9, Duration.ZERO)).hasSizeLessThanOrEqualTo(1);
    database.execute("UPDATE actor_server_executions SET started_at = clock_timestamp()");

    assertThat(subjects(Watched.TOKENS_SPENT, 9, Duration.ZERO)).containsExactly("cluster");
    assertThat(subjects(Watched.TOKENS_SPENT, 10, Duration.ZERO)).isEmpty();
  }

  @Test
  void nodesThatVanished() {
    database.execute(
        "INSERT INTO cluster_nodes (instance_id, host, started_at, last_seen) VALUES"
            + " ('alive', 'a', now() - interval '1 hour', now()),"
            + " ('lost', 'b', now() - interval '1 hour', now() - interval '5 minutes'),"
            + " ('killed', 'c', now() - interval '1 hour', now() - interval '5 minutes'),"
            + " ('successor', 'c', now() - interval '4 minutes', now())");

    assertThat(subjects(Watched.NODE_LOST, 1, Duration.ZERO)).containsExactly("lost");
    assertThat(subjects(Watched.NODE_LOST, 1, Duration.ofMinutes(10))).isEmpty();
  }

  @Test
  void whatTheDoctorFoundAndNobodyMended() {
    database.execute(
        "INSERT INTO doctor_findings (kind, subject, severity, explanation, advice, first_seen,"
            + " last_seen, resolved_at) VALUES"
            + " ('trigger_error', 'schedule/poster', 'error', 'is in ERROR', '',"
            + " now() - interval '10 minutes', now(), NULL),"
            + " ('trigger_error', 'schedule/calm', 'error', 'is in ERROR', '',"
            + " now() - interval '10 minutes', now(), now())");

    assertThat(subjects(Watched.DOCTOR_FINDING, 1, Duration.ofMinutes(5)))
        .containsExactly("trigger_error schedule/poster");
    assertThat(subjects(Watched.DOCTOR_FINDING, 1, Duration.ofMinutes(15))).isEmpty();
  }

  @Test
  void aRuleThatCannotBeJudgedStopsNoOther() {
    database.execute(
        "UPDATE actor_server_state SET consecutive_failures = 3 WHERE task_id = 'poster'");
    Rule broken =
        rule("broken", Watched.QUEUE_EMPTY, Optional.of("posts"), "no ( filter", 1, Duration.ZERO);
    Rule right =
        rule("right", Watched.CONSECUTIVE_FAILURES, Optional.empty(), "", 3, Duration.ZERO);

    Judgement judgement = rules.judge(new AlertSettings(List.of(), List.of(broken, right)));

    assertThat(judgement.judged()).containsExactly("right");
    assertThat(judgement.conditions()).hasSize(1);
  }

  private static ActorDefinition hourly(String name) {
    return new ActorDefinition(
        new ActorName(name),
        name,
        "",
        true,
        new ActorSchedule.Interval(
            Duration.ofHours(1), Optional.empty(), false, Jitter.NONE, "hourly"),
        ExecutionPolicy.DEFAULT,
        BreakerPolicy.DEFAULT,
        new PlatformBinding("noop", Optional.empty()),
        List.of(),
        List.of());
  }

  private void due(String actor) {
    database.execute(
        "INSERT INTO qrtz_job_details VALUES ('test', '"
            + actor
            + "', 'actors', NULL, 'x', true, true, false, true, NULL)",
        "INSERT INTO qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,"
            + " next_fire_time, trigger_state, trigger_type, start_time) VALUES ('test', '"
            + actor
            + "', 'schedule', '"
            + actor
            + "', 'actors', (extract(epoch FROM now() - interval '10 minutes') * 1000)::bigint,"
            + " 'WAITING', 'SIMPLE', 0)");
  }

  private List<String> subjects(Watched watched, long threshold, Duration after) {
    Rule rule = rule("r", watched, Optional.empty(), "", threshold, after);
    return rules.judge(new AlertSettings(List.of(), List.of(rule))).conditions().stream()
        .map(Condition::subject)
        .toList();
  }

  private List<Condition> queue(Watched watched, long threshold, Duration after) {
    Rule rule =
        rule("r", watched, Optional.of("posts"), "review_status = 'pending'", threshold, after);
    Judgement judgement = rules.judge(new AlertSettings(List.of(), List.of(rule)));
    assertThat(judgement.judged()).containsExactly("r");
    return judgement.conditions();
  }

  private static Rule rule(
      String name,
      Watched watched,
      Optional<String> table,
      String where,
      long threshold,
      Duration after) {
    return new Rule(
        name, watched, List.of(), table, where, threshold, after, Severity.ERROR, List.of());
  }

  private void execution(String actor, String status, String ago, int tokens) {
    String completed = status.equals("running") ? "NULL" : "now() - interval '" + ago + "'";
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, status,"
            + " node, started_at, completed_at, tokens_in) VALUES ('"
            + actor
            + "', '"
            + actor
            + "', 'schedule', clock_timestamp(), '"
            + status
            + "', 'n', now() - interval '"
            + ago
            + "', "
            + completed
            + ", "
            + tokens
            + ")");
  }
}
