package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.web.app.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String NARRATIVE =
      """
      [narrative]
      name = "poster"

      [toc]
      order = ["say"]

      [acts]
      say = "Say hello."
      """;

  @TempDir private Path directory;

  @Test
  void passesEveryShippedFile() {
    Result result =
        CommandRun.in(CommandRun.PROJECT)
            .run(
                "validate",
                "narratives/actor_server.toml",
                "narratives/actors/posting.toml",
                "narratives/discord/generation_carousel.toml",
                "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.json().path("ok").asBoolean()).isTrue();
    assertThat(result.json().path("files"))
        .extracting(file -> file.path("kind").asText())
        .containsExactly("server", "actor", "narrative");
    assertThat(result.json().at("/files/2/narratives")).hasSize(6);
  }

  @Test
  void printsTheNextFiresOfEveryActor() throws IOException {
    Files.writeString(directory.resolve("poster.toml"), NARRATIVE);
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [actors.daily]
        narrative = "poster.toml"
        schedule = "30 2 28 3 *"
        timezone = "Europe/Berlin"
        [actors.chained]
        narrative = "poster.toml"
        schedule = "after daily"
        [actors.over]
        narrative = "poster.toml"
        schedule = "0 0 9 * * ? 2020"
        [actors.human]
        narrative = "poster.toml"
        schedule = "every 2 hours"
        jitter_percent = 25
        """);

    Result people = CommandRun.in(directory).run("validate", "server.toml");
    Result scripts = CommandRun.in(directory).run("validate", "server.toml", "--json");

    assertThat(people.code()).as(people.everything()).isEqualTo(ExitCodes.OK);
    assertThat(people.out())
        .contains("actor chained (after daily) fires not by itself; after daily")
        .contains("warning", "actor over never fires")
        .containsOnlyOnce("give or take 25 %")
        .containsPattern(
            "actor daily \\(30 2 28 3 \\*\\) fires 20..-03-28 0.:.0, .* Europe/Berlin");
    JsonNode daily = scripts.json().at("/files/0/actors/0");
    assertThat(daily.path("name").asText()).isEqualTo("daily");
    assertThat(daily.path("next_fires")).hasSize(5);
    assertThat(scripts.keys(daily.at("/next_fires/0")))
        .containsExactly("at", "local", "note", "approximate");
  }

  @Test
  void reportsEveryMistakeOfEveryFileInTheShapeScriptsRelyOn() throws IOException {
    Files.writeString(
        directory.resolve("typo.toml"),
        """
        [narrative]
        name = "typo"
        descripton = "d"

        [toc]
        order = ["say", "shout"]

        [acts]
        say = "Say hello."
        """);
    Files.writeString(directory.resolve("broken.toml"), "not = [ toml");

    Result result =
        CommandRun.in(directory)
            .run("validate", "typo.toml", "broken.toml", "missing.toml", "--json");

    assertThat(result.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).isEmpty();
    assertThat(result.json().path("ok").asBoolean(true)).isFalse();
    JsonNode typo = result.json().at("/files/0");
    assertThat(result.keys(typo))
        .contains("file", "kind", "narratives", "ok", "errors", "warnings", "actors");
    assertThat(result.keys(typo.at("/errors/0")))
        .contains("code", "message", "narrative", "act", "line", "column");
    assertThat(typo.at("/errors/0/message").asText()).contains("shout");
    assertThat(typo.at("/errors/0/line").asInt()).isEqualTo(6);
    assertThat(typo.at("/warnings/0/code").asText()).isEqualTo("unknown_key");
    assertThat(result.json().at("/files/1/errors/0/code").asText()).isNotEmpty();
    assertThat(result.json().at("/files/2/errors/0/code").asText()).isEqualTo("file_missing");
  }

  @Test
  void tellsPeopleALineForEachFinding() throws IOException {
    Files.writeString(directory.resolve("broken.toml"), "not = [ toml");

    Result result = CommandRun.in(directory).run("validate", "broken.toml");

    assertThat(result.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.out().lines()).first().isEqualTo("broken.toml (unknown) has errors");
    assertThat(result.out()).contains("  error   broken.toml:1:9: ");
  }
}
