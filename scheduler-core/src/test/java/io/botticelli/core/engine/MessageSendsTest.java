package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.pending;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.send;
import static io.botticelli.core.engine.Narratives.update;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import io.botticelli.core.table.ContentTables.ReadMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MessageSendsTest {
  private static final String WHERE = "review_status = 'pending'";
  private final EngineFixture engine = new EngineFixture();

  @Test
  void messageAboutAClaimedRowIsKeyedByTheRow() {
    engine.tables.row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"b\"}");

    RunResult result = engine.run(poster());

    OutboundMessage message = engine.posts.sent.get(0);
    assertThat(message.key()).isEqualTo("row:posts:5:send:77");
    assertThat(message.source()).contains(new SourceRow("posts", 5));
    assertThat(message.actor()).isEqualTo("poster");
    assertThat(result.postsSent()).isEqualTo(1);
    assertThat(engine.tables.reads.get(0).mode()).isEqualTo(ReadMode.CLAIM);
  }

  @Test
  void messageWithoutAClaimedRowIsKeyedByFireAndPlace() {
    engine.run(narrative("n", act("send", send("hi"))));

    OutboundMessage message = engine.posts.sent.get(0);
    assertThat(message.key()).isEqualTo("fire:42:n:send:1");
    assertThat(message.source()).isEmpty();
  }

  @Test
  void messageAboutSeveralRowsIsKeyedByFire() {
    engine
        .tables
        .row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"b\"}")
        .row("posts", "{\"id\":6,\"review_status\":\"pending\",\"body\":\"b\"}");
    Narrative digest =
        narrative(
            "n",
            act("read", limited(2)),
            act("send", send("hi")),
            act("mark", update("posts", WHERE, Map.of("review_status", "posted"))));

    engine.run(digest);

    assertThat(engine.posts.sent.get(0).key()).startsWith("fire:42:");
    assertThat(engine.posts.sent.get(0).source()).isEmpty();
  }

  @Test
  void messageAfterTheUpdateIsNotTheRowsMessage() {
    engine.tables.row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"b\"}");

    engine.run(
        narrative(
            "n",
            act("read", pending("posts")),
            act("mark", update("posts", WHERE, Map.of("review_status", "posted"))),
            act("send", send("hi"))));

    assertThat(engine.posts.sent.get(0).source()).isEmpty();
  }

  @Test
  void rowsWithoutKeysCannotKeyAMessage() {
    engine.tables.withoutKeys().row("posts", "{\"review_status\":\"pending\",\"body\":\"b\"}");

    engine.run(poster());

    assertThat(engine.posts.sent.get(0).key()).startsWith("fire:42:");
  }

  @Test
  void everySendOfAnExecutionHasItsOwnKey() {
    Narrative inner = narrative("inner", act("send", send("a"), send("b")));
    Narrative outer =
        repeated(
            narrative(
                "outer",
                composition("c", inner),
                composition("c", inner),
                act("send", send("c")),
                act("send", send("d"))),
            2,
            false);

    engine.run(outer);

    assertThat(engine.posts.sent).hasSize(12);
    assertThat(keys()).doesNotHaveDuplicates();
  }

  @Test
  void everyRepetitionOfAnActSendsItsOwnMessage() {
    Narrative inner = narrative("i", act("send", send("b")));

    engine.run(
        narrative(
            "n",
            repeated(act("send", send("a")), 2, false),
            repeated(composition("c", inner), 2, false)));

    assertThat(keys()).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void twoMessagesOfOneActAboutOneRowAreTwoMessages() {
    engine.tables.row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"b\"}");

    engine.run(
        narrative(
            "n",
            act("read", pending("posts")),
            act("send", send("head"), send("body")),
            act("mark", update("posts", WHERE, Map.of("review_status", "posted")))));

    assertThat(keys()).containsExactly("row:posts:5:send:77", "row:posts:5:send:77:2");
  }

  @Test
  void laterAttemptUsesTheSameKeysAlthoughRunIdsDiffer() {
    Narrative narrative =
        repeated(
            narrative("n", composition("c", narrative("i", act("send", send("x"))))), 2, false);

    engine.run(narrative);
    List<String> first = keys();
    engine.posts.sent.clear();
    engine.run(narrative);

    assertThat(keys()).isEqualTo(first);
    assertThat(engine.runs.started).extracting(RecordedRuns.Started::runId).doesNotHaveDuplicates();
  }

  @Test
  void failedOptionalSendKeepsTheNumberOfTheNext() {
    var optional =
        command(
            "discord",
            "messages.send",
            Map.of("channel_id", "77", "content", "{{nobody}}"),
            Optional.of(false),
            Retention.FULL);

    engine.run(narrative("n", act("send", optional, send("b"))));

    assertThat(keys()).containsExactly("fire:42:n:send:2");
  }

  @Test
  void runsOfOneExecutionAreToldApartByTheirScope() {
    Narrative narrative = narrative("n", act("send", send("x")));
    engine.scope = "drain-1";
    engine.run(narrative);
    engine.scope = "drain-2";
    engine.run(narrative);

    assertThat(keys()).doesNotHaveDuplicates();
    assertThat(engine.tables.settled)
        .extracting(InMemoryTables.Settlement::scope)
        .doesNotHaveDuplicates();
  }

  @Test
  void longKeysAreShortenedWithoutLosingTheirDifference() {
    String name = "a".repeat(300);

    engine.run(narrative("n", act(name + "1", send("x")), act(name + "2", send("x"))));

    assertThat(keys()).allMatch(key -> key.length() <= Keys.MAX_LENGTH).doesNotHaveDuplicates();
  }

  @Test
  void resultDescribesTheFirstPartAndCountsTheOthers() {
    engine.posts.splittingInto(3);

    RunResult result = engine.run(narrative("n", act("send", send("long"))));

    JsonNode json = JsonPaths.parse(result.response()).orElseThrow();
    assertThat(json.toString())
        .isEqualTo(
            "{\"id\":\"101\",\"channel_id\":\"77\",\"content\":\"long\","
                + "\"timestamp\":\"2026-03-04T05:06:07Z\",\"tts\":false,"
                + "\"split_messages\":3,\"message_ids\":[\"101\",\"102\",\"103\"]}");
  }

  @Test
  void unsplitResultHasNoPartFields() {
    RunResult result = engine.run(narrative("n", act("send", send("short"))));

    assertThat(JsonPaths.parse(result.response()).orElseThrow().fieldNames())
        .toIterable()
        .containsExactly("id", "channel_id", "content", "timestamp", "tts");
  }

  @Test
  void aliasOfSendIsASend() {
    engine.run(
        narrative(
            "n",
            act(
                "send",
                command(
                    "channels.create_message",
                    Map.of("channel_id", 77L, "content", "x", "tts", "true")))));

    assertThat(engine.posts.sent.get(0).channelId()).isEqualTo("77");
    assertThat(engine.posts.sent.get(0).tts()).isTrue();
    assertThat(engine.platform.executed).isEmpty();
  }

  @Test
  void emptyContentIsAPermanentFailure() {
    engine.tables.row("posts", "{\"id\":5,\"body\":\" \"}");

    RunResult result =
        engine.run(
            narrative("n", act("r", Narratives.table("posts")), act("s", send("{{r.0.body}}"))));

    assertThat(result.errorCode()).contains("platform_argument_missing");
    assertThat(result.retryable()).isFalse();
    assertThat(engine.posts.sent).isEmpty();
  }

  @Test
  void failedSendNeverReachesTheUpdate() {
    engine.tables.row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"b\"}");
    engine.posts.fail(PlatformException.rejected(Kind.PERMISSION_DENIED, "no access"));

    RunResult result = engine.run(poster());

    assertThat(result.status()).isEqualTo(NarrativeRunner.Status.FAILED);
    assertThat(engine.tables.updates).isEmpty();
    assertThat(result.postsSent()).isZero();
  }

  @Test
  void pipelinePostsTheOlderRowAndMarksExactlyThatRowUntilNothingIsLeft() {
    engine
        .tables
        .row("posts", "{\"id\":5,\"review_status\":\"pending\",\"body\":\"first\"}")
        .row("posts", "{\"id\":6,\"review_status\":\"pending\",\"body\":\"second\"}");

    RunResult first = engine.run(poster());
    RunResult second = engine.run(poster());
    RunResult third = engine.run(poster());

    assertThat(engine.posts.sent)
        .extracting(OutboundMessage::content)
        .containsExactly("first", "second");
    assertThat(engine.tables.updates)
        .extracting(update -> update.keys().orElseThrow())
        .containsExactly(List.of(5L), List.of(6L));
    assertThat(List.of(first, second, third))
        .extracting(RunResult::status)
        .containsExactly(
            NarrativeRunner.Status.COMPLETED,
            NarrativeRunner.Status.COMPLETED,
            NarrativeRunner.Status.SKIPPED);
  }

  private static Narrative poster() {
    return narrative(
        "n",
        act("read", pending("posts")),
        act("send", send("{{read.0.body}}")),
        act(
            "mark",
            update("posts", WHERE, Map.of("review_status", "posted", "posted_at", "NOW()"))));
  }

  private static TableRead limited(int limit) {
    return Narratives.table(
        "posts", Optional.of(WHERE), Optional.of(limit), TableFormat.JSON, Retention.FULL);
  }

  private List<String> keys() {
    return engine.posts.sent.stream().map(OutboundMessage::key).toList();
  }
}
