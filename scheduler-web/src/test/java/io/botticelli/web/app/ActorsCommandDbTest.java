package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.node.Node;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.web.app.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands beside a running node, which they reach through the database alone. */
@Tag("db")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ActorsCommandDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final CountDownLatch asked = new CountDownLatch(1);
  private StubGemini silent;
  private Node node;
  private Path directory;
  private CommandRun own;

  @BeforeAll
  void startNode(@TempDir Path shared) throws IOException {
    directory = shared;
    own = CommandRun.in(directory).on(database);
    silent = StubGemini.silent(asked::countDown);
    Files.writeString(
        directory.resolve("actor_server.toml"),
        """
        [[actors]]
        name = "writer"
        description = "Writes things"
        narrative = "write.toml"
        schedule = "0 9 * * 1-5"
        platform = "preview"

        [[actors]]
        name = "broken"
        narrative = "broken.toml"
        schedule = { type = "manual" }
        platform = "preview"

        [[actors]]
        name = "idle"
        narrative = "idle.toml"
        schedule = { type = "manual" }
        platform = "preview"

        [[actors]]
        name = "slow"
        narrative = "slow.toml"
        schedule = { type = "manual" }
        platform = "preview"

        [[actors]]
        name = "off"
        narrative = "write.toml"
        enabled = false
        """);
    Files.writeString(
        directory.resolve("write.toml"),
        """
        [narrative]
        name = "write"
        description = "writes one row"
        target = "things"

        [toc]
        order = ["write"]

        [acts.write]
        model = "offline"
        input = "Write about {{topic}} as a JSON object with the keys title and text_content."
        """);
    Files.writeString(
        directory.resolve("broken.toml"),
        """
        [narrative]
        name = "broken"
        description = "needs rows that are not there"

        [toc]
        order = ["look"]

        [tables.old]
        table_name = "nowhere"
        limit = 3
        required = true

        [acts]
        look = "tables.old"
        """);
    Files.writeString(
        directory.resolve("idle.toml"),
        """
        [narrative]
        name = "idle"
        description = "has nothing to tell"
        skip_content_generation = true

        [toc]
        order = ["say", "send"]

        [tables.old]
        table_name = "nowhere"
        limit = 3

        [bots.send]
        platform = "preview"
        command = "messages.send"
        channel_id = "general"
        content = "{{say}}"

        [acts.say]
        model = "offline"
        input = [{ ref = "tables.old" }, { content = "Say it." }]

        [acts]
        send = "bots.send"
        """);
    Files.writeString(
        directory.resolve("slow.toml"),
        """
        [narrative]
        name = "slow"
        description = "waits for a model that does not answer"

        [toc]
        order = ["say"]

        [acts]
        say = "Say something."
        """);
    node = Node.start(settings());
    node.beginFiring();
  }

  private NodeSettings settings() {
    return NodeSettings.of(
        directory,
        directory.resolve("home"),
        "actor_server.toml",
        new Environment(
            Map.of(
                "DATABASE_URL",
                database.jdbcUrl(),
                "GEMINI_API_KEY",
                "k",
                "GEMINI_BASE_URL",
                silent.url())),
        Clock.systemUTC());
  }

  @AfterAll
  void stopNode() throws IOException {
    node.stop(Duration.ZERO);
    silent.close();
  }

  @BeforeEach
  void resumeEverything() {
    node.clusterControl().resume("test");
    List.of("writer", "broken")
        .forEach(actor -> node.control().resume(new ActorName(actor), "test"));
  }

  private Result ok(String... arguments) {
    Result result = own.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    return result;
  }

  private JsonNode json(String... arguments) {
    return ok(arguments).json();
  }

  private void refused(int code, String said, String... arguments) {
    Result result = own.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(code);
    assertThat(result.errorLines())
        .as(result.everything())
        .singleElement()
        .asString()
        .contains(said);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void listsActorsWithTheKeysOfTheInterface() {
    Result result = ok("actors", "list", "--json");

    assertThat(result.keys(result.json())).containsExactly("items", "next_cursor", "cluster");
    assertThat(result.keys(result.json().path("items").path(0)))
        .contains(
            "name",
            "display_name",
            "description",
            "enabled",
            "state",
            "is_paused",
            "pause_reason",
            "paused_by",
            "paused_until",
            "breaker_state",
            "consecutive_failures",
            "schedule_type",
            "schedule",
            "timezone",
            "last_run",
            "last_status",
            "next_run",
            "platform",
            "definition_version")
        .doesNotContain("paused");
    assertThat(names(json("actors", "list", "--json", "-q", "THINGS"))).containsExactly("writer");
    assertThat(names(json("actors", "list", "--json", "--state", "disabled")))
        .containsExactly("off");
    assertThat(ok("actors", "list").out().lines())
        .anyMatch(line -> line.matches("NAME +STATE +SCHEDULE +NEXT RUN +LAST RUN.*"))
        .anyMatch(line -> line.matches("writer +active +0 9 \\* \\* 1-5 +20.*Z.*"));
  }

  private static List<String> names(JsonNode list) {
    return list.path("items").findValuesAsText("name");
  }

  @Test
  void showsOneActorWithConfigurationAndRecentRuns() {
    ok("fire", "writer", "--wait");

    JsonNode actor = json("actors", "show", "writer", "--json");

    assertThat(actor.path("name").asText()).isEqualTo("writer");
    assertThat(actor.path("recent_success_rate").asDouble()).isEqualTo(1.0);
    assertThat(actor.path("recent_executions").path(0).path("status").asText())
        .isEqualTo("succeeded");
    assertThat(actor.path("breaker").path("config").path("failure_threshold").asInt()).isEqualTo(5);
    assertThat(actor.path("config").path("skills").path(0).path("narrative_path").asText())
        .isEqualTo("write.toml");
    assertThat(ok("actors", "show", "writer").out())
        .startsWith("writer: active (Writes things)")
        .contains("skill", "write.toml");
  }

  @Test
  void pausesWithReasonAuthorAndEndAndResumes() {
    JsonNode paused =
        json(
            "actors",
            "pause",
            "writer",
            "--reason",
            "holiday",
            "--by",
            "ann",
            "--until",
            "2h",
            "--json");

    assertThat(paused.path("state").asText()).isEqualTo("paused");
    assertThat(paused.path("is_paused").asBoolean()).isTrue();
    assertThat(paused.path("pause_scope").asText()).isEqualTo("actor");
    assertThat(paused.path("pause_reason").asText()).isEqualTo("holiday");
    assertThat(paused.path("paused_by").asText()).isEqualTo("ann");
    assertThat(Instant.parse(paused.path("paused_until").asText()))
        .isAfter(Instant.now().plusSeconds(7000));
    assertThat(paused.path("next_run").isNull()).isTrue();
    assertThat(ok("actors", "next", "writer").out()).contains("holiday");
    refused(ExitCodes.FAILED, "the actor is paused (holiday)", "fire", "writer");

    assertThat(ok("actors", "resume", "writer").out()).startsWith("writer is resumed; next run ");
    assertThat(node.states().find(new ActorName("writer")).orElseThrow().paused()).isFalse();
  }

  @Test
  void thePauseOfTheClusterIsShownEverywhereAndKeepsActorsOwnPauses() {
    ok("actors", "pause", "broken", "--reason", "mine", "--by", "bob");

    JsonNode status = json("cluster", "pause", "--reason", "maintenance", "--by", "ann", "--json");

    assertThat(status.path("pause").path("is_paused").asBoolean()).isTrue();
    assertThat(status.path("nodes_up").asInt()).isEqualTo(1);
    Result list = ok("actors", "list");
    assertThat(list.out()).startsWith("No actor fires: the cluster is paused by ann: maintenance");
    JsonNode writer = json("actors", "show", "writer", "--json");
    assertThat(writer.path("state").asText()).isEqualTo("paused");
    assertThat(writer.path("pause_scope").asText()).isEqualTo("cluster");
    assertThat(json("actors", "show", "broken", "--json").path("pause_reason").asText())
        .isEqualTo("mine");
    assertThat(node.health().components().get("actors").detail()).contains("maintenance");
    refused(ExitCodes.FAILED, "the cluster is paused", "fire", "writer");
    ok("fire", "writer", "--force", "--wait");
    assertThat(ok("actors", "resume", "writer").out()).contains("does not fire yet");

    assertThat(ok("cluster", "resume").out()).startsWith("the cluster is resumed");
    assertThat(names(json("actors", "list", "--state", "paused", "--json")))
        .containsExactly("broken");
  }

  @Test
  void firesAndTellsTheOutcomeByItsExitCode() {
    JsonNode receipt = json("fire", "writer", "--param", "topic=cats", "--wait", "--json");
    assertThat(receipt.path("status").asText()).isEqualTo("succeeded");
    assertThat(receipt.path("actor").asText()).isEqualTo("writer");
    assertThat(receipt.path("execution_id").asText()).matches("[0-9]+");
    assertThat(receipt.path("receipt_id").asText()).isNotEmpty();
    assertThat(
            database.value(
                "SELECT parameters ->> 'topic' FROM actor_server_executions WHERE id = "
                    + receipt.path("execution_id").asText()))
        .isEqualTo("cats");

    Result failed = own.run("actors", "trigger", "broken", "--wait", "--json");
    assertThat(failed.code()).as(failed.everything()).isEqualTo(ExitCodes.FAILED);
    assertThat(failed.json().path("status").asText()).isEqualTo("failed");
    assertThat(failed.json().path("message").asText()).contains("nowhere");

    Result skipped = own.run("fire", "idle", "--timeout", "60");
    assertThat(skipped.code()).as(skipped.everything()).isEqualTo(ExitCodes.SKIPPED);
    assertThat(skipped.out()).startsWith("idle: skipped after ");
  }

  @Test
  void theSameIdempotencyKeyIsTheSameFire() {
    String first =
        json("fire", "writer", "--idempotency-key", "k1", "--json").path("receipt_id").asText();

    JsonNode again = json("fire", "writer", "--idempotency-key", "k1", "--wait", "--json");

    assertThat(again.path("receipt_id").asText()).isEqualTo(first);
    assertThat(again.path("status").asText()).isEqualTo("succeeded");
    refused(
        ExitCodes.FAILED,
        "idempotency key",
        "fire",
        "writer",
        "--idempotency-key",
        "k1",
        "--param",
        "a=b");
  }

  @Test
  void aWaitThatTakesTooLongEndsWithFourAndTheRunIsCancelledFromElsewhere() throws Exception {
    Result late = own.run("fire", "slow", "--timeout", "1", "--json");
    assertThat(late.code()).as(late.everything()).isEqualTo(ExitCodes.INTERRUPTED);
    assertThat(late.json().path("message").asText()).contains("the fire goes on");
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    String id =
        json("actors", "history", "slow", "--json").path("items").path(0).path("id").asText();
    assertThat(json("actors", "show", "slow", "--json").path("state").asText())
        .isEqualTo("running");

    assertThat(json("executions", "cancel", id, "--wait", "--json").path("status").asText())
        .isEqualTo("cancelled");

    refused(ExitCodes.FAILED, "has ended: cancelled", "executions", "cancel", id);
    refused(ExitCodes.FAILED, "no execution 987654", "executions", "cancel", "987654");
  }

  @Test
  void showsComingFiresAndHistory() {
    ok("fire", "writer", "--wait");

    JsonNode next = json("actors", "next", "writer", "--count", "3", "--json");
    assertThat(next.path("actor").asText()).isEqualTo("writer");
    assertThat(next.path("items")).hasSize(3);
    assertThat(Instant.parse(next.path("items").path(0).path("at").asText()))
        .isAfter(Instant.now());
    assertThat(ok("actors", "next", "broken").out()).contains("its schedule is manual");
    assertThat(ok("actors", "history", "writer", "--limit", "1").out().lines()).hasSize(2);
  }

  @Test
  void closesABreakerByHand() {
    database.execute(
        "UPDATE actor_server_state SET breaker_state = 'open', consecutive_failures = 5"
            + " WHERE actor_name = 'broken'");
    assertThat(names(json("actors", "list", "--state", "circuit_open", "--json")))
        .containsExactly("broken");
    refused(ExitCodes.FAILED, "breaker OPEN", "fire", "broken");

    JsonNode closed = json("actors", "reset-breaker", "broken", "--json");

    assertThat(closed.path("breaker_state").asText()).isEqualTo("closed");
    assertThat(closed.path("consecutive_failures").asInt()).isZero();
  }

  @Test
  void namesTheActorThatWasProbablyMeant() {
    refused(ExitCodes.FAILED, "did you mean writer?", "actors", "pause", "writr");
    refused(ExitCodes.FAILED, "did you mean writer?", "actors", "history", "writr");
    refused(ExitCodes.FAILED, "did you mean writer?", "fire", "writr");
    refused(ExitCodes.FAILED, "disabled", "fire", "off");
  }

  @Test
  void refusesBadUsageBeforeAnythingIsDone() {
    refused(ExitCodes.USAGE, "is missing", "actors");
    refused(ExitCodes.USAGE, "is missing", "cluster");
    refused(ExitCodes.USAGE, "is missing", "nodes");
    refused(ExitCodes.USAGE, "--state is tired", "actors", "list", "--state", "tired");
    refused(ExitCodes.USAGE, "actor name", "actors", "pause", "a b");
    refused(ExitCodes.USAGE, "expected a time", "actors", "pause", "writer", "--until", "later");
    refused(ExitCodes.USAGE, "already", "cluster", "pause", "--until", "2020-01-01T00:00:00+01:00");
    refused(ExitCodes.USAGE, "--param is 'x'", "fire", "writer", "--param", "x");
    refused(ExitCodes.USAGE, "not a name", "fire", "writer", "--param", "1x=y");
    refused(ExitCodes.USAGE, "--timeout is 0", "fire", "writer", "--timeout", "0");
    refused(ExitCodes.USAGE, "--count is 101", "actors", "next", "writer", "--count", "101");
    refused(ExitCodes.USAGE, "--url is set", "actors", "list", "--url", "http://localhost:8080");
    refused(ExitCodes.USAGE, "--token is set", "fire", "writer", "--token", "t");
    Result remote = own.with("BOTTICELLI_URL", "http://localhost:8080").run("nodes", "list");
    assertThat(remote.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(remote.err()).contains("BOTTICELLI_URL is set", "--database-url");
    assertThat(node.states().find(new ActorName("writer")).orElseThrow().paused()).isFalse();
  }
}
