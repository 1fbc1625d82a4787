package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.engine.Platforms;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.jdbc.JdbcExecutionHistory;
import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import io.botticelli.core.platform.noop.NoopPlatform;
import io.botticelli.core.platform.preview.jdbc.PreviewPlatform;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.JdbcOutboundPosts;
import io.botticelli.core.scheduling.LeaseKeeper;
import io.botticelli.core.security.Approvals.Approval;
import io.botticelli.core.security.Approvals.Decision;
import io.botticelli.core.security.Approvals.Request;
import io.botticelli.core.security.Approvals.Turn;
import io.botticelli.core.security.jdbc.JdbcApprovals;
import io.botticelli.core.security.jdbc.JdbcTokenBuckets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class ApprovalDeskDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcApprovals approvals = new JdbcApprovals(database.transactions());
  private final ExecutionHistory history = new JdbcExecutionHistory(database.transactions());
  private final LeaseKeeper leases = new LeaseKeeper(history);
  private final Fence fence = execution();

  @AfterEach
  void stop() {
    leases.close();
  }

  @Test
  void ofTwoApproversAtOnceOneCarriesItOutAndOnce() throws Exception {
    for (int round = 0; round < 10; round++) {
      long before = messages();
      long id = approvals.request(fence, send("round " + round)).id();
      ExecutorService people = Executors.newFixedThreadPool(2);
      try {
        Callable<Approval> approve = () -> desk(false).approve(id, "ann");
        List<Future<Approval>> answers = people.invokeAll(List.of(approve, approve));
        int succeeded = 0;
        for (Future<Approval> answer : answers) {
          try {
            answer.get();
            succeeded++;
          } catch (java.util.concurrent.ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(NodeException.class);
          }
        }
        assertThat(succeeded).isEqualTo(1);
      } finally {
        people.shutdownNow();
      }
      assertThat(messages()).as("round %d", round).isEqualTo(before + 1);
    }
  }

  @Test
  void aCrashBetweenApprovingAndCarryingOutIsMadeUpForOnce() {
    long id = approvals.request(fence, send("hi")).id();
    approvals.decide(id, true, "ann", "");
    Fence dead = execution();
    assertThat(approvals.begin(dead, id)).isEqualTo(Turn.FIRST);
    die(dead);

    Approval done = desk(false).approve(id, "bob");

    assertThat(done.executedAt()).isPresent();
    assertThat(done.decidedBy()).contains("ann");
    assertThat(done.result().orElseThrow().path("content").asText()).isEqualTo("hi");
    assertThat(messages()).isEqualTo(1);
    assertThatThrownBy(() -> desk(false).approve(id, "bob")).hasMessageContaining("carried out");
    assertThat(messages()).isEqualTo(1);
  }

  @Test
  void aCrashAfterTheMessageWasSentSendsNoSecondOne() {
    long id = approvals.request(fence, send("hi")).id();
    desk(false).approve(id, "ann");
    database.execute("UPDATE approvals SET executed_at = NULL, result = NULL WHERE id = " + id);

    Approval done = desk(false).approve(id, "ann");

    assertThat(done.executedAt()).isPresent();
    assertThat(messages()).isEqualTo(1);
  }

  @Test
  void theRowAMessagePublishesIsMarkedWhenItIsSent() {
    database.execute(
        "CREATE TABLE content.posts (id bigserial PRIMARY KEY,"
            + " review_status text DEFAULT 'approved', posted_at timestamptz)");
    long row = database.number("INSERT INTO content.posts DEFAULT VALUES RETURNING id");
    Request plain = send("hi");
    Request request =
        new Request(
            "row:posts:" + row,
            plain.narrative(),
            plain.actor(),
            plain.place(),
            plain.platform(),
            plain.command(),
            plain.arguments(),
            Optional.of(new SourceRow("posts", row)),
            plain.reason());
    long id = approvals.request(fence, request).id();
    String marked = "SELECT count(*) FROM content.posts WHERE review_status = 'posted'";
    assertThat(database.number(marked)).isZero();

    desk(false).approve(id, "ann");

    assertThat(database.number(marked)).isEqualTo(1);
    assertThat(messages()).isEqualTo(1);
  }

  @Test
  void whatMayHaveHappenedAndCannotBeRepeatedIsLeftForAPerson() {
    long id =
        approvals
            .request(
                fence,
                request("k", "channels.create", Map.of("guild_id", "1", "name", "news"), "noop"))
            .id();
    approvals.decide(id, true, "ann", "");
    Fence dead = execution();
    approvals.begin(dead, id);
    die(dead);

    assertThatThrownBy(() -> desk(false).approve(id, "ann")).hasMessageContaining("not repeated");
    assertThat(approvals.find(id).orElseThrow().executedAt()).isEmpty();
  }

  @Test
  void nobodyTakesTheTurnOfALivingOwner() {
    long id = approvals.request(fence, send("hi")).id();
    approvals.decide(id, true, "ann", "");
    approvals.begin(execution(), id);

    assertThatThrownBy(() -> desk(false).approve(id, "bob")).hasMessageContaining("somebody else");
    assertThat(messages()).isZero();
  }

  @Test
  void deniedExpiredAndUnknownOnesAreRefused() {
    long denied = approvals.request(fence, send("a")).id();
    long expired = approvals.request(fence, send("b")).id();
    desk(false).deny(denied, "ann", "no");
    database.execute("UPDATE approvals SET expires_at = now() WHERE id = " + expired);

    assertThatThrownBy(() -> desk(false).approve(denied, "bob")).hasMessageContaining("denied");
    assertThatThrownBy(() -> desk(false).approve(expired, "bob")).hasMessageContaining("expired");
    assertThatThrownBy(() -> desk(false).deny(expired, "bob", "")).hasMessageContaining("expired");
    assertThatThrownBy(() -> desk(false).approve(4711, "bob")).hasMessageContaining("4711");
    assertThat(approvals.find(expired).orElseThrow().decision()).isEqualTo(Decision.EXPIRED);
    assertThat(messages()).isZero();
  }

  @Test
  void aDryRunCarriesNothingOut() {
    long id = approvals.request(fence, send("hi")).id();

    assertThatThrownBy(() -> desk(true).approve(id, "ann")).hasMessageContaining("dry_run");
    assertThat(approvals.find(id).orElseThrow().decision()).isEqualTo(Decision.PENDING);
  }

  @Test
  void theSameCommandIsAskedForOnce() {
    Approval first = approvals.request(fence, send("hi"));
    Fence next = execution();

    assertThat(approvals.request(next, send("hi")).id()).isEqualTo(first.id());
    approvals.decide(first.id(), false, "ann", "");
    assertThat(approvals.request(next, send("hi")).decision()).isEqualTo(Decision.DENIED);
    assertThat(approvals.request(next, renamed(send("other"), send("hi").key())).decision())
        .isEqualTo(Decision.PENDING);
    assertThat(approvals.list(true, 10)).hasSize(1);
    assertThat(approvals.list(false, 10)).hasSize(2);
  }

  @Test
  void aBucketNeverGivesMoreThanItHolds() throws Exception {
    JdbcTokenBuckets buckets = new JdbcTokenBuckets(database.transactions());
    RateLimit limit = new RateLimit(3, Duration.ofHours(1), 2);
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    int taken = 0;
    try {
      List<Callable<Optional<Duration>>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        calls.add(() -> buckets.take("server|messages.send", limit));
      }
      for (Future<Optional<Duration>> wait : nodes.invokeAll(calls)) {
        if (wait.get().isEmpty()) {
          taken++;
        } else {
          assertThat(wait.get().get()).isBetween(Duration.ofMinutes(15), Duration.ofMinutes(20));
        }
      }
    } finally {
      nodes.shutdownNow();
    }

    assertThat(taken).isEqualTo(5);
    database.execute("UPDATE command_buckets SET filled_at = filled_at - interval '20 minutes'");
    assertThat(buckets.take("server|messages.send", limit)).isEmpty();
  }

  private ApprovalDesk desk(boolean dryRun) {
    PreviewPlatform preview = new PreviewPlatform(database.transactions());
    NoopPlatform noop = new NoopPlatform(Clock.systemUTC());
    Platforms platforms = name -> Optional.of(name.equals("noop") ? noop : preview);
    return new ApprovalDesk(
        approvals,
        platforms,
        new JdbcOutboundPosts(database.transactions(), PostingSettings.defaults()),
        history,
        leases,
        Clock.systemUTC(),
        "desk",
        dryRun);
  }

  private static Request send(String content) {
    return request(
        "send " + content,
        "messages.send",
        Map.of("channel_id", "general", "content", content),
        "preview");
  }

  private static Request renamed(Request request, String key) {
    return new Request(
        key,
        request.narrative(),
        request.actor(),
        request.place(),
        request.platform(),
        request.command(),
        request.arguments(),
        request.source(),
        request.reason());
  }

  private static Request request(
      String key, String command, Map<String, String> arguments, String platform) {
    Map<String, JsonNode> values = new java.util.LinkedHashMap<>();
    arguments.forEach((name, value) -> values.put(name, TextNode.valueOf(value)));
    return new Request(
        key, "n", "poster", "send", platform, command, values, Optional.empty(), "because");
  }

  private Fence execution() {
    return new Fence(database.openExecution("poster"), 1);
  }

  private void die(Fence owner) {
    database.execute(
        "UPDATE actor_server_executions SET lease_until = now() - interval '1 second' WHERE id = "
            + owner.executionId());
  }

  private long messages() {
    return database.number("SELECT count(*) FROM preview_messages");
  }
}
