package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class ServeCommandDbTest {
  @TempDir private Path home;
  private TestDatabase database;
  private CommandRun shipped;

  @BeforeEach
  void createDatabase() {
    database = TestDatabase.fresh();
    shipped =
        CommandRun.in(CommandRun.PROJECT)
            .on(database)
            .with("BOTTICELLI_HOME", home.resolve("home").toString());
  }

  @Test
  void checksTheWorkingSetAndTheDatabaseWithoutChangingEither() {
    TestDatabase untouched = TestDatabase.empty();

    Result result = shipped.on(untouched).run("serve", "--dry-run", "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.keys(result.json()))
        .containsExactly(
            "ok", "file", "version", "database", "discord_token", "actors", "warnings");
    assertThat(result.json().path("database").asText()).startsWith("PostgreSQL ");
    assertThat(result.json().path("actors"))
        .extracting(actor -> actor.path("name").asText())
        .containsExactly("generation", "curation", "posting");
    assertThat(untouched.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        .isZero();
    assertThat(home.resolve("home")).doesNotExist();
  }

  @Test
  void showsADryRunToPeopleAsATable() {
    Result result = shipped.run("serve", "--dry-run");

    assertThat(result.out().lines())
        .anyMatch(line -> line.matches("ACTOR +ENABLED +SCHEDULE +PLATFORM"))
        .anyMatch(line -> line.startsWith("posting "));
    assertThat(result.err()).isEmpty();
  }

  @Test
  void endsWithCodeThreeWhenTheOneActorHasNothingToDo() {
    Result result = shipped.run("serve", "--once", "curation", "--only", "curation", "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.SKIPPED);
    assertThat(result.json().path("actor_name").asText()).isEqualTo("curation");
    assertThat(result.json().path("trigger").asText()).isEqualTo("manual");
    assertThat(result.json().path("status").asText()).isEqualTo("skipped");
    assertThat(result.json().path("error_code").asText()).isEqualTo("empty_source");
    assertThat(result.log()).isEmpty();
    assertThat(
            database.number(
                "SELECT count(*) FROM actor_server_executions WHERE status = 'running'"))
        .isZero();
  }

  @Test
  void endsWithCodeZeroWhenTheOneActorSucceeded() {
    Result result = shipped.run("serve", "--once", "generation");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.out()).startsWith("generation: succeeded");
    assertThat(database.number("SELECT count(*) FROM content.potential_discord_posts"))
        .isGreaterThanOrEqualTo(15);
    assertThat(
            database.number(
                "SELECT count(*) FROM actor_server_executions WHERE actor_name <> 'generation'"))
        .as("actors that are due do not fire because one is asked for")
        .isZero();
  }
}
