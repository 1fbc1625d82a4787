package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.configured;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.nested;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ModelSettings;
import io.botticelli.core.narrative.Narrative;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NarrativeEngineTest {
  private final EngineFixture engine = new EngineFixture();

  @Test
  void laterActsSeeTheWholeConversation() {
    engine.model.answer("one", "two");

    RunResult result =
        engine.run(narrative("n", act("a", text("first")), act("b", text("second"))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(result.response()).isEqualTo("two");
    assertThat(engine.model.requests().get(1).messages())
        .extracting(Message::role, Message::text)
        .containsExactly(
            tuple(Role.USER, "first"), tuple(Role.ASSISTANT, "one"), tuple(Role.USER, "second"));
  }

  @Test
  void allInputsOfAnActAreOneTurnInOrder() {
    engine.tables.row("facts", "{\"id\":1}");

    engine.run(narrative("n", act("a", text("before"), table("facts"), text("after"))));

    List<Message> messages = engine.model.requests().get(0).messages();
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).parts())
        .extracting(part -> ((Message.Part.Text) part).text().replaceAll("\\s", ""))
        .as("a single resource carries no label")
        .containsExactly("before", "[{\"id\":1}]", "after");
  }

  @Test
  void severalResourcesOfAnActCarryLabels() {
    engine.tables.row("facts", "{\"id\":1}").row("rules", "{\"id\":2}");
    engine.platform.on("channels.list", "[]");

    engine.run(
        narrative(
            "n",
            act(
                "a",
                text("go"),
                table("facts"),
                table("rules"),
                command("channels.list", Map.of()))));

    assertThat(engine.model.lastUserText())
        .contains(
            "[table facts: 1 rows]\n", "[table rules: 1 rows]\n", "[bot discord.channels.list]\n");
  }

  @Test
  void outputOfAnActionActIsMergedIntoTheNextTurn() {
    engine.platform.on("channels.list", "[{\"id\":\"5\"}]");

    engine.run(
        narrative(
            "n", act("fetch", command("channels.list", Map.of())), act("ask", text("which?"))));

    List<Message> messages = engine.model.requests().get(0).messages();
    assertThat(messages).as("providers need alternating roles").hasSize(1);
    assertThat(messages.get(0).text())
        .startsWith("[output of act fetch]\n[")
        .contains("\"id\"", "which?");
  }

  @Test
  void responseOfAnActionActIsItsLastResultAsCompactJson() {
    engine.platform.on("channels.list", "[ {\"id\": \"5\"} ]");

    RunResult result = engine.run(narrative("n", act("fetch", command("channels.list", Map.of()))));

    assertThat(result.response()).isEqualTo("[{\"id\":\"5\"}]");
    assertThat(result.modelCalls()).isZero();
    assertThat(engine.runs.act("fetch").model()).isEmpty();
  }

  @Test
  void responseOfAnActionActOfTablesIsTheRenderedRows() {
    engine.tables.row("facts", "{\"id\":1}");

    RunResult result = engine.run(narrative("n", act("fetch", table("facts"))));

    assertThat(JsonPaths.parse(result.response())).contains(JsonPaths.parse("[{\"id\":1}]").get());
  }

  @Test
  void compositionAnswersWithTheLastNestedAct() {
    engine.model.answer("inner one", "inner two", "outer");
    Narrative inner = narrative("inner", act("x", text("1")), act("y", text("2")));

    engine.run(narrative("outer", composition("c", inner), act("z", text("3"))));

    assertThat(engine.model.requests().get(2).messages())
        .extracting(Message::text)
        .as("the nested conversation is its own")
        .containsExactly("[narrative inner run as act c]", "inner two", "3");
    assertThat(engine.runs.started)
        .extracting(RecordedRuns.Started::narrative, RecordedRuns.Started::parent)
        .containsExactly(tuple("outer", Optional.empty()), tuple("inner", Optional.of("run-1")));
  }

  @Test
  void nestedNarrativeInputBecomesATextPart() {
    engine.model.answer("inner", "outer");
    Narrative inner = narrative("inner", act("x", text("1")));

    engine.run(narrative("outer", act("z", nested(inner, Retention.SUMMARY), text("use it"))));

    assertThat(engine.model.lastUserText()).isEqualTo("inner\n\nuse it");
  }

  @Test
  void narrativesNestNoDeeperThanTheLimit() {
    Narrative deepest = narrative("d", act("x", text("1")));
    Narrative middle = narrative("m", composition("c", deepest));
    engine.with(new EngineSettings(Duration.ofSeconds(1), Duration.ofMinutes(1), 10_000, 2));

    RunResult result = engine.run(narrative("top", composition("c", middle)));

    assertThat(result.errorCode()).contains("narrative_too_deep");
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void failureOfANestedNarrativeFailsTheActAndNamesBoth() {
    engine.model.fail(unavailable());
    Narrative inner = narrative("inner", act("x", text("1")));

    RunResult result = engine.run(narrative("outer", composition("c", inner)));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorMessage().orElseThrow())
        .contains("narrative outer, act c", "narrative inner, act x");
    assertThat(result.retryable()).isTrue();
    assertThat(engine.runs.finished)
        .extracting(RecordedRuns.Finished::status)
        .containsExactly("failed", "failed");
  }

  @Test
  void actSettingsWinOverNarrativeSettingsAndTheOverrideOverAll() {
    ModelSettings outer = new ModelSettings(Optional.of("m1"), Optional.of(0.5), Optional.of(7));
    ModelSettings inner = new ModelSettings(Optional.of("m2"), Optional.empty(), Optional.empty());
    Narrative narrative =
        configured(
            narrative("n", configured(act("a", text("x")), inner), act("b", text("y"))),
            outer,
            false);

    engine.run(narrative);
    engine.overrideModel = Optional.of("offline");
    engine.run(narrative);

    assertThat(engine.model.requests())
        .extracting(request -> request.model())
        .containsExactly("m2", "m1", "offline", "offline");
    assertThat(engine.model.requests().get(0).temperature()).contains(0.5);
    assertThat(engine.model.requests().get(0).maxTokens()).contains(7);
  }

  @Test
  void defaultModelServesNarrativesThatNameNone() {
    engine.defaultModel = Optional.of("actor-model");

    engine.run(narrative("n", act("a", text("x"))));

    assertThat(engine.model.requests().get(0).model()).isEqualTo("actor-model");
  }

  @Test
  void emptyAnswerIsAskedForOnceMore() {
    engine.model.answer(" ", "second");

    RunResult result = engine.run(narrative("n", act("a", text("x"))));

    assertThat(result.response()).isEqualTo("second");
    assertThat(result.modelCalls()).isEqualTo(2);
    assertThat(result.tokensIn()).isEqualTo(20);
  }

  @Test
  void twoEmptyAnswersFailTheActWithTheFinishReason() {
    engine
        .model
        .then(request -> ScriptedModel.response("", request.model(), "safety"))
        .then(request -> ScriptedModel.response("", request.model(), "safety"));

    RunResult result = engine.run(narrative("n", act("a", text("x"))));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorCode()).contains("model_empty_response");
    assertThat(result.errorMessage().orElseThrow()).contains("safety");
    assertThat(result.retryable()).isFalse();
  }

  @Test
  void truncatedAnswerIsUsedAndReported() {
    engine.model.answerTruncated("half");

    RunResult result = engine.run(narrative("n", act("a", text("x"))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(engine.runs.act("a").finishReason()).isEqualTo("length");
    assertThat(engine.warnings).anyMatch(warning -> warning.contains("max_tokens"));
  }

  @Test
  void failedModelCallKeepsTheRecordOfEarlierActs() {
    engine
        .model
        .answer("one")
        .fail(
            new ModelException(
                ModelException.Kind.RATE_LIMITED, "HTTP 429", 429, Duration.ofSeconds(9), null));

    RunResult result =
        engine.run(narrative("n", act("a", text("x")), act("b", text("y")), act("c", text("z"))));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorCode()).contains("model_rate_limited");
    assertThat(result.retryAfterMs()).isEqualTo(9000);
    assertThat(engine.runs.acts)
        .extracting(recorded -> recorded.act().name(), recorded -> recorded.act().status())
        .containsExactly(tuple("a", "completed"), tuple("b", "failed"));
    assertThat(engine.runs.finished.get(0).error().orElseThrow()).contains("narrative n, act b");
  }

  @Test
  void permanentModelFailureIsNotRetryable() {
    engine.model.fail(
        new ModelException(ModelException.Kind.AUTHENTICATION, "HTTP 401", 401, null, null));

    RunResult result = engine.run(narrative("n", act("a", text("x"))));

    assertThat(result.retryable()).isFalse();
  }

  @Test
  void takenOverExecutionEndsTheRunWithoutFurtherWrites() {
    engine.tables.failReads(new StaleExecutionException(42, 1));
    Narrative narrative = narrative("n", act("a", table("t"), text("x")));

    assertThatThrownBy(() -> engine.run(narrative)).isInstanceOf(StaleExecutionException.class);

    assertThat(engine.runs.acts).isEmpty();
    assertThat(engine.runs.finished).isEmpty();
    assertThat(engine.tables.settled).isEmpty();
  }

  @Test
  void lostDatabaseIsThrownAndPermanentStoreFailureIsAResult() {
    engine.tables.failReads(new StoreException("reading t", "08006", true, null));
    Narrative narrative = narrative("n", act("a", table("t"), text("x")));

    assertThatThrownBy(() -> engine.run(narrative)).isInstanceOf(StoreException.class);

    engine.tables.failReads(new StoreException("reading t", "22P02", false, null));
    assertThat(engine.run(narrative).errorCode()).contains("store_failed");
  }

  @Test
  void interruptBetweenActsCancelsAndStaysSet() {
    engine.model.then(
        request -> {
          Thread.currentThread().interrupt();
          return ScriptedModel.response("[{\"a\":1}]", request.model(), "stop");
        });

    RunResult result;
    boolean interrupted;
    try {
      result =
          engine.run(
              Narratives.storing(
                  narrative("n", act("a", text("x")), act("b", text("y"))), Optional.of("t")));
    } finally {
      interrupted = Thread.interrupted();
    }

    assertThat(result.status()).isEqualTo(Status.CANCELLED);
    assertThat(interrupted).as("whoever runs the thread must see the interrupt").isTrue();
    assertThat(engine.model.requests()).hasSize(1);
    assertThat(engine.tables.stored).isEmpty();
    assertThat(engine.runs.finished.get(0).status()).isEqualTo("cancelled");
    assertThat(engine.tables.settled.get(0).consume()).isFalse();
  }

  @Test
  void interruptedModelCallCancels() {
    engine.model.fail(
        new ModelException(ModelException.Kind.INTERRUPTED, "interrupted", 0, null, null));

    RunResult result;
    try {
      result = engine.run(narrative("n", act("a", text("x"))));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(result.status()).isEqualTo(Status.CANCELLED);
    assertThat(engine.runs.act("a").status()).isEqualTo("cancelled");
  }

  @Test
  void databaseCallThatAnInterruptEndedIsACancellation() {
    engine.tables.failReads(new StoreException("reading t", null, true, null));
    engine.model.then(
        request -> {
          throw new AssertionError("no model is called");
        });
    engine.platform.then(
        "channels.list",
        command -> {
          engine.tables.onRead(() -> Thread.currentThread().interrupt());
          return JsonPaths.toNode(List.of());
        });

    RunResult result;
    try {
      result =
          engine.run(
              narrative("n", act("a", command("channels.list", Map.of()), table("t"), text("x"))));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThat(result.status()).isEqualTo(Status.CANCELLED);
  }

  @Test
  void brokenAdapterIsThrownAfterFreeingClaimsAndClosingTheRun() {
    engine.tables.failReads(new IllegalStateException("a bug"));
    Narrative narrative = narrative("n", act("a", table("t"), text("x")));

    assertThatThrownBy(() -> engine.run(narrative)).isInstanceOf(IllegalStateException.class);

    assertThat(engine.tables.settled).containsExactly(new InMemoryTables.Settlement("n", false));
    assertThat(engine.runs.finished.get(0).status()).isEqualTo("failed");
  }

  @Test
  void recordOfAnActHoldsWhatWasSentAndUsed() {
    engine.tables.row("facts", "{\"id\":1}");
    engine.model.answer("yes");

    engine.run(narrative("n", act("a", text("go {{facts.0.id}}"), table("facts"))));

    assertThat(engine.runs.act("a").inputs())
        .extracting(input -> input.type())
        .containsExactly("text", "table");
    assertThat(engine.runs.act("a").inputs().get(0).text()).isEqualTo("go 1");
    assertThat(engine.runs.act("a").model()).contains("server-default");
    assertThat(engine.runs.act("a").tokensOut()).isEqualTo(5);
    assertThat(engine.progress).containsExactly("n@0 1/1", "n.a completed");
  }

  @Test
  void repeatedActAnswersWithAllResponses() {
    engine.model.answer("one", "two");

    RunResult result = engine.run(narrative("n", repeated(act("a", text("x")), 2, false)));

    assertThat(result.response()).isEqualTo("one\n\ntwo");
    assertThat(engine.runs.acts).as("an act of the table of contents is one record").hasSize(1);
    assertThat(engine.runs.act("a").tokensIn()).isEqualTo(20);
  }

  @Test
  void repeatedActGoesOnAfterAnErrorOnlyWhenAllowed() {
    engine.model.fail(unavailable()).answer("two");
    RunResult tolerant = engine.run(narrative("n", repeated(act("a", text("x")), 2, true)));

    engine.model.fail(unavailable());
    RunResult strict = engine.run(narrative("n", repeated(act("a", text("x")), 2, false)));

    assertThat(tolerant.status()).isEqualTo(Status.COMPLETED);
    assertThat(tolerant.response()).isEqualTo("two");
    assertThat(strict.status()).isEqualTo(Status.FAILED);
  }

  @Test
  void actThatUsedUpItsTimeStartsNothingFurther() {
    engine.with(new EngineSettings(Duration.ofSeconds(1), Duration.ofMillis(-1), 10_000, 8));

    RunResult result = engine.run(narrative("n", act("a", text("x"))));

    assertThat(result.errorCode()).contains("act_timeout");
    assertThat(engine.model.requests()).isEmpty();
  }

  private static ModelException unavailable() {
    return new ModelException(ModelException.Kind.UNAVAILABLE, "HTTP 503", 503, null, null);
  }
}
