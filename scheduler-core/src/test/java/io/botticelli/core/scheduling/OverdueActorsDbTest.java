package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.manual;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.scheduling.DueActors.DueActor;
import io.botticelli.core.scheduling.OverdueActors.Overdue;
import io.botticelli.core.scheduling.jdbc.JdbcDueActors;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a cluster that fires nothing, because its node was never started. */
@Tag("db")
class OverdueActorsDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private TestNode node;
  private OverdueActors overdue;

  @BeforeEach
  void build() {
    node = new TestNode(database);
    node.agree(
        "v1",
        actor("minutely", every(Duration.ofMinutes(1), false, Jitter.NONE)),
        actor("daily", every(Duration.ofHours(24), false, Jitter.NONE)),
        actor(
            "cron",
            new ActorSchedule.Cron(
                List.of("0 0 * * * ?"), ZoneOffset.UTC, Jitter.NONE, "every hour")),
        actor("by-hand", manual()));
    overdue =
        new OverdueActors(
            new JdbcDueActors(database.transactions()),
            node.agreed::get,
            node.scheduler.schedulerName());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void nobodyIsOverdueBeforeItsTime() {
    assertThat(overdue.list()).isEmpty();
  }

  @Test
  void anActorIsOverdueWhenItIsLateByMoreThanATenthOfItsInterval() {
    due("minutely", "50 seconds");
    due("daily", "2 hours");
    assertThat(overdue.list()).as("within their grace").isEmpty();

    due("minutely", "70 seconds");
    due("daily", "3 hours");
    due("cron", "7 minutes");

    assertThat(overdue.list())
        .extracting(late -> late.actor().value())
        .containsExactly("cron", "daily", "minutely");
    Overdue daily = overdue.list().get(1);
    assertThat(daily.grace()).isEqualTo(Duration.ofMinutes(144));
    assertThat(daily.lateBy()).isBetween(Duration.ofMinutes(179), Duration.ofMinutes(181));
    assertThat(overdue.list().get(2).grace()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void whoIsPausedOrRunningIsNotOverdue() {
    due("minutely", "1 day");
    due("daily", "1 day");
    due("cron", "1 day");
    database.execute(
        "UPDATE actor_server_state SET is_paused = true WHERE task_id = 'minutely'",
        "UPDATE actor_server_state SET enabled = false WHERE task_id = 'cron'");
    long run = database.openExecution("daily");
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() + interval '10 s' WHERE id = "
            + run);

    assertThat(overdue.list()).isEmpty();

    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() - interval '1 s' WHERE id = "
            + run);
    assertThat(names()).as("its owner is gone").containsExactly("daily");

    database.execute("UPDATE cluster_state SET is_paused = true");
    assertThat(names()).as("the whole cluster is paused").isEmpty();
  }

  /** Quartz moves a trigger that nobody could fire to the present, again and again. */
  @Test
  void aTriggerThatIsOnlyMovedOnStaysOverdue() {
    due("minutely", "5 seconds");
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, status,"
            + " node) VALUES ('minutely', 'minutely', 'schedule', now() - interval '9 minutes',"
            + " 'missed', 'n')",
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, status,"
            + " node) VALUES ('minutely', 'minutely', 'schedule', now() - interval '1 minute',"
            + " 'missed', 'n')");

    assertThat(overdue.list()).hasSize(1);
    assertThat(overdue.list().get(0).lateBy())
        .isBetween(Duration.ofSeconds(539), Duration.ofSeconds(560));

    due("minutely", "-20 seconds");
    assertThat(overdue.list()).as("skipped on purpose, the next one comes").isEmpty();
  }

  @Test
  void anActorWithoutATriggerThatCouldFireIsOverdueOnceItsGraceIsOver() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-05T09:00:00Z"));
    AtomicReference<Boolean> broken = new AtomicReference<>(false);
    OverdueActors watching =
        new OverdueActors(
            name ->
                List.of(
                    new DueActor(new ActorName("cron"), Optional.empty(), broken.get(), now.get())),
            node.agreed::get,
            "any");
    assertThat(watching.list()).as("it may just have been added").isEmpty();

    now.set(now.get().plusSeconds(61));

    assertThat(watching.list()).extracting(Overdue::reason).containsExactly("it has no trigger");
    broken.set(true);
    assertThat(watching.list().get(0).reason()).contains("ERROR");
  }

  @Test
  void whoHasLostItsTriggerIsACandidateAndWhoFiresByHandIsNot() {
    database.execute(
        "DELETE FROM qrtz_simple_triggers",
        "DELETE FROM qrtz_cron_triggers",
        "DELETE FROM qrtz_triggers");

    List<DueActor> candidates =
        new JdbcDueActors(database.transactions()).list(node.scheduler.schedulerName());

    assertThat(candidates)
        .extracting(candidate -> candidate.actor().value())
        .containsExactly("cron", "daily", "minutely");
    assertThat(candidates).allMatch(candidate -> candidate.since().isEmpty());
  }

  private List<String> names() {
    return overdue.list().stream().map(late -> late.actor().value()).toList();
  }

  private void due(String actor, String ago) {
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time ="
            + " (extract(epoch FROM now() - interval '"
            + ago
            + "') * 1000)::bigint WHERE job_name = '"
            + actor
            + "'");
  }
}
