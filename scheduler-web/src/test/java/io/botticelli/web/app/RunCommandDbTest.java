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
class RunCommandDbTest {
  private static final String CAROUSEL = "narratives/discord/generation_carousel.toml";

  @TempDir private Path directory;
  private TestDatabase database;
  private CommandRun shipped;
  private CommandRun own;

  @BeforeEach
  void createDatabase() {
    database = TestDatabase.fresh();
    shipped = CommandRun.in(CommandRun.PROJECT).on(database);
    own = CommandRun.in(directory).on(database);
  }

  private void narrative(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String prose(String name) {
    return """
    [narrative]
    name = "%s"
    description = "says something"
    target = "prose_rows"

    [toc]
    order = ["say"]

    [acts]
    say = "Say something about {{place}}."
    """
        .formatted(name);
  }

  @Test
  void storesFifteenRowsOfSeventyFiveModelCallsAndTellsSoAsJson() {
    var result =
        shipped.run("run", CAROUSEL, "-n", "batch_generate", "--provider", "mock", "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    var report = result.json();
    assertThat(report.path("status").asText()).isEqualTo("completed");
    assertThat(report.path("model_calls").asInt()).isEqualTo(75);
    assertThat(report.path("rows_stored").asInt()).isEqualTo(15);
    assertThat(report.path("iterations_completed").asInt()).isEqualTo(3);
    assertThat(report.path("narratives")).as("three passes of five compositions").hasSize(18);
    assertThat(report.path("narratives").findValues("prompt_hash")).isNotEmpty();
    assertThat(report.path("narratives").findValues("response")).hasSize(75 + 15);
    assertThat(database.number("SELECT count(*) FROM content.potential_discord_posts"))
        .isEqualTo(15);
    assertThat(database.number("SELECT count(*) FROM act_executions WHERE model IS NOT NULL"))
        .isEqualTo(75);
    assertThat(
            database.value(
                "SELECT status FROM actor_server_executions WHERE id = "
                    + report.path("execution_id").asText()))
        .isEqualTo("succeeded");
    assertThat(result.log()).as("a normal run is no news").isEmpty();
  }

  @Test
  void understandsFileDotName() {
    var result = shipped.run("run", CAROUSEL.replace(".toml", ".feature"), "--provider", "mock");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.out()).startsWith("feature: completed. 5 model calls, 1 rows stored");
    assertThat(result.err()).contains("feature 5/5 feature_audit: completed");
  }

  @Test
  void findsABareNameBelowTheNarrativesAndPrefersTheFileThatHoldsOne() {
    // narratives/actors/posting.toml comes first but is an actor.
    var result = shipped.run("run", "posting", "--dry-run", "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.json().path("file").asText()).isEqualTo("narratives/discord/posting.toml");
    assertThat(result.keys(result.json()))
        .containsExactly(
            "narrative",
            "file",
            "target",
            "model_calls",
            "stores",
            "write_commands",
            "estimated_tokens",
            "narratives");
    assertThat(result.json().at("/narratives/0/acts/0/inputs/0/mode").asText()).isEqualTo("claim");
    assertThat(result.json().at("/narratives/0/acts/2/inputs/0/writes").asText())
        .isEqualTo("table approved_discord_posts");
  }

  @Test
  void skipsPostingFromAnEmptyQueueWithCodeThreeAndNoWarning() {
    var result = shipped.run("run", "narratives/discord/posting.toml");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.SKIPPED);
    assertThat(result.out()).contains("skipped").contains("there is nothing to work on");
    assertThat(result.err()).doesNotContain("warning");
    assertThat(result.log()).isEmpty();
    assertThat(database.value("SELECT status FROM actor_server_executions")).isEqualTo("skipped");
  }

  @Test
  void failsWithCodeOneWhenTheAnswerIsNotJsonAndRecordsIt() throws IOException {
    narrative("prose.toml", prose("prose"));

    try (StubGemini gemini = StubGemini.saying("Sunny, I would say.")) {
      var result =
          own.with("GEMINI_API_KEY", "secret-key")
              .with("GEMINI_BASE_URL", gemini.url())
              .run("run", "prose.toml", "--var", "place=Bonn");

      assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.FAILED);
      assertThat(result.errorLines())
          .filteredOn(line -> line.startsWith("warning: "))
          .singleElement()
          .asString()
          .contains("prose_rows")
          .contains("rows were not stored")
          .contains("no JSON");
      assertThat(result.log()).as("said once, not twice").isEmpty();
      assertThat(result.everything()).doesNotContain("\tat ").doesNotContain("secret-key");
    }
    assertThat(database.value("SELECT status FROM content_generations")).isEqualTo("failed");
    assertThat(database.value("SELECT to_regclass('content.prose_rows')")).isNull();
    assertThat(database.value("SELECT status || ' ' || error_code FROM actor_server_executions"))
        .isEqualTo("failed content_not_stored");
  }

  @Test
  void storesNothingWhenToldNotTo() {
    var result =
        shipped.run("run", CAROUSEL, "-n", "feature", "--provider", "offline", "--no-save");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.out()).contains("0 rows stored");
    assertThat(database.value("SELECT to_regclass('content.potential_discord_posts')")).isNull();
  }

  @Test
  void endsWithCodeFourAndACancelledExecutionWhenInterrupted() throws IOException {
    narrative("prose.toml", prose("prose"));
    Thread caller = Thread.currentThread();

    try (StubGemini gemini = StubGemini.silent(caller::interrupt)) {
      var result =
          own.with("GEMINI_API_KEY", "k")
              .with("GEMINI_BASE_URL", gemini.url())
              .run("run", "prose.toml", "--var", "place=Bonn");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.INTERRUPTED);
      assertThat(result.everything()).doesNotContain("\tat ");
    }
    assertThat(database.value("SELECT status FROM actor_server_executions")).isEqualTo("cancelled");
  }

  @Test
  void runsNothingOnADryRunAndNeedsNoDatabase() throws IOException {
    narrative("narratives/deep/er/prose.toml", prose("prose"));

    var result =
        CommandRun.in(directory)
            .with("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
            .run("run", "prose", "--dry-run", "--var", "place=Bonn");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.out())
        .contains("prose (narratives/deep/er/prose.toml)")
        .contains("say: model")
        .doesNotContain("stands for nothing");
  }

  @Test
  void givesTheStackTraceOnlyWhenAsked() {
    CommandRun unreachable =
        CommandRun.in(CommandRun.PROJECT)
            .with("DATABASE_URL", "postgresql://app:geheim@127.0.0.1:1/none");

    var brief = unreachable.run("run", CAROUSEL, "-n", "feature");
    var verbose = unreachable.run("run", CAROUSEL, "-n", "feature", "-v");

    assertThat(brief.everything()).doesNotContain("\tat ");
    assertThat(verbose.err()).contains("\tat io.botticelli.");
    assertThat(brief.everything() + verbose.everything()).doesNotContain("geheim");
    assertThat(brief.code()).isEqualTo(verbose.code()).isEqualTo(ExitCodes.USAGE);
  }
}
