package io.botticelli.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad answers do to the tables and what stays of them. */
@Tag("db")
class BadAnswersDbTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I am sorry, I cannot do that.",
        "{'title': 'single quotes'}",
        "[1, 2, 3]",
        "{\"title\": ",
        "{title: \"no quotes\"}",
        "```json\n```"
      })
  void whatCannotBeMendedFailsVisiblyKeepsTheAnswerAndLosesNoRow(String answer) {
    RealEngine engine = answering(answer);
    engine
        .database()
        .execute(
            "CREATE TABLE content.stubborn_source (id bigint PRIMARY KEY, t text)",
            "INSERT INTO content.stubborn_source VALUES (1, 'a'), (2, 'b')");

    RunResult result = engine.run("stubborn.toml");

    assertThat(result.contentFailed()).isTrue();
    assertThat(result.rowsStored()).isZero();
    assertThat(response(engine)).as("the answer itself can be looked at").isEqualTo(answer);
    assertThat(value(engine, "SELECT content_status FROM narrative_executions"))
        .isEqualTo("failed");
    assertThat(value(engine, "SELECT status || ': ' || error_message FROM content_generations"))
        .startsWith("failed: ")
        .contains("no JSON");
    assertThat(value(engine, "SELECT to_regclass('content.stubborn_posts')")).isNull();
    assertThat(engine.count("stubborn_source")).as("rows of the failed run").isEqualTo(2);
    assertThat(engine.database().number("SELECT count(*) FROM row_claims")).isZero();
    assertThat(engine.warnings()).anyMatch(warning -> warning.contains("rows were not stored"));
  }

  @Test
  void charactersTheDatabaseCannotHoldAreReplacedInRowAndHistory() {
    RealEngine engine =
        answering("{\"t\": \"x\\u0000y\", \"m\": {\"k\\u0000\": [\"\\ud83d\"]}, \"raw\": \"1\0\"}");

    RunResult result = engine.run("stubborn.toml");

    assertThat(result.contentFailed()).isFalse();
    assertThat(value(engine, "SELECT t FROM content.stubborn_posts")).isEqualTo("x\uFFFDy");
    assertThat(value(engine, "SELECT m::text FROM content.stubborn_posts"))
        .isEqualTo("{\"k\uFFFD\": [\"\uFFFD\"]}");
    assertThat(response(engine)).endsWith("\"raw\": \"1\u2400\"}");
  }

  @Test
  void aCutAnswerIsMendedStoredAndSaidToBe() {
    RealEngine engine = answering("```json\n[{\"t\": \"one\"}, {\"t\": \"two\"}, {\"t\": \"thr");

    RunResult result = engine.run("stubborn.toml");

    assertThat(result.rowsStored()).isEqualTo(2);
    assertThat(value(engine, "SELECT string_agg(t, ',' ORDER BY id) FROM content.stubborn_posts"))
        .isEqualTo("one,two");
    assertThat(engine.warnings()).anyMatch(warning -> warning.contains("repaired"));
  }

  @Test
  void anAnswerOfTenMegabytesIsStoredWhole() {
    RealEngine engine = answering("{\"t\": \"" + "z".repeat(10_000_000) + "\"}");

    RunResult result = engine.run("stubborn.toml");

    assertThat(result.contentFailed()).isFalse();
    assertThat(engine.database().number("SELECT length(t) FROM content.stubborn_posts"))
        .isEqualTo(10_000_000);
    assertThat(
            engine
                .database()
                .number("SELECT length(response) FROM act_executions WHERE act_name = 'after'"))
        .isEqualTo(10_000_009);
  }

  @Test
  void hostileKeysAndNamesBecomeColumnsNotSql() {
    RealEngine engine =
        answering(
            "{\"a\\\"; DROP TABLE row_claims; --\": 1, \"select\": \"x'); DELETE\", \"\": 2,"
                + " \"id\": 77, \"review_status\": \"posted\"}");

    RunResult result = engine.run("stubborn.toml");

    assertThat(result.contentFailed()).isFalse();
    assertThat(value(engine, "SELECT \"select\" FROM content.stubborn_posts"))
        .isEqualTo("x'); DELETE");
    assertThat(engine.database().number("SELECT count(*) FROM row_claims")).isZero();
  }

  private static RealEngine answering(String answer) {
    return new RealEngine(prompt -> prompt.contains("JSON") ? answer : "thought");
  }

  private static String response(RealEngine engine) {
    return value(engine, "SELECT response FROM act_executions WHERE act_name = 'after'");
  }

  private static String value(RealEngine engine, String sql) {
    return engine.database().value(sql);
  }
}
