package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.configured;
import static io.botticelli.core.engine.Narratives.named;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.pending;
import static io.botticelli.core.engine.Narratives.required;
import static io.botticelli.core.engine.Narratives.send;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.ModelSettings;
import io.botticelli.core.narrative.Narrative;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmptySourceTest {
  private final EngineFixture engine = new EngineFixture();

  @ParameterizedTest
  @ValueSource(
      strings = {"{{write}}", "${write.body}", "{{previous}}", "${prev.body}", "{{queue}}"})
  void emptySourceThatFeedsAPostSkipsTheRunBeforeTheModelIsCalled(String content) {
    engine.tables.empty("posts");

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("write", named(pending("posts"), "queue"), text("rewrite")),
                act("send", send(content))));

    assertThat(result.status()).isEqualTo(Status.SKIPPED);
    assertThat(result.errorCode()).contains("empty_source");
    assertThat(engine.model.requests()).isEmpty();
    assertThat(engine.posts.sent).isEmpty();
    assertThat(engine.runs.finished.get(0).status()).isEqualTo("skipped");
    assertThat(engine.runs.act("write").status()).isEqualTo("skipped");
  }

  @Test
  void missingTableIsAnEmptySource() {
    RunResult result =
        engine.run(
            narrative("n", act("write", table("absent"), text("x")), act("s", send("{{write}}"))));

    assertThat(result.status()).isEqualTo(Status.SKIPPED);
  }

  @Test
  void requiredTableThatFeedsAPostSkipsInsteadOfFailing() {
    engine.tables.empty("posts");

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("write", required(table("posts")), text("x")),
                act("s", send("{{write}}"))));

    assertThat(result.status()).as("an empty queue is not a failure").isEqualTo(Status.SKIPPED);
  }

  @Test
  void requiredTableWithoutRowsFailsOtherwise() {
    engine.tables.empty("posts");

    RunResult result = engine.run(narrative("n", act("a", required(table("posts")), text("x"))));

    assertThat(result.errorCode()).contains("required_rows_missing");
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void oneTableWithRowsIsEnough() {
    engine.tables.empty("posts").row("rules", "{\"id\":1}");

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("write", table("posts"), table("rules"), text("x")),
                act("s", send("{{write}}"))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void emptySourceThatFeedsOnlyReadsAndTextsIsNoReasonToStop() {
    engine.tables.empty("posts");
    engine.platform.on("channels.get", "{}");

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("write", table("posts"), text("x")),
                act("read", command("channels.get", Map.of("channel_id", "{{write}}"))),
                act("say", text("{{write}}")),
                act("s", send("{{say}}"))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void previousCountsOnlyForTheActRightAfter() {
    engine.tables.empty("posts");

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("write", table("posts"), text("x")),
                act("other", text("y")),
                act("s", send("{{previous}}"))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void narrativeMayAllowAnEmptySource() {
    engine.tables.empty("posts");

    RunResult result =
        engine.run(
            configured(
                narrative(
                    "n", act("write", table("posts"), text("x")), act("s", send("{{write}}"))),
                ModelSettings.NONE,
                true));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void commandAfterTheTablesOfTheSameActIsNotExecutedEither() {
    engine.tables.empty("posts");
    engine.platform.on("channels.create", "{}");

    engine.run(
        narrative(
            "n",
            act("write", table("posts"), command("channels.create", Map.of("name", "x"))),
            act("s", send("{{write}}"))));

    assertThat(engine.platform.executed).isEmpty();
  }

  @Test
  void skippedNestedNarrativeStopsWhoeverWouldPostItsAnswer() {
    engine.tables.empty("posts");
    Narrative inner =
        narrative("inner", act("write", table("posts"), text("x")), act("s", send("{{write}}")));

    RunResult posting =
        engine.run(narrative("n", composition("c", inner), act("s", send("{{c}}"))));
    RunResult going =
        engine.run(narrative("n", composition("c", inner), act("say", text("done?"))));

    assertThat(posting.status()).isEqualTo(Status.SKIPPED);
    assertThat(going.status()).isEqualTo(Status.COMPLETED);
    assertThat(engine.posts.sent).isEmpty();
  }
}
