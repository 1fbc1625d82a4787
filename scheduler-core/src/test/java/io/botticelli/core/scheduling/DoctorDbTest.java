package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.doctor.Doctor;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.Finding;
import io.botticelli.core.doctor.FindingKind;
import io.botticelli.core.doctor.Repairs;
import io.botticelli.core.doctor.jdbc.JdbcFindings;
import io.botticelli.core.doctor.jdbc.JdbcRepairs;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers may never damage, and what is damaged mends by itself: design 5.8. */
@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class DoctorDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Map<String, List<Long>> runs = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rounds = Executors.newSingleThreadScheduledExecutor();
  private TestDatabase database;
  private TestNode node;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    node = new TestNode(database);
    node.body.set(
        (actor, version, fence, parameters) -> {
          runs.computeIfAbsent(actor.name().value(), name -> new CopyOnWriteArrayList<>())
              .add(fence.executionId());
          return succeeded();
        });
  }

  @AfterEach
  void stop() {
    rounds.shutdownNow();
    node.close();
  }

  /** What an accident, a person with psql or an old release may leave behind. */
  private enum Damage {
    SIMPLE_ROW_DELETED(
        FindingKind.TRIGGER_PART_LOST,
        "DELETE FROM qrtz_simple_triggers WHERE trigger_name = SICK"),
    CRON_ROW_DELETED(
        FindingKind.TRIGGER_PART_LOST, "DELETE FROM qrtz_cron_triggers WHERE trigger_name = SICK"),
    TYPE_CHANGED(
        FindingKind.TRIGGER_PART_LOST,
        "UPDATE qrtz_triggers SET trigger_type = 'BLOB' WHERE trigger_name = SICK"),
    EXPRESSION_BROKEN(
        FindingKind.TRIGGER_UNREADABLE,
        "UPDATE qrtz_cron_triggers SET cron_expression = 'never' WHERE trigger_name = SICK"),
    DATA_BROKEN(
        FindingKind.TRIGGER_UNREADABLE,
        "UPDATE qrtz_simple_triggers SET repeat_interval = -5 WHERE trigger_name = SICK"),
    JOB_CLASS_RENAMED(
        FindingKind.JOB_CLASS_UNKNOWN,
        "UPDATE qrtz_job_details SET job_class_name = 'com.example.Renamed',"
            + " is_nonconcurrent = false WHERE job_name = SICK"),
    ERROR(
        FindingKind.TRIGGER_ERROR,
        "UPDATE qrtz_triggers SET trigger_state = 'ERROR' WHERE trigger_name = SICK"),
    ACQUIRED(
        FindingKind.TRIGGER_ACQUIRED,
        "UPDATE qrtz_triggers SET trigger_state = 'ACQUIRED' WHERE trigger_name = SICK"),
    BLOCKED(
        FindingKind.TRIGGER_BLOCKED,
        "UPDATE qrtz_triggers SET trigger_state = 'BLOCKED' WHERE trigger_name = SICK"),
    PAUSED_BLOCKED(
        FindingKind.TRIGGER_BLOCKED,
        false,
        "UPDATE qrtz_triggers SET trigger_state = 'PAUSED_BLOCKED' WHERE trigger_name = SICK"),
    COMPLETE(
        FindingKind.TRIGGER_COMPLETE,
        "UPDATE qrtz_triggers SET trigger_state = 'COMPLETE' WHERE trigger_name = SICK"),
    TIME_LOST(
        FindingKind.TRIGGER_WITHOUT_TIME,
        false,
        "UPDATE qrtz_triggers SET next_fire_time = -1 WHERE trigger_name = SICK"),
    CALENDAR_GONE(
        FindingKind.CALENDAR_MISSING,
        "UPDATE qrtz_triggers SET calendar_name = 'holidays' WHERE trigger_name = SICK");

    private final FindingKind kind;
    private final String sql;

    /** False: Quartz or the reconciler may be quicker than the doctor. */
    private final boolean seen;

    Damage(FindingKind kind, String sql) {
      this(kind, true, sql);
    }

    Damage(FindingKind kind, boolean seen, String sql) {
      this.kind = kind;
      this.seen = seen;
      this.sql = sql;
    }

    String actor() {
      return "sick-" + name();
    }
  }

  @Test
  void whateverIsDamagedFiresAgainByItselfAndNothingElseIsTouched() {
    List<ActorDefinition> actors =
        new ArrayList<>(
            List.of(
                actor("interval", every(HOUR, false, Jitter.NONE)),
                actor("jittered", every(HOUR, false, new Jitter(10, Duration.ZERO))),
                actor("yearly", cron("0 0 9 1 1 ?")),
                actor("manual", manual())));
    for (Damage damage : Damage.values()) {
      boolean cron = damage == Damage.CRON_ROW_DELETED || damage == Damage.EXPRESSION_BROKEN;
      actors.add(actor(damage.actor(), cron ? cron("* * * * * ?") : every(Duration.ofSeconds(1))));
    }
    node.agree("v1", actors.toArray(ActorDefinition[]::new));
    node.scheduler.control().pause(new ActorName("interval"), "test", "ann");
    node.scheduler.beginFiring();
    await().atMost(SOON).until(() -> runsOf(Damage.values()[0]) >= 1);
    String healthy = healthyRows();

    for (Damage damage : Damage.values()) {
      damageBetweenFires(damage);
    }
    Map<Damage, Integer> before = new EnumMap<>(Damage.class);
    for (Damage damage : Damage.values()) {
      before.put(damage, runsOf(damage));
    }
    visitOften();

    for (Damage damage : Damage.values()) {
      await(damage.name())
          .atMost(SOON)
          .until(() -> runsOf(damage) >= before.getOrDefault(damage, 0) + 2);
    }
    for (Damage damage : Damage.values()) {
      if (damage.seen) {
        assertThat(
                database.number(
                    "SELECT coalesce(sum(repairs), 0) FROM doctor_findings WHERE kind = '"
                        + damage.kind.stored()
                        + "' AND subject LIKE '%/"
                        + damage.actor()
                        + "'"))
            .as("repairs of %s", damage)
            .isPositive();
      }
    }
    assertThat(healthyRows()).as("rows of healthy actors").isEqualTo(healthy);
    assertThat(runs.values().stream().flatMap(List::stream).toList())
        .as("I2: each fire ran once")
        .doesNotHaveDuplicates();
    assertThat(database.number("SELECT count(*) FROM actor_server_executions WHERE attempt > 1"))
        .isZero();
    assertThat(
            database.number(
                "SELECT count(*) FROM doctor_findings WHERE subject NOT LIKE '%/sick-%'"))
        .as("findings about healthy actors")
        .isZero();
  }

  @Test
  void aMarkerThatPausesEveryGroupIsRemoved() {
    node.agree("v1", actor("sick", every(Duration.ofSeconds(1))));
    database.execute(
        "INSERT INTO qrtz_paused_trigger_grps VALUES"
            + " ('botticelli', '_$_ALL_GROUPS_PAUSED_$_'), ('botticelli', 'schedule')",
        "UPDATE qrtz_triggers SET trigger_state = 'PAUSED'");
    node.scheduler.beginFiring();

    visitOften();

    await().atMost(SOON).until(() -> !node.statuses("sick").isEmpty());
    assertThat(database.number("SELECT count(*) FROM qrtz_paused_trigger_grps")).isZero();
  }

  @Test
  void nothingIsFoundWhileTwoBusyNodesHandTriggersOver() {
    try (TestNode other = new TestNode(database)) {
      other.body.set(node.body.get());
      for (TestNode each : List.of(node, other)) {
        each.agree(
            "v1",
            actor("one", every(Duration.ofSeconds(1))),
            actor("two", cron("* * * * * ?")),
            actor("three", every(Duration.ofSeconds(1), true, new Jitter(20, Duration.ZERO))),
            actor("asked", manual()));
        each.scheduler.beginFiring();
      }
      Doctor doctor = doctor(node);

      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                node.scheduler.control().fire(new ActorName("asked"), Map.of(), false);
                assertThat(doctor.repair(Duration.ZERO))
                    .as("findings of a healthy cluster")
                    .isEmpty();
                return countRuns() >= 12;
              });
    }
    assertThat(database.number("SELECT count(*) FROM doctor_findings")).isZero();
  }

  @Test
  void aTriggerInErrorIsResetThreeTimesAndThenLeftForAPerson() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    Doctor doctor = doctor(node);

    for (int reset = 1; reset <= DoctorSettings.MOST_RESETS; reset++) {
      database.execute("UPDATE qrtz_triggers SET trigger_state = 'ERROR'");
      assertThat(doctor.repair(Duration.ZERO)).allMatch(Finding::isRepaired);
      assertThat(node.triggerState("sick")).isEqualTo("WAITING");
      assertThat(doctor.examine()).isEmpty();
    }
    database.execute("UPDATE qrtz_triggers SET trigger_state = 'ERROR'");

    List<Finding> left = doctor.repair(Duration.ZERO);

    assertThat(left).singleElement().matches(Finding::isOpen);
    assertThat(node.triggerState("sick")).isEqualTo("ERROR");
  }

  @Test
  void aTriggerInErrorOfAPausedActorComesBackPaused() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    database.execute(
        "UPDATE actor_server_state SET is_paused = true",
        "UPDATE qrtz_triggers SET trigger_state = 'ERROR'");

    doctor(node).repair(Duration.ZERO);

    assertThat(node.triggerState("sick")).isEqualTo("PAUSED");
  }

  @Test
  void anErrorWhoseCauseStandsIsNotReset() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    database.execute(
        "INSERT INTO qrtz_job_details SELECT sched_name, 'mail', 'foreign', description,"
            + " 'org.quartz.jobs.NativeJob', is_durable, is_nonconcurrent, is_update_data,"
            + " requests_recovery, job_data FROM qrtz_job_details",
        "UPDATE qrtz_triggers SET trigger_state = 'ERROR', job_name = 'mail', job_group = 'foreign'");

    List<Finding> left = doctor(node).repair(Duration.ZERO);

    assertThat(left)
        .extracting(Finding::kind)
        .containsExactlyInAnyOrder(FindingKind.JOB_CLASS_UNKNOWN, FindingKind.TRIGGER_ERROR);
    assertThat(left).allMatch(Finding::isOpen);
    assertThat(
            database.value(
                "SELECT trigger_state FROM qrtz_triggers WHERE trigger_group = 'schedule'"
                    + " AND job_group = 'foreign'"))
        .isEqualTo("ERROR");
  }

  @Test
  void aFindingIsRepairedOnlyAfterItStoodForAWhile() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    database.execute("UPDATE qrtz_triggers SET trigger_state = 'ACQUIRED'");
    Doctor doctor = doctor(node);

    doctor.repair(Duration.ofMinutes(1));
    String young = node.triggerState("sick");
    database.execute("UPDATE doctor_findings SET first_seen = first_seen - interval '2 minutes'");
    doctor.repair(Duration.ofMinutes(1));

    assertThat(young).isEqualTo("ACQUIRED");
    assertThat(node.triggerState("sick")).isEqualTo("WAITING");
    assertThat(database.value("SELECT before->>'trigger_state' FROM doctor_findings"))
        .isEqualTo("ACQUIRED");
    assertThat(database.value("SELECT after->>'trigger_state' FROM doctor_findings"))
        .isEqualTo("WAITING");
    assertThat(database.number("SELECT count FROM doctor_findings")).isEqualTo(2);
  }

  @Test
  void aPersonsFireWhoseRowWasLostStillRunsUnderItsReceipt() {
    node.agree("v1", actor("asked", manual()));
    String receipt = node.scheduler.control().fire(new ActorName("asked"), Map.of("k", "v"), false);
    database.execute("DELETE FROM qrtz_simple_triggers");

    doctor(node).repair(Duration.ZERO);
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("asked").contains(ExecutionStatus.SUCCEEDED));
    assertThat(node.executions("asked"))
        .singleElement()
        .extracting(run -> run.fire().receipt())
        .isEqualTo(receipt);
  }

  @Test
  void aSingleFireNobodyCanReadIsPutAsideAndStopsNobody() {
    node.agree("v1", actor("asked", manual()), actor("well", every(Duration.ofSeconds(1))));
    node.scheduler.control().fire(new ActorName("asked"), Map.of(), false);
    database.execute(
        "UPDATE qrtz_simple_triggers SET repeat_count = -7 WHERE trigger_group = 'manual'");
    Doctor doctor = doctor(node);

    doctor.repair(Duration.ZERO);
    List<Finding> left = doctor.repair(Duration.ZERO);
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> !node.statuses("well").isEmpty());
    assertThat(left).extracting(Finding::kind).containsExactly(FindingKind.TRIGGER_ERROR);
    assertThat(left).allMatch(Finding::isOpen);
    assertThat(node.executions("asked")).isEmpty();
  }

  @Test
  void singleFiresSurviveEveryRepair() {
    node.agree("v1", actor("asked", manual()));
    for (int i = 0; i < 3; i++) {
      node.scheduler.control().fire(new ActorName("asked"), Map.of(), false);
    }
    database.execute(
        "WITH n AS (SELECT trigger_name, row_number() OVER () AS i FROM qrtz_triggers)"
            + " UPDATE qrtz_triggers t SET trigger_type = CASE n.i WHEN 1 THEN 'BLOB' ELSE 'SIMPLE' END,"
            + " next_fire_time = CASE n.i WHEN 2 THEN -1 ELSE next_fire_time END,"
            + " calendar_name = CASE n.i WHEN 3 THEN 'gone' END FROM n"
            + " WHERE n.trigger_name = t.trigger_name");

    List<Finding> found = doctor(node).repair(Duration.ZERO);
    node.scheduler.beginFiring();

    assertThat(found).hasSize(3).allMatch(Finding::isRepaired);
    await().atMost(SOON).until(() -> countRuns() == 3);
  }

  @Test
  void triggersOfOthersAreNeverRemoved() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    database.execute(
        "INSERT INTO qrtz_job_details SELECT sched_name, 'scan', 'foreign', description,"
            + " job_class_name, true, true, false, true, NULL FROM qrtz_job_details",
        "INSERT INTO qrtz_triggers SELECT sched_name, name, 'foreign', 'scan', 'foreign', NULL,"
            + " CASE name WHEN 'timeless' THEN -1 ELSE next_fire_time END, -1, 5, 'WAITING',"
            + " 'CRON', start_time, 0, CASE name WHEN 'uncalendared' THEN 'gone' END, 0, NULL"
            + " FROM qrtz_triggers, unnest(ARRAY['partless', 'timeless', 'uncalendared']) name",
        "INSERT INTO qrtz_cron_triggers SELECT sched_name, trigger_name, trigger_group,"
            + " '0 0 9 1 1 ?', 'UTC' FROM qrtz_triggers"
            + " WHERE trigger_name IN ('timeless', 'uncalendared')");

    doctor(node).repair(Duration.ZERO);

    assertThat(
            database.value(
                "SELECT string_agg(trigger_name || ' ' || trigger_state, ', ' ORDER BY trigger_name)"
                    + " FROM qrtz_triggers WHERE trigger_group = 'foreign'"))
        .isEqualTo("partless ERROR, timeless WAITING, uncalendared WAITING");
  }

  @Test
  void whatHealedMeanwhileIsNotTouched() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    database.execute("UPDATE qrtz_triggers SET trigger_state = 'ACQUIRED'");
    List<Finding> seen = doctor(node).examine();
    database.execute(
        "INSERT INTO qrtz_fired_triggers SELECT sched_name, 'f', trigger_name, trigger_group, 'n', 1,"
            + " 1, 5, 'ACQUIRED', NULL, NULL, false, false FROM qrtz_triggers");

    Repairs.Outcome outcome =
        new JdbcRepairs(database.transactions(), settings(node), node.scheduler.blueprints())
            .repair(seen.get(0));

    assertThat(outcome).isEqualTo(Repairs.Outcome.HEALED);
    assertThat(node.triggerState("sick")).isEqualTo("ACQUIRED");
  }

  @Test
  void theFireADamagedTriggerOwedIsMadeUp() {
    node.agree("v1", actor("sick", cron("0 0 9 1 1 ?")));
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time = "
            + "(extract(epoch FROM now()) * 1000)::bigint - 60000, trigger_type = 'BLOB'");

    doctor(node).repair(Duration.ZERO);
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> node.statuses("sick").contains(ExecutionStatus.SUCCEEDED));
    await().atMost(SOON).until(() -> node.statuses("sick").contains(ExecutionStatus.MISSED));
    assertThat(countRuns()).isEqualTo(1);
  }

  @Test
  void aSingleFireThatStayedPausedIsSetFree() {
    node.agree("v1", actor("asked", manual()));
    node.scheduler.control().fire(new ActorName("asked"), Map.of(), false);
    node.scheduler.control().pause(new ActorName("asked"), "", "ann");
    Doctor doctor = doctor(node);
    assertThat(doctor.repair(Duration.ZERO)).as("while its actor is paused").isEmpty();
    database.execute("UPDATE actor_server_state SET is_paused = false");

    doctor.repair(Duration.ZERO);
    node.scheduler.beginFiring();

    await().atMost(SOON).until(() -> countRuns() == 1);
  }

  @Test
  void firesOfANodeThatIsNotInTheClusterAreRecovered() {
    node.agree("v1", actor("sick", every(HOUR, false, Jitter.NONE)));
    node.scheduler.beginFiring();
    await()
        .atMost(SOON)
        .until(() -> database.number("SELECT count(*) FROM qrtz_scheduler_state") == 1);
    await()
        .during(Duration.ofMillis(1500))
        .atMost(SOON)
        .until(() -> node.executions("sick").isEmpty());
    database.execute(
        "INSERT INTO qrtz_fired_triggers SELECT sched_name, 'lost-1', trigger_name, trigger_group,"
            + " 'vanished', (extract(epoch FROM now()) * 1000)::bigint,"
            + " (extract(epoch FROM now()) * 1000)::bigint, 5, 'EXECUTING', job_name, job_group,"
            + " true, true FROM qrtz_triggers",
        "UPDATE qrtz_triggers SET trigger_state = 'BLOCKED'");

    doctor(node).repair(Duration.ZERO);

    await().atMost(SOON).until(() -> node.statuses("sick").contains(ExecutionStatus.SUCCEEDED));
    await().atMost(SOON).until(() -> node.triggerState("sick").equals("WAITING"));
    assertThat(database.number("SELECT count(*) FROM qrtz_fired_triggers")).isZero();
  }

  @Test
  void whatOnlyAPersonCanMendIsReported() {
    node.agree("v1", actor("late", every(HOUR, false, Jitter.NONE)));
    long execution = database.openExecution("late");
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() - interval '2 minutes'",
        "INSERT INTO qrtz_scheduler_state SELECT sched_name, 'other',"
            + " (extract(epoch FROM now()) * 1000)::bigint, 7500 FROM qrtz_triggers",
        "UPDATE qrtz_triggers SET next_fire_time = next_fire_time - 2 * 3600000",
        "INSERT INTO outbound_posts (idempotency_key, part, parts, execution_id, epoch, actor,"
            + " platform, channel_id, content, nonce, status, sending_at) VALUES"
            + " ('a', 1, 1, 1, 1, 'late', 'noop', 'c', 'x', 'n', 'sending', now() - interval '1 hour'),"
            + " ('b', 1, 1, 1, 1, 'late', 'noop', 'c', 'x', 'n', 'unknown', now())",
        "INSERT INTO row_claims VALUES ('t', 1, 4711, 's', 'q', 1, false, now(),"
            + " now() - interval '2 hours')");

    List<Finding> found = doctor(node).repair(Duration.ZERO);

    assertThat(found)
        .extracting(Finding::kind)
        .containsExactlyInAnyOrder(
            FindingKind.TRIGGER_OVERDUE,
            FindingKind.EXECUTION_OWNERLESS,
            FindingKind.POST_SENDING,
            FindingKind.POST_UNKNOWN,
            FindingKind.CLAIMS_LEFT);
    assertThat(found).noneMatch(Finding::isRepaired);
    assertThat(found)
        .filteredOn(finding -> finding.kind() == FindingKind.EXECUTION_OWNERLESS)
        .extracting(Finding::subject)
        .containsExactly(Long.toString(execution));
  }

  @Test
  void oneNodeLooksInAPeriod() {
    DoctorSettings patient = settings(node).withPatience(HOUR, HOUR);

    boolean first = findings(patient).lookWhenDue().isPresent();
    boolean second = findings(patient).lookWhenDue().isPresent();

    assertThat(List.of(first, second)).containsExactly(true, false);
  }

  @Test
  void aTriggerNobodyCanReadIsSeenBeforeItIsDue() {
    node.agree("v1", actor("sick", every(Duration.ofSeconds(30), false, Jitter.NONE)));
    Doctor doctor =
        new Doctor(
            settings(node),
            findings(settings(node)),
            new JdbcRepairs(database.transactions(), settings(node), node.scheduler.blueprints()),
            node.scheduler::reconcile);
    doctor.tick();
    database.execute("DELETE FROM qrtz_simple_triggers");

    doctor.tick();

    assertThat(database.number("SELECT repeat_interval FROM qrtz_simple_triggers"))
        .isEqualTo(30_000);
  }

  private int runsOf(Damage damage) {
    return runs.getOrDefault(damage.actor(), List.of()).size();
  }

  private int countRuns() {
    return runs.values().stream().mapToInt(List::size).sum();
  }

  private void visitOften() {
    Doctor doctor = doctor(node);
    rounds.scheduleWithFixedDelay(doctor::tick, 0, 100, TimeUnit.MILLISECONDS);
  }

  private Doctor doctor(TestNode owner) {
    DoctorSettings settings =
        settings(owner).withPatience(Duration.ofMillis(600), Duration.ofMillis(200));
    return new Doctor(
        settings,
        findings(settings),
        new JdbcRepairs(database.transactions(), settings, owner.scheduler.blueprints()),
        owner.scheduler::reconcile);
  }

  private JdbcFindings findings(DoctorSettings settings) {
    return new JdbcFindings(database.transactions(), settings, node.scheduler.blueprints());
  }

  private static DoctorSettings settings(TestNode owner) {
    return owner.scheduler.doctorSettings();
  }

  /** Waits for a moment in which the trigger is Quartz's to change by nobody. */
  private void damageBetweenFires(Damage damage) {
    String name = "'" + damage.actor() + "'";
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              try {
                database.execute(
                    "DO $do$ BEGIN PERFORM 1 FROM qrtz_locks WHERE lock_name = 'TRIGGER_ACCESS'"
                        + " FOR UPDATE; IF NOT EXISTS (SELECT 1 FROM qrtz_triggers"
                        + " WHERE trigger_name = "
                        + name
                        + " AND trigger_state = 'WAITING') THEN RAISE EXCEPTION 'busy'; END IF; "
                        + damage.sql.replace("SICK", name)
                        + "; END $do$");
                return true;
              } catch (IllegalStateException busy) {
                return false;
              }
            });
  }

  private String healthyRows() {
    return database.value(
        "SELECT string_agg(r, chr(10) ORDER BY r) FROM (SELECT (to_jsonb(t) - 'job_data')::text AS r"
            + " FROM qrtz_triggers t WHERE job_name NOT LIKE 'sick-%' UNION ALL SELECT to_jsonb(s)::text"
            + " FROM qrtz_simple_triggers s WHERE trigger_name NOT LIKE 'sick-%' UNION ALL"
            + " SELECT to_jsonb(c)::text FROM qrtz_cron_triggers c WHERE trigger_name NOT LIKE 'sick-%'"
            + " UNION ALL SELECT (to_jsonb(j) - 'job_data')::text FROM qrtz_job_details j"
            + " WHERE job_name NOT LIKE 'sick-%') x");
  }

  private static ActorSchedule cron(String expression) {
    return new ActorSchedule.Cron(List.of(expression), ZoneOffset.UTC, Jitter.NONE, expression);
  }
}
