package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} and {@code apply} straight through the database. */
@Tag("db")
class PlanApplyDbTest {
  @TempDir private Path directory;
  private final TestDatabase database = TestDatabase.fresh();
  private CommandRun command;

  @BeforeEach
  void write() throws IOException {
    command = CommandRun.in(directory).on(database);
    Files.writeString(
        directory.resolve("actor_server.toml"),
        """
        [server]
        name = "test"

        [[actors]]
        name = "greeter"
        narrative = "hello.toml"
        schedule = "every 3 hours"
        """);
    Files.writeString(
        directory.resolve("hello.toml"),
        """
        [narrative]
        name = "hello"
        description = "says hello"
        skip_content_generation = true

        [toc]
        order = ["greet"]

        [acts]
        greet = "Say hello."
        """);
  }

  @Test
  void showsAppliesAndThenFindsNoDifference() throws IOException {
    Result first = ok("plan");
    assertThat(first.out())
        .contains("In force: nothing yet.")
        .contains("+ actor greeter: created")
        .contains("Apply it with: botticelli apply");
    assertThat(versions()).as("a plan changes nothing").isZero();

    assertThat(ok("apply", "--yes").out()).contains("Applied version");
    assertThat(versions()).isEqualTo(1);
    assertThat(ok("plan").out()).contains("No difference.");
    assertThat(ok("apply").out()).as("nothing to ask about").contains("No difference.");

    edit("every 3 hours", "every 4 hours");
    Result plan = ok("plan");
    assertThat(plan.out())
        .contains("~ actor greeter: changed")
        .contains("actor_server.toml: schedule: \"every 3 hours\" -> \"every 4 hours\"")
        .contains("next fires: ");
  }

  @Test
  void tellsAPlanAsJson() throws IOException {
    ok("apply", "-y");
    edit("every 3 hours", "every 4 hours");

    JsonNode plan = ok("plan", "--json").json();

    assertThat(plan.path("changed").booleanValue()).isTrue();
    assertThat(plan.path("actors").get(0).path("change").textValue()).isEqualTo("changed");
    assertThat(plan.path("actors").get(0).path("settings").get(0).path("after").textValue())
        .isEqualTo("\"every 4 hours\"");
    assertThat(ok("apply", "--yes", "--json").json().path("applied").booleanValue()).isTrue();
    assertThat(ok("apply", "--yes", "--json").json().path("applied").booleanValue()).isFalse();
  }

  @Test
  void appliesNothingUnaskedWhereNobodyCanAnswer() {
    Result refused = command.run("apply");

    assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.errorLines()).singleElement().asString().contains("--yes");
    assertThat(versions()).isZero();
  }

  @Test
  void asksOnATerminalAndTakesNoForNo() {
    assertThat(answer("n\n")).isEqualTo(ExitCodes.FAILED);
    assertThat(answer("")).as("the input ended").isEqualTo(ExitCodes.FAILED);
    assertThat(versions()).isZero();

    assertThat(answer("y\n")).isEqualTo(ExitCodes.OK);
    assertThat(versions()).isEqualTo(1);
  }

  @Test
  void aBrokenSetIsRefusedWithEveryMistakeAndChangesNothing() throws IOException {
    ok("apply", "--yes");
    edit("every 3 hours", "every now and then");
    Files.writeString(directory.resolve("hello.toml"), "[narrative\n");

    for (String name : new String[] {"plan", "apply"}) {
      Result broken = command.run(name, "--database-url", database.jdbcUrl());

      assertThat(broken.code()).as(broken.everything()).isEqualTo(ExitCodes.USAGE);
      assertThat(broken.err()).contains("actor_server.toml:7").contains("hello.toml:1");
    }
    assertThat(versions()).isEqualTo(1);
  }

  private int answer(String line) {
    return Main.execute(
        () ->
            new Surroundings(
                directory,
                new Environment(Map.of("DATABASE_URL", database.jdbcUrl())),
                Optional.of(new BufferedReader(new StringReader(line)))),
        new PrintWriter(new StringWriter()),
        new PrintWriter(new StringWriter()),
        "apply");
  }

  private long versions() {
    String count =
        database.value(
            "SELECT CASE WHEN to_regclass('definition_versions') IS NULL THEN 0"
                + " ELSE (SELECT count(*) FROM definition_versions) END");
    return Long.parseLong(count);
  }

  private void edit(String old, String now) throws IOException {
    Path file = directory.resolve("actor_server.toml");
    Files.writeString(file, Files.readString(file).replace(old, now));
  }

  private Result ok(String... arguments) {
    Result result = command.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    return result;
  }
}
