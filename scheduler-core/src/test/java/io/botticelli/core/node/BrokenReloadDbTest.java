package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.metrics.PrometheusText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** I6: a bad file or reload never damages what was running or stored before. */
@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class BrokenReloadDbTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String SCHEDULE = "schedule = { type = \"interval\", hours = 3 }";

  private static final String SERVER =
      """
      [server]
      check_interval_seconds = 3600

      [[actors]]
      name = "greeter"
      narrative = "hello.toml"
      schedule = { type = "interval", hours = 3 }
      """;

  private static final String NARRATIVE =
      """
      [narrative]
      name = "hello"
      description = "says hello"
      skip_content_generation = true

      [toc]
      order = ["greet"]

      [acts]
      greet = "Say hello."
      """;

  @TempDir private Path directory;
  private final TestDatabase database = TestDatabase.fresh();

  @BeforeEach
  void write() throws IOException {
    write("server.toml", SERVER);
    write("hello.toml", NARRATIVE);
    write("quartz.properties", "org.quartz.scheduler.idleWaitTime = 1000\n");
  }

  /** A mistake and how the message must begin. */
  private record Mistake(String what, String file, byte[] content, String place) {
    static Mistake of(String what, String file, String content, String place) {
      return new Mistake(what, file, content.getBytes(StandardCharsets.UTF_8), place);
    }
  }

  private static List<Mistake> mistakes() {
    String server = "server.toml";
    String hello = "hello.toml";
    return List.of(
        Mistake.of("syntax", server, SERVER.replace("[server]", "[server"), "server.toml:1"),
        Mistake.of("empty key", server, SERVER + "= 1\n", "server.toml:8"),
        Mistake.of("twice the same key", server, SERVER + "name = \"x\"\n", "server.toml:8"),
        Mistake.of("wrong type", server, SERVER.replace("3600", "\"often\""), "server.toml:2"),
        Mistake.of("out of range", server, SERVER.replace("3600", "0"), "server.toml:2"),
        Mistake.of(
            "bad cron",
            server,
            SERVER.replace(SCHEDULE, "schedule = \"99 * * * *\""),
            "server.toml:7"),
        Mistake.of(
            "bad phrase",
            server,
            SERVER.replace(SCHEDULE, "schedule = \"at times\""),
            "server.toml:7"),
        Mistake.of(
            "unknown zone",
            server,
            SERVER.replace("3600", "3600\ntimezone = \"Mars/Base\""),
            "server.toml:3"),
        Mistake.of(
            "missing narrative",
            server,
            SERVER.replace("hello.toml", "gone.toml"),
            "server.toml:6"),
        Mistake.of(
            "missing actor file",
            server,
            SERVER.replace("narrative = \"hello.toml\"", "config_file = \"gone.toml\""),
            "server.toml:6"),
        Mistake.of(
            "same actor twice",
            server,
            SERVER + SERVER.substring(SERVER.indexOf("[[")),
            "server.toml:8"),
        Mistake.of(
            "unset variable",
            server,
            SERVER.replace("\"hello.toml\"", "\"${UNSET}\""),
            "server.toml:6"),
        Mistake.of(
            "unknown act", hello, NARRATIVE.replace("[\"greet\"]", "[\"meet\"]"), "hello.toml:7"),
        Mistake.of(
            "syntax of a narrative", hello, NARRATIVE.replace("[toc]", "[toc"), "hello.toml:6"),
        Mistake.of(
            "a narrative that runs itself",
            hello,
            """
            [narrative.m]
            toc = ["a"]
            [narrative.n]
            toc = ["b"]
            [acts.a]
            narrative = "n"
            [acts.b]
            narrative = "m"
            """,
            "hello.toml"),
        new Mistake("binary", hello, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2}, "hello.toml"),
        Mistake.of("NUL", hello, NARRATIVE.replace("Say", "S\0y"), "hello.toml"),
        Mistake.of("huge", hello, NARRATIVE + "# " + "x".repeat(3 << 20), "hello.toml"),
        Mistake.of("empty", hello, "", "hello.toml"));
  }

  @Test
  void eachMistakeIsNamedWithItsPlaceAndChangesNothing() throws IOException {
    try (Node node = Node.start(settings())) {
      String before = everything();
      int refused = 0;
      for (Mistake mistake : mistakes()) {
        Files.write(directory.resolve(mistake.file()), mistake.content());

        ConfigException failure = catchThrowableOfType(ConfigException.class, node::reload);

        assertThat(failure).as(mistake.what()).isNotNull();
        assertThat(failure.getMessage()).as(mistake.what()).contains(mistake.place());
        assertThat(everything()).as(mistake.what()).isEqualTo(before);
        refused++;
        write();
      }
      assertThat(new PrometheusText(node.metrics()).render())
          .contains("botticelli_config_reload_failures_total " + refused + ".0");
      assertThat(node.reload().changed()).as("the files are right again").isEmpty();
      assertThat(everything()).isEqualTo(before);
    }
  }

  @Test
  void reloadsWhileAnActorRunsLoseNoFireOfIt() throws IOException {
    write(
        "server.toml",
        SERVER
            .replace("check_interval_seconds = 3600", "check_interval_seconds = 1")
            .replace("hours = 3", "seconds = 1"));
    try (Node node = Node.start(settings())) {
      node.beginFiring();
      int[] round = {0};
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                write("hello.toml", NARRATIVE.replace("says hello", "says hello " + round[0]++));
                node.reload();
                return finished() >= 3;
              });
      node.stop(Duration.ofSeconds(10));
    }
    assertThat(database.number("SELECT count(*) FROM actor_server_executions"))
        .as("each ended as it should")
        .isEqualTo(finished());
    assertThat(
            database.number(
                "SELECT count(*) FROM (SELECT scheduled_for - lag(scheduled_for) OVER (ORDER BY"
                    + " scheduled_for) AS gap FROM actor_server_executions WHERE kind = 'schedule')"
                    + " AS fires WHERE gap <> interval '1 second'"))
        .as("I1: no fire between two others is missing")
        .isZero();
    assertThat(
            database.number(
                "SELECT count(*) FROM actor_server_executions e WHERE NOT EXISTS (SELECT FROM"
                    + " definition_versions v WHERE v.version = e.definition_version)"))
        .isZero();
  }

  private long finished() {
    return database.number(
        "SELECT count(*) FROM actor_server_executions WHERE status = 'succeeded'");
  }

  /** Version in force, stored versions, jobs and triggers with their times. */
  private String everything() {
    return database.value("SELECT c::text FROM definition_current c")
        + database.value("SELECT count(*)::text FROM definition_versions")
        + database.value("SELECT string_agg(j::text, ';') FROM qrtz_job_details j")
        + database.value(
            "SELECT string_agg(t::text, ';' ORDER BY trigger_name) FROM qrtz_triggers t");
  }

  private void write(String file, String text) throws IOException {
    // Nobody reads half of it.
    Path next = Files.writeString(directory.resolve(file + ".next"), text);
    Files.move(next, directory.resolve(file), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private NodeSettings settings() {
    return NodeSettings.of(
            directory,
            directory.resolve("home"),
            "server.toml",
            new Environment(Map.of()),
            Clock.systemUTC())
        .withDatabaseUrl(Optional.of(database.jdbcUrl()));
  }
}
