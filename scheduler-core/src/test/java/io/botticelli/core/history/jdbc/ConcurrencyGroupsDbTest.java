package io.botticelli.core.history.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionHistory.GroupLimit;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Full;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Opened;
import io.botticelli.core.history.ExecutionHistory.OpenOutcome.Vetoed;
import io.botticelli.core.history.ExecutionHistory.OpenRequest;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.PendingFires.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class ConcurrencyGroupsDbTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private final JdbcExecutionHistory history = new JdbcExecutionHistory(DATABASE.transactions());
  private final JdbcPendingFires pending = new JdbcPendingFires(DATABASE.transactions());
  private final String group = "group-" + GROUPS.incrementAndGet();

  @Test
  void letsExactlyItsNumberInWhenTwentyFiresRace() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(20);
    CyclicBarrier start = new CyclicBarrier(20);
    List<Future<OpenOutcome>> racing = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String actor = group + "-actor-" + i;
      racing.add(
          nodes.submit(
              () -> {
                start.await();
                return open(actor, 3);
              }));
    }

    int opened = 0;
    int full = 0;
    for (Future<OpenOutcome> outcome : racing) {
      opened += outcome.get() instanceof Opened ? 1 : 0;
      full += outcome.get() instanceof Full ? 1 : 0;
    }

    nodes.shutdown();
    assertThat(opened).isEqualTo(3);
    assertThat(full).isEqualTo(17);
    assertThat(waiting()).as("visible").hasSize(17);
  }

  @Test
  void letsThoseInFirstThatHaveWaitedLongest() {
    Opened running = (Opened) open("a", 1);
    assertThat(open("b", 1)).isInstanceOf(Full.class);
    assertThat(open("c", 1)).isEqualTo(new Full(group, 1, 1, 1));

    history.close(running.fence(), succeeded());

    assertThat(open("d", 1)).as("newcomer").isEqualTo(new Full(group, 1, 0, 2));
    assertThat(open("c", 1)).isEqualTo(new Full(group, 1, 0, 1));
    assertThat(open("b", 1)).isInstanceOf(Opened.class);
    assertThat(waiting())
        .extracting(wait -> wait.fire().actor().value())
        .containsExactly(group + "c", group + "d");
  }

  @Test
  void doesNotWaitForAFireThatNoLongerAsks() {
    Opened running = (Opened) open("a", 1);
    open("b", 1);
    history.close(running.fence(), succeeded());
    DATABASE.execute("UPDATE fire_waits SET seen_at = seen_at - interval '1 minute'");

    assertThat(open("c", 1)).isInstanceOf(Opened.class);
    assertThat(pending.listSilent(Duration.ofSeconds(30), 500))
        .as("and its trigger is looked for")
        .extracting(wait -> wait.fire().actor().value())
        .contains(group + "b");
  }

  @Test
  void aFireThatIsInAsksForNoRoomAgain() {
    Opened running = (Opened) open("a", 1);
    DATABASE.execute(
        "UPDATE actor_server_executions SET lease_until = now() - interval '1 minute' WHERE id = "
            + running.fence().executionId());

    assertThat(open("b", 1)).as("a dead owner's run still counts").isInstanceOf(Full.class);
    assertThat(open("a", 1))
        .as("taken over")
        .isInstanceOfSatisfying(
            Opened.class, again -> assertThat(again.fence().epoch()).isEqualTo(2));
    assertThat(open("a", 1)).isInstanceOf(Vetoed.class);
  }

  @Test
  void aFireThatIsNotRunWaitsNoLonger() {
    open("a", 1);
    open("b", 1);

    history.recordNotRun(fire("b"), ExecutionStatus.SKIPPED, "actor_gone", "gone", "node");

    assertThat(waiting()).isEmpty();
  }

  @Test
  void aFireWhoseActorLeftTheGroupWaitsNoLonger() {
    open("a", 1);
    open("b", 1);

    OpenOutcome outcome =
        history.open(
            new OpenRequest(
                fire("b"),
                "node",
                false,
                "v2",
                Map.of(),
                Duration.ofSeconds(15),
                Optional.empty()));

    assertThat(outcome).isInstanceOf(Opened.class);
    assertThat(waiting()).isEmpty();
  }

  private OpenOutcome open(String actor, int most) {
    return history.open(
        new OpenRequest(
            fire(actor),
            "node",
            false,
            "v1",
            Map.of(),
            Duration.ofSeconds(15),
            Optional.of(new GroupLimit(group, most))));
  }

  private FireIdentity fire(String actor) {
    return new FireIdentity(new ActorName(group + actor), NOON, FireIdentity.Kind.SCHEDULE, "");
  }

  private List<Waiting> waiting() {
    return pending.listWaiting().stream().filter(wait -> wait.group().equals(group)).toList();
  }

  private static ExecutionResult succeeded() {
    return new ExecutionResult(
        ExecutionStatus.SUCCEEDED, Optional.empty(), Optional.empty(), 1, 0, 0, 0, 0, Map.of());
  }
}
