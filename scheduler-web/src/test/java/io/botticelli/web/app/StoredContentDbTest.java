package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code content} and {@code executions} show of one run. */
@Tag("db")
class StoredContentDbTest {
  private static TestDatabase database;
  private static CommandRun command;

  @BeforeAll
  static void runOneNarrative() {
    database = TestDatabase.fresh();
    command = CommandRun.in(CommandRun.PROJECT).on(database);
    Result run =
        command.run("run", "generation_carousel.feature", "--provider", "offline", "--json");
    assertThat(run.code()).as(run.everything()).isZero();
  }

  private static Result look(String... arguments) {
    Result result = command.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.err() + result.log()).isEmpty();
    return result;
  }

  @Test
  void listsRowsWithTheColumnsAPersonLooksAtFirst() {
    Result result = look("content", "list", "potential_discord_posts");

    assertThat(result.out().lines().findFirst().orElseThrow())
        .matches("ID +REVIEW_STATUS +GENERATED_AT +POSTED_AT +SOURCE_NARRATIVE +TEXT_CONTENT");
    assertThat(result.out().lines().skip(1))
        .singleElement()
        .asString()
        .matches("1 +pending +\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ +feature +\\S.*");
  }

  @Test
  void listsRowsAsJsonWithEveryColumn() {
    Result result = look("content", "list", "potential_discord_posts", "--json");

    assertThat(result.keys(result.json())).contains("table", "items");
    assertThat(result.json().path("items")).hasSize(1);
    assertThat(result.keys(result.json().path("items").get(0)))
        .contains("id", "text_content", "generated_at", "review_status", "run_id");
  }

  @Test
  void showsOneRowAndSaysWhenThereIsNone() {
    assertThat(look("content", "show", "potential_discord_posts", "1").out())
        .contains("review_status: pending")
        .contains("posted_at: -");

    Result none = command.run("content", "show", "potential_discord_posts", "99");
    assertThat(none.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(none.errorLines())
        .containsExactly("botticelli: there is no row 99 in potential_discord_posts");
  }

  @Test
  void saysHowTablesComeAboutWhenThereIsNone() {
    Result none = command.run("content", "list", "no_such_table");

    assertThat(none.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(none.errorLines()).singleElement().asString().contains("content generations");
  }

  @Test
  void refusesToShowTablesOfTheServerItself() {
    Result refused = command.run("content", "list", "actor_server_state");

    assertThat(refused.code()).as(refused.everything()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.errorLines()).hasSize(1);
  }

  @Test
  void showsTheNewestGeneration() {
    assertThat(look("content", "last", "--json").json().path("table").asText())
        .isEqualTo("potential_discord_posts");
    assertThat(look("content", "generations", "--status", "failed").out())
        .isEqualToIgnoringNewLines("No generations.");
    assertThat(look("content", "generations").out().lines()).hasSize(2);
  }

  @Test
  void showsAnExecutionWithItsNarrativesAndActs() {
    String id = look("executions", "list", "--json").json().at("/items/0/id").asText();

    Result shown = look("executions", "show", id, "--json");

    assertThat(shown.keys(shown.json()))
        .contains(
            "id",
            "actor_name",
            "task_id",
            "trigger",
            "scheduled_for",
            "started_at",
            "completed_at",
            "duration_ms",
            "status",
            "success",
            "error_code",
            "error_message",
            "node",
            "attempt",
            "skills_succeeded",
            "tokens_in",
            "tokens_out",
            "narratives");
    assertThat(shown.json().at("/narratives/0/narrative").asText()).isEqualTo("feature");
    assertThat(shown.json().at("/narratives/0/acts")).hasSize(5);
    assertThat(shown.json().at("/narratives/0/acts/4/rows_stored").asInt()).isEqualTo(1);
    assertThat(look("executions", "show", id).out())
        .contains("execution " + id + " of cli: succeeded")
        .contains("5 feature_audit: completed, offline");
  }

  @Test
  void filtersExecutions() {
    assertThat(look("executions", "list", "--actor", "cli", "--status", "succeeded").out().lines())
        .hasSize(2);
    assertThat(look("executions", "list", "--status", "failed").out())
        .isEqualToIgnoringNewLines("No executions.");
    assertThat(command.run("executions", "show", "999").code()).isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void saysThatTheSchemaIsUpToDate() {
    assertThat(look("migrate").out()).startsWith("The schema is up to date: ");
    assertThat(look("migrate", "--json").json().path("status").asText()).isEqualTo("up_to_date");
  }
}
