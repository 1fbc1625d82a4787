package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.botticelli.core.config.Environment;
import io.botticelli.core.db.EmbeddedDatabase;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a person gets wrong: each mistake gives one line on standard error that says what, where and
 * what to do, the documented exit code, no stack trace, no log, and changes nothing.
 */
@Tag("db")
class BadInputDbTest {
  private static final String SERVER_FILE =
      CommandRun.PROJECT.resolve("narratives/actor_server.toml").toAbsolutePath().toString();
  private static final String CAROUSEL =
      CommandRun.PROJECT
          .resolve("narratives/discord/generation_carousel.toml")
          .toAbsolutePath()
          .toString();
  private static final String NOBODY = "postgresql://app:geheim@127.0.0.1:1/none";
  private static final String NARRATIVE =
      """
      [narrative]
      name = "hello"
      description = "says hello"

      [toc]
      order = ["say"]

      [acts]
      say = "Say hello."
      """;

  @TempDir private Path directory;

  /** The shipped files lie elsewhere, and a file may only name others below allowed places. */
  private CommandRun here() {
    return CommandRun.in(directory)
        .with(
            "BOTTICELLI_CONTEXT_PATH",
            CommandRun.PROJECT.resolve("narratives").toAbsolutePath().toString());
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            "a narrative file that does not exist",
            words("run", "missing.toml"),
            words("missing.toml", "give a path")),
        mistake(
            "a narrative that is not TOML",
            words("run", "broken.toml"),
            words("broken.toml:1:9", "expected")),
        mistake(
            "a name the file does not hold",
            words("run", CAROUSEL, "-n", "featur"),
            words("generation_carousel.toml", "\"featur\"", "did you mean \"feature\"?")),
        mistake(
            "several narratives and no name",
            words("run", CAROUSEL),
            words("generation_carousel.toml: holds several narratives", "\"feature\"")),
        mistake(
            "a provider that does not exist",
            words("run", "hello.toml", "--provider", "oracle"),
            words("--provider is oracle", "expected offline", "gemini")),
        mistake(
            "a variable without a value",
            words("run", "hello.toml", "--var", "place"),
            words("--var is 'place'", "expected NAME=VALUE")),
        mistake(
            "a server file that does not exist",
            words("serve", "-c", "nowhere.toml"),
            words("nowhere.toml", "no such server file", "--config")),
        mistake(
            "a server file that does not exist, for a command that could do without",
            words("content", "last", "-c", "nowhere.toml"),
            words("nowhere.toml", "no such server file", "--config")),
        mistake(
            "a server file that is not TOML",
            words("serve", "--dry-run", "-c", "broken.toml"),
            words("broken.toml:1:9")),
        mistake(
            "a variable of the environment that is not set",
            words("serve", "--dry-run", "-c", "unset.toml"),
            words("unset.toml:2", "server.name", "NO_SUCH_NAME", "set")),
        mistake(
            "a number out of range in the server file",
            words("serve", "--dry-run", "-c", "range.toml"),
            words("range.toml:2", "check_interval_seconds", "-5", "expected")),
        mistake(
            "an actor nobody knows",
            words("serve", "--once", "postin", "-c", SERVER_FILE),
            words("postin", "generation, curation, posting")),
        mistake(
            "a database that is not there, for a server",
            words("serve", "-c", SERVER_FILE, "--database-url", NOBODY),
            words("127.0.0.1:1/none", "does not answer", "start PostgreSQL")),
        mistake(
            "a database that is not there, for a check",
            words("serve", "--dry-run", "-c", SERVER_FILE, "--database-url", NOBODY),
            words("127.0.0.1:1/none", "does not answer", "start PostgreSQL")),
        mistake(
            "a database that is not there, for a run",
            words("run", "hello.toml", "--database-url", NOBODY),
            words("127.0.0.1:1/none", "does not answer", "start PostgreSQL")),
        mistake(
            "a database that is not there, for a look",
            words("executions", "list", "--database-url", NOBODY),
            words("127.0.0.1:1/none", "does not answer", "start PostgreSQL")),
        mistake(
            "an address that is none",
            words("migrate", "--database-url", "localhost"),
            words("--database-url", "postgresql://user:password@host:5432/database")),
        mistake(
            "a home that is a file, for a look",
            words("content", "last", "--home", "hello.toml"),
            words("hello.toml", "cannot be written", "--home")),
        mistake(
            "a home that is a file, for a run",
            words("run", "hello.toml", "--home", "hello.toml"),
            words("hello.toml", "cannot be written", "--home")),
        mistake(
            "a home that is a file, for a server",
            words("serve", "--home", "hello.toml", "-c", SERVER_FILE),
            words("hello.toml", "cannot be written", "--home")),
        mistake(
            "a port that is none",
            words("serve", "--port", "99999", "-c", SERVER_FILE),
            words("--port is 99999", "0..65535")),
        mistake(
            "a command that does not exist",
            words("serv"),
            words("'serv'", "did you mean", "serve", "--help")),
        mistake("no command", words(), words("a command is missing", "--help")),
        mistake(
            "an option that does not exist",
            words("run", "hello.toml", "--dryrun"),
            words("'--dryrun'", "--dry-run", "run --help")),
        mistake(
            "an id that is no number",
            words("executions", "show", "first"),
            words("ID", "expected a whole number", "'first'")),
        mistake(
            "a limit out of range",
            words("executions", "list", "--limit", "0"),
            words("--limit is 0", "1..500")),
        mistake(
            "a status that does not exist",
            words("content", "generations", "--status", "done"),
            words("--status is done", "success")),
        mistake(
            "a demo of no length",
            words("demo", "--seconds", "0"),
            words("--seconds is 0", "1..86400")));
  }

  private static Arguments mistake(String name, List<String> command, List<String> says) {
    return argumentSet(name, command, says);
  }

  private static List<String> words(String... words) {
    return List.of(words);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isToldInOneLineAndStartsNothing(List<String> command, List<String> says) throws IOException {
    file("hello.toml", NARRATIVE);
    file("broken.toml", "not = [ toml");
    file("unset.toml", "[server]\nname = \"${NO_SUCH_NAME}\"\n");
    file("range.toml", "[server]\ncheck_interval_seconds = -5\n");

    Result result =
        here()
            .with("BOTTICELLI_HOME", directory.resolve("never").toString())
            .run(command.toArray(String[]::new));

    assertOneLine(result, says);
    assertThat(directory.resolve("never").resolve("postgres")).doesNotExist();
  }

  private static void assertOneLine(Result result, List<String> says) {
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.errorLines()).as(result.everything()).hasSize(1);
    assertThat(result.err()).startsWith("botticelli: ").contains(says);
    assertThat(result.everything()).doesNotContain("\tat ", "Exception", "geheim");
    assertThat(result.out()).isEmpty();
    assertThat(result.log()).isEmpty();
  }

  @Test
  void warnsOfAnUnknownKeyWithASuggestionAndGoesOn() throws IOException {
    file("typo.toml", NARRATIVE.replace("description", "descripton"));

    Result result = here().run("run", "typo.toml", "--dry-run");

    assertThat(result.code()).isZero();
    assertThat(result.errorLines())
        .singleElement()
        .asString()
        .startsWith("warning: typo.toml:3:1")
        .contains("\"descripton\" is ignored; did you mean \"description\"?");
  }

  @Test
  void tellsEachMistakeOfAWorkingSetInALineOfItsOwn() throws IOException {
    file("two.toml", "[server]\ncheck_interval_seconds = -5\nname = \"${NO_SUCH_NAME}\"\n");

    Result result = here().run("serve", "--dry-run", "-c", "two.toml");

    assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(result.errorLines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("botticelli: two.toml:"));
  }

  @Test
  void refusesAnUnsafeQuartzSettingBeforeTheDatabaseIsTouched() throws IOException {
    file("quartz.properties", "org.quartz.jobStore.isClustered = false\n");
    TestDatabase untouched = TestDatabase.empty();

    CommandRun server = here().on(untouched);
    List<String> says =
        List.of("quartz.properties", "isClustered is \"false\" but must be true", "correct");

    assertOneLine(server.run("serve", "-c", SERVER_FILE), says);
    assertOneLine(server.run("serve", "--dry-run", "-c", SERVER_FILE), says);
    assertThat(untouched.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        .isZero();
  }

  @Test
  void refusesALiveChannelWithoutAModelBeforeTheDatabaseIsTouched() throws IOException {
    file("hello.toml", NARRATIVE);
    TestDatabase untouched = TestDatabase.empty();
    CommandRun live = here().on(untouched).with("DISCORD_TOKEN", "geheim.token");
    List<String> says = List.of("DISCORD_TOKEN", "no model", "GEMINI_API_KEY", "offline");

    assertOneLine(live.run("serve", "-c", SERVER_FILE), says);
    assertOneLine(live.run("serve", "--dry-run", "-c", SERVER_FILE), says);
    assertOneLine(live.run("run", "hello.toml"), says);
    assertThat(untouched.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        .isZero();
  }

  @Test
  void namesAHomeThatIsAFileWhenADemoStarts() throws IOException {
    file("a-file", "mine");

    assertOneLine(
        CommandRun.in(CommandRun.PROJECT)
            .run("demo", "--seconds", "5", "--home", directory.resolve("a-file").toString()),
        List.of("a-file", "cannot be written (Not a directory)", "--home"));
    assertThat(directory.resolve("a-file")).hasContent("mine");
  }

  @Test
  void firesNothingWhenThePortIsInUse() throws IOException {
    TestDatabase database = TestDatabase.fresh();

    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Result result =
          here().on(database).run("serve", "-c", SERVER_FILE, "--port", port, "--home", "home");

      assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.USAGE);
      assertThat(result.errorLines())
          .singleElement()
          .asString()
          .contains("HTTP port " + port, "--port", "0 = any free one");
      assertThat(result.log()).doesNotContain("ERROR", "\tat ");
    }
    assertThat(database.number("SELECT count(*) FROM actor_server_executions")).isZero();
  }

  @Test
  void namesARefusedPasswordAMissingRoleAndAMissingDatabaseButNotThePassword() {
    // Trust is all the shared test server asks for; the one a home holds wants a password.
    try (EmbeddedDatabase database = EmbeddedDatabase.startOrJoin(directory.resolve("home"))) {
      URI url = URI.create(database.jdbcUrl().substring("jdbc:".length()));
      String address = "@127.0.0.1:" + url.getPort() + "/";
      String name = url.getPath().substring(1);
      CommandRun command = here();

      assertOneLine(
          command.run("migrate", "--database-url", "postgresql://postgres:geheim" + address + name),
          List.of("127.0.0.1:" + url.getPort(), "refuses the password", "DATABASE_URL"));
      assertOneLine(
          command.run(
              "executions", "list", "--database-url", "postgresql://no:geheim" + address + name),
          List.of("127.0.0.1:" + url.getPort(), "refuses"));
    }
    TestDatabase present = TestDatabase.fresh();
    String absent = present.jdbcUrl().replaceFirst("/test_[0-9]+", "/absent");
    assertOneLine(
        here().run("migrate", "--database-url", absent),
        List.of("/absent", "does not exist", "createdb"));
  }

  @Test
  void namesTheLineOfABrokenEnvironmentFile() throws IOException {
    file(".env", "this is no assignment\n");
    StringWriter err = new StringWriter();

    int code =
        Main.execute(
            () -> new Surroundings(directory, Environment.ofProcess(directory)),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            "executions",
            "list");

    assertThat(code).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains(".env:1");
  }
}
