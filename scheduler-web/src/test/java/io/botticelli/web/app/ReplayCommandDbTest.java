package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class ReplayCommandDbTest {
  private static final String COUNTS =
      "SELECT concat_ws(' ', (SELECT count(*) FROM content.things),"
          + " (SELECT count(*) FROM content_generations), (SELECT count(*) FROM outbound_posts),"
          + " (SELECT count(*) FROM preview_messages), (SELECT count(*) FROM narrative_state))";

  @TempDir private Path directory;
  private TestDatabase database;
  private CommandRun own;

  @BeforeEach
  void writeNarrative() throws IOException {
    database = TestDatabase.fresh();
    own = CommandRun.in(directory).on(database);
    Files.writeString(
        directory.resolve("things.toml"),
        """
        [narrative]
        name = "things"
        temperature = 0.5
        max_tokens = 300

        [toc]
        order = ["look", "idea", "write", "tell"]

        [tables.old]
        table_name = "things"
        limit = 3

        [bots.send]
        platform = "discord"
        command = "messages.send"
        channel_id = "general"
        content = "{{idea}}"

        [acts]
        look = "tables.old"
        idea = "Name a thing, no JSON."
        write = "Write it as a JSON object with the keys title and text_content: {{idea}}"
        tell = "bots.send"

        [acts.other]
        [[acts.other.input]]
        type = "text"
        content = "unused"
        """);
    database.execute(
        "CREATE TABLE content.things (id bigserial PRIMARY KEY, title text, text_content text)",
        "INSERT INTO content.things (title) VALUES ('chair')");
  }

  private CommandRun.Result ok(String... arguments) {
    CommandRun.Result result = own.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    return result;
  }

  private String runOnce() {
    return ok("run", "things.toml", "--provider", "offline", "--json")
        .json()
        .path("execution_id")
        .asText();
  }

  @Test
  void asksTheSameAgainAndWritesNothingButTheAnswers() {
    String original = runOnce();
    String before = database.value(COUNTS);

    var replay = ok("executions", "replay", original, "--json").json();

    assertThat(replay.path("replay_of").asText()).isEqualTo(original);
    assertThat(replay.path("acts").findValuesAsText("act")).containsExactly("idea", "write");
    assertThat(replay.path("acts"))
        .as("the offline model answers equal conversations equally")
        .allSatisfy(act -> assertThat(act.path("same").asBoolean()).as(act.toString()).isTrue());
    assertThat(database.value(COUNTS)).isEqualTo(before);
    String id = replay.path("execution_id").asText();
    assertThat(
            database.value(
                "SELECT concat_ws(' ', actor_name, kind, status, metadata ->> 'replay_of')"
                    + " FROM actor_server_executions WHERE id = "
                    + id))
        .isEqualTo("cli manual succeeded " + original);
    var shown = ok("executions", "show", id, "--json").json().path("narratives").path(0);
    assertThat(shown.path("acts").findValuesAsText("name")).containsExactly("idea", "write");
    assertThat(shown.path("acts").findValuesAsText("prompt_hash"))
        .isEqualTo(replay.path("acts").findValuesAsText("prompt_hash"));
  }

  @Test
  void asksAnotherModelForOneActAndShowsBothAnswers() throws IOException {
    String original = runOnce();

    try (StubGemini gemini = StubGemini.saying("A table.")) {
      var result =
          own.with("GEMINI_API_KEY", "k")
              .with("GEMINI_BASE_URL", gemini.url())
              .run(
                  "executions", "replay", original, "--act", "idea", "--model", "gemini-2.5-flash");

      assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
      assertThat(result.out())
          .startsWith("things, act idea: another answer")
          .contains("then: offline")
          .contains("now: gemini-2.5-flash")
          .contains(" | A table.")
          .contains("replay of execution " + original)
          .doesNotContain("act write");
    }
  }

  @Test
  void saysWhatCannotBeReplayed() {
    String original = runOnce();

    var unknown = own.run("executions", "replay", "4711");
    var act = own.run("executions", "replay", original, "--act", "tell");
    database.execute("UPDATE act_inputs SET input_type = 'image' WHERE input_type = 'text'");
    var media = own.run("executions", "replay", original);

    assertThat(unknown.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(unknown.err()).contains("there is no execution 4711");
    assertThat(act.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(act.err()).contains("acts that did: idea, write");
    assertThat(media.code()).as(media.everything()).isEqualTo(ExitCodes.FAILED);
    assertThat(media.out()).contains("failed (its image input is not kept in the history)");
    assertThat(database.value("SELECT max(status) FROM actor_server_executions WHERE id > 1"))
        .isEqualTo("failed");
  }
}
