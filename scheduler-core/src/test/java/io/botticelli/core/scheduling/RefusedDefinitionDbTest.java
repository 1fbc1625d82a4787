package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.after;
import static io.botticelli.core.scheduling.TestNode.manual;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.scheduling.Fire.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** A node that cannot use the agreed definition, beside one that can. */
@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RefusedDefinitionDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ActorName POSTER = new ActorName("poster");

  private TestDatabase database;
  private TestNode refusing;
  private TestNode able;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    refusing = new TestNode(database);
    able = new TestNode(database);
    ActorDefinition up = actor("up", manual());
    able.agree("v2", up, actor("poster", manual(), after("up")));
    refusing.agreed.set(new ActorCatalog.Snapshot("v1", List.of(up), 0, false));
  }

  @AfterEach
  void stop() {
    refusing.close();
    able.close();
  }

  @Test
  void theFireOfAnActorItDoesNotKnowRunsOnAnotherNode() {
    able.scheduler.control().fire(POSTER, Map.of("topic", "cats"), false);
    database.execute("UPDATE fire_receipts SET requested_at = requested_at - interval '1 minute'");
    refusing.scheduler.beginFiring();
    await().atMost(SOON).until(() -> handedOver() == 1);
    assertThat(able.executions("poster")).isEmpty();

    refusing.scheduler.standBy(StandbyReason.DRAINING);
    fireHandedOverNow();
    able.scheduler.beginFiring();

    await()
        .atMost(SOON)
        .until(() -> able.statuses("poster").equals(List.of(ExecutionStatus.SUCCEEDED)));
    assertThat(able.executions("poster"))
        .extracting(Execution::node)
        .containsExactly(able.scheduler.instanceId());
    assertThat(refusing.notRun).isEmpty();
  }

  @Test
  void theFireGoesOnFromNodeToNodeUnderItsOldIdentityAndTime() {
    able.scheduler.control().fire(POSTER, Map.of("topic", "cats"), false);
    refusing.scheduler.beginFiring();
    await().atMost(SOON).until(() -> handedOver() == 1);
    String first = handOver();

    fireHandedOverNow();

    await().atMost(SOON).until(() -> handedOver() == 1 && !handOver().equals(first));
    assertThat(database.value("SELECT encode(job_data, 'escape') FROM qrtz_triggers"))
        .contains("p.topic=cats", "refused_since=");
  }

  @Test
  void aFireThatNoNodeTakesEndsAsARowAfterMinutes() throws SchedulerException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Fire fire =
        new Fire(
            new FireIdentity(POSTER, now.minus(Duration.ofHours(5)), Kind.SCHEDULE, ""),
            false,
            false,
            Map.of(),
            Origin.SCHEDULE);
    Scheduler other =
        QuartzSchedulers.standby(
            new SchedulerSettings("other", 1, SOON, SOON, Map.of()), database.dataSource());
    new Takeovers(other, Clock.systemUTC(), new Patience())
        .handOver(fire.refused(now.minus(FireOpening.PASSED_ON_FOR)), now, Duration.ZERO);
    other.shutdown();

    refusing.scheduler.beginFiring();

    await().atMost(SOON).until(() -> refusing.notRun.contains("definition_refused"));
    Execution row = able.executions("poster").get(0);
    assertThat(row.status()).isEqualTo(ExecutionStatus.SKIPPED);
    assertThat(row.errorCode()).contains("definition_refused");
    assertThat(row.fire()).isEqualTo(fire.identity());
    await().atMost(SOON).until(() -> handedOver() == 0);
  }

  @Test
  void followersItDoesNotKnowAreLeftToANodeThatDoes() {
    refusing.scheduler.beginFiring();
    refusing.scheduler.control().fire(new ActorName("up"), Map.of(), false);
    await().atMost(SOON).until(() -> refusing.statuses("up").contains(ExecutionStatus.SUCCEEDED));
    assertThat(database.number("SELECT count(*) FROM actor_server_executions WHERE chain_pending"))
        .isEqualTo(1);
    refusing.scheduler.standBy(StandbyReason.DRAINING);

    able.scheduler.beginFiring();

    await()
        .atMost(SOON)
        .until(() -> able.statuses("poster").equals(List.of(ExecutionStatus.SUCCEEDED)));
  }

  private long handedOver() {
    return database.number("SELECT count(*) FROM qrtz_triggers WHERE trigger_group = 'takeover'");
  }

  private String handOver() {
    return database.value("SELECT max(trigger_name) FROM qrtz_triggers");
  }

  private void fireHandedOverNow() {
    database.execute(
        "UPDATE qrtz_triggers SET next_fire_time = (extract(epoch FROM now()) * 1000)::bigint"
            + " WHERE trigger_group = 'takeover'");
  }
}
