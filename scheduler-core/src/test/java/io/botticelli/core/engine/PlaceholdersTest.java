package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.capturing;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.named;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
  private final EngineFixture engine = new EngineFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{first}} | {\"title\":\"T\",\"n\":1.50,\"ok\":true,\"no\":null,\"list\":[{\"x\":7}]}",
        "{{ first.title }} | T",
        "{{first.n}} | 1.5",
        "{{first.ok}} | true",
        "{{first.no}} | null",
        "{{first.list}} | [{\"x\":7}]",
        "{{first.list.0.x}} | 7",
        "{{first.list[0].x}} | 7",
        "{{previous}} | {\"title\":\"T\",\"n\":1.50,\"ok\":true,\"no\":null,\"list\":[{\"x\":7}]}",
        "{{prev.title}} | T",
        "{{env:HOME_TOWN}} | Florence",
        "{{state:key}} | kept",
        "{{STATE:key}} | kept",
        "{{given}} | by request",
        "{{channel_id}} | 9000",
        "{{platform.channel_id}} | 9000",
        "{{iteration}}/{{iterations}} | 1/1",
        "{{narrative}} | n",
        "{{now}} | 2026-03-04T05:06:07Z",
        "{{unknown}} | {{unknown}}",
        "{{first.missing}} | {{first.missing}}",
        "${first} | ${first}",
        "{{HOME_TOWN}} | {{HOME_TOWN}}",
      })
  void textPlaceholdersMeanWhatTheyName(String written, String expected) {
    engine.model.answer(
        "{\"title\":\"T\",\"n\":1.50,\"ok\":true,\"no\":null,\"list\":[{\"x\":7}]}");
    engine.environment.put("HOME_TOWN", "Florence");
    engine.state.put("key", "kept");
    engine.variables.put("given", "by request");

    engine.run(narrative("n", act("first", text("go")), act("second", text(written))));

    assertThat(engine.model.lastUserText()).isEqualTo(expected);
  }

  @Test
  void previousMeansNothingInTheFirstAct() {
    engine.run(narrative("n", act("a", text("{{previous}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("{{previous}}");
  }

  @Test
  void latestExecutionOfAnActCounts() {
    engine.model.answer("one", "two");

    engine.run(narrative("n", act("a", text("x")), act("a", text("x")), act("b", text("{{a}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("two");
  }

  @Test
  void actWinsOverTableAndVariable() {
    engine.model.answer("act");
    engine.tables.row("same", "{\"id\":1}");
    engine.variables.put("same", "variable");

    engine.run(narrative("n", act("same", text("x"), table("same")), act("b", text("{{same}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("act");
  }

  @Test
  void tableIsKnownByItsAliasAndByItsName() {
    engine.tables.row("posts", "{\"id\":1}");
    var read =
        named(
            table("posts", Optional.empty(), Optional.empty(), TableFormat.CSV, Retention.FULL),
            "latest");

    engine.run(
        narrative("n", act("a", read), act("b", text("{{latest}}={{posts}}={{latest.0.id}}"))));

    assertThat(engine.model.lastUserText()).endsWith("id\n1=id\n1=1");
  }

  @Test
  void jsonValueOfAnActIsItsCommandResultWhenTheAnswerIsProse() {
    engine.platform.on("channels.list", "[{\"id\":\"5\"}]");
    engine.model.answer("Here: {\"id\": \"wrong\"}");

    engine.run(
        narrative(
            "n",
            act("mixed", text("look"), command("channels.list", Map.of())),
            act("b", text("{{mixed.0.id}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("5");
  }

  @Test
  void jsonValueOfAnActIsExtractedFromItsProse() {
    engine.model.answer("Sure!\n```json\n{\"id\": \"9\"}\n```");

    engine.run(narrative("n", act("a", text("x")), act("b", text("{{a.id}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("9");
  }

  @Test
  void suffixNamesTheOnlyActThatEndsSo() {
    engine.model.answer("made");

    engine.run(narrative("n", act("feature_generate", text("x")), act("b", text("{{generate}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("made");
  }

  @Test
  void ambiguousSuffixMeansNothing() {
    engine.run(
        narrative(
            "n",
            act("feature_generate", text("x")),
            act("usecase_generate", text("y")),
            act("b", text("{{generate}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("{{generate}}");
  }

  @Test
  void unresolvedTextPlaceholderWarnsOncePerRun() {
    engine.run(
        narrative("n", act("a", text("{{nope}} {{nope}}")), act("b", text("again {{nope}}"))));

    assertThat(engine.warnings).hasSize(1);
    assertThat(engine.warnings.get(0)).contains("{{nope}}");
  }

  @Test
  void argumentsAreReplacedHoweverDeepAndStayStrings() {
    engine.model.answer("{\"n\":3}");
    engine.platform.on("channels.list", "[]");
    Map<String, Object> arguments =
        Map.of(
            "guild_id",
            "{{first.n}}",
            "deep",
            Map.of("list", List.of("${first.n}", 5L, true)),
            "kept",
            7L);

    engine.run(
        narrative("n", act("first", text("x")), act("b", command("channels.list", arguments))));

    Map<String, JsonNode> sent = engine.platform.executed.get(0).arguments();
    assertThat(sent.get("guild_id").isTextual()).isTrue();
    assertThat(sent.get("guild_id").textValue()).isEqualTo("3");
    assertThat(sent.get("deep").toString()).isEqualTo("{\"list\":[\"3\",5,true]}");
    assertThat(sent.get("kept").isIntegralNumber()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${GUILD} | 123",
        "$GUILD | 123",
        "cost $5 | cost $5",
        "$UNSET_NAME | $UNSET_NAME",
        "$GUILDx | $GUILDx",
        "${channel_id} | 9000",
        "${platform.channel_id} | 9000",
        "${env:GUILD} | 123",
        "${lower_case} | found",
      })
  void argumentsKnowTheEnvironmentAndTheChannel(String written, String expected) {
    engine.environment.put("GUILD", "123");
    engine.environment.put("lower_case", "found");
    engine.platform.on("channels.list", "[]");

    engine.run(narrative("n", act("a", command("channels.list", Map.of("guild_id", written)))));

    assertThat(engine.platform.executed.get(0).arguments().get("guild_id").textValue())
        .isEqualTo(expected);
  }

  @Test
  void commandWithAnUnresolvedArgumentIsNotExecuted() {
    RunResult result = engine.run(narrative("n", act("a", Narratives.send("hello {{nobody}}"))));

    assertThat(engine.posts.sent).isEmpty();
    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.retryable()).isFalse();
    assertThat(result.errorMessage().orElseThrow()).contains("{{nobody}}", "narrative n, act a");
  }

  @Test
  void filterPlaceholdersAreQuotedWhereverTheyStand() {
    engine.model.answer("O'Hara' OR '1'='1");
    engine.tables.empty("t");
    engine.environment.put("WHO", "it's");

    engine.run(
        narrative(
            "n",
            act("a", text("x")),
            act("b", text("y"), filtered("name = {{a}}")),
            act("c", text("y"), filtered("name = '{{a}}' AND x = '${WHO}'")),
            act("d", text("y"), filtered("\"it's\" = {{a}}"))));

    assertThat(engine.tables.reads.get(0).query().where())
        .contains("name = 'O''Hara'' OR ''1''=''1'");
    assertThat(engine.tables.reads.get(1).query().where())
        .contains("name = 'O''Hara'' OR ''1''=''1' AND x = 'it''s'");
    assertThat(engine.tables.reads.get(2).query().where())
        .as("a quote within a quoted name opens no literal")
        .contains("\"it's\" = 'O''Hara'' OR ''1''=''1'");
  }

  @Test
  void unresolvedFilterPlaceholderFailsTheActBeforeTheQuery() {
    RunResult result =
        engine.run(narrative("n", act("b", text("y"), filtered("name = {{nobody}}"))));

    assertThat(result.errorCode()).contains("placeholder_unresolved");
    assertThat(engine.tables.reads).isEmpty();
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void capturedVariablesWinOverThoseOfTheRequest() {
    engine.model.answer("{\"id\":\"new\"}");
    engine.variables.put("which", "old");

    engine.run(
        narrative(
            "n",
            capturing(act("a", text("x")), Map.of("which", "$.id")),
            act("b", text("{{which}}"))));

    assertThat(engine.model.lastUserText()).isEqualTo("new");
  }

  private static ActInput filtered(String where) {
    return table("t", Optional.of(where), Optional.empty(), TableFormat.JSON, Retention.FULL);
  }
}
