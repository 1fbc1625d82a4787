package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.narrative.SecurityPolicy;
import io.botticelli.core.retention.RetentionRule;
import io.botticelli.core.toml.Problem;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
  private static final String ENTRY = "actor_server.toml";

  @Test
  void everythingHasItsDocumentedDefault() {
    ServerConfig server = WorkingSetFiles.of(ENTRY, "").load(ENTRY).server();

    assertThat(server)
        .isEqualTo(
            new ServerConfig(
                "",
                "",
                ZoneId.of("UTC"),
                Duration.ofSeconds(60),
                4,
                Duration.ofSeconds(30),
                true,
                90,
                BreakerPolicy.DEFAULT,
                new ServerConfig.Http(
                    true,
                    8080,
                    "127.0.0.1",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                new ServerConfig.Observability(true, "info"),
                new ServerConfig.Database(
                    Optional.empty(), 10, Duration.ofSeconds(30), Duration.ofSeconds(300)),
                Optional.empty(),
                new ServerConfig.Models(Optional.empty(), Optional.empty(), Map.of()),
                new ServerConfig.Security(ServerConfig.SecurityMode.PERMISSIVE, Optional.empty()),
                new ServerConfig.Content(false),
                new ServerConfig.Tables(
                    List.of("content"),
                    List.of(),
                    100,
                    1000,
                    List.of(
                        "approved_discord_posts",
                        "potential_discord_posts",
                        "content",
                        "post_history")),
                new ServerConfig.Media(false, List.of()),
                BudgetMultipliers.NONE,
                ServerConfig.Firing.NONE,
                AlertSettings.NONE,
                Map.of(),
                ServerConfig.Watching.NONE));
  }

  @Test
  void contentIsKeptUntilAPolicySaysOtherwise() {
    String rules =
        """
        [retention.tables]
        Potential_Discord_Posts = { days = 30, statuses = ["rejected", "posted"] }
        """;

    assertThat(WorkingSetFiles.of(ENTRY, rules).load(ENTRY).server().retention())
        .containsExactly(
            Map.entry(
                "potential_discord_posts", new RetentionRule(30, List.of("rejected", "posted"))));
    for (String wrong :
        List.of(
            "posts = { days = 0, statuses = [\"posted\"] }",
            "posts = { days = 30 }",
            "posts = { statuses = [\"posted\"] }",
            "posts = { days = 30, statuses = [] }",
            "\"x; drop\" = { days = 30, statuses = [\"posted\"] }")) {
      assertThatThrownBy(
              () -> WorkingSetFiles.of(ENTRY, "[retention.tables]\n" + wrong).load(ENTRY))
          .as(wrong)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("retention.tables");
    }
  }

  @Test
  void hostsOfMediaAreNamesOrAddressesAlone() {
    String media = "[media]\nallow_private_addresses = true\nallowed_hosts = [%s]\n";

    assertThat(
            WorkingSetFiles.of(
                    ENTRY, media.formatted("\"CDN.example.org\", \"*.example.net\", \"::1\""))
                .load(ENTRY)
                .server()
                .media())
        .isEqualTo(
            new ServerConfig.Media(true, List.of("cdn.example.org", "*.example.net", "::1")));
    for (String wrong :
        List.of("https://example.org", "example.org:80", "example.org/x", "*", "")) {
      assertThatThrownBy(
              () -> WorkingSetFiles.of(ENTRY, media.formatted("\"" + wrong + "\"")).load(ENTRY))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("media.allowed_hosts[0]");
    }
  }

  @Test
  void readsEveryKey() {
    WorkingSet set =
        WorkingSetFiles.of(
                ENTRY,
                """
                discord_token = "${BOT_TOKEN}"

                [server]
                name = "pipeline"
                description = "feeds one channel"
                check_interval_seconds = 5
                max_consecutive_failures = 9
                state_persistence_enabled = false
                timezone = "Europe/Berlin"
                max_concurrent_actors = 8
                shutdown_timeout_seconds = 0
                history_days = 30
                metrics_port = 9090
                api_port = 3000

                [server.circuit_breaker]
                enabled = false
                auto_pause = false
                reset_on_success = false
                reset_timeout_seconds = 0
                success_threshold = 3

                [server.http]
                enabled = true
                port = "${HTTP_PORT:-8081}"
                bind = "0.0.0.0"
                auth_token = "${AUTH}"

                [server.observability]
                metrics_enabled = false
                health_endpoint = "http://localhost:8090/healthz"
                log_level = "DEBUG"

                [database]
                url = "postgresql://user:hunter2@db/x"
                max_pool_size = 20
                connection_timeout_seconds = 5
                idle_timeout_seconds = 60

                [models]
                default = "offline"
                fallback = "gemini-2.5-flash"
                [models.alias]
                gemini-pro-vision = "gemini-2.5-flash"

                [security]
                mode = "dry_run"
                [security.policy]
                denied_commands = ["members.ban"]
                [security.rate_limits]
                "messages.send" = { max_tokens = 5, window_secs = 60 }

                [content]
                schema_evolution = "add_columns"

                [tables]
                schemas = ["reporting"]
                allow_system = ["actor_server_executions"]
                default_limit = 10
                max_limit = 50

                [database_commands]
                replace_defaults = true
                allowed_tables = ["Posts"]

                [budget]
                rpm_multiplier = 0.8
                tpd = 1
                """)
            .withVariable("BOT_TOKEN", "hunter2")
            .withVariable("AUTH", "hunter2")
            .load(ENTRY);

    ServerConfig server = set.server();
    assertThat(set.warnings())
        .extracting(Problem::code)
        .containsExactly("no_actors", "secret_in_file");
    assertThat(server.toString()).doesNotContain("hunter2");
    assertThat(server.discordToken()).contains(new SecretValue("hunter2"));
    assertThat(server.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(server.checkInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(server.maxConcurrentActors()).isEqualTo(8);
    assertThat(server.shutdownTimeout()).isZero();
    assertThat(server.statePersistence()).isFalse();
    assertThat(server.historyDays()).isEqualTo(30);
    assertThat(server.breaker())
        .isEqualTo(new BreakerPolicy(false, 9, false, false, Duration.ZERO, 3));
    assertThat(server.http())
        .isEqualTo(
            new ServerConfig.Http(
                true,
                8081,
                "0.0.0.0",
                Optional.of(new SecretValue("hunter2")),
                Optional.of(9090),
                Optional.of(8090),
                Optional.of(3000),
                Optional.of("/healthz")));
    assertThat(server.observability()).isEqualTo(new ServerConfig.Observability(false, "debug"));
    assertThat(server.database())
        .isEqualTo(
            new ServerConfig.Database(
                Optional.of(new SecretValue("postgresql://user:hunter2@db/x")),
                20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60)));
    assertThat(server.models())
        .isEqualTo(
            new ServerConfig.Models(
                Optional.of("offline"),
                Optional.of("gemini-2.5-flash"),
                Map.of("gemini-pro-vision", "gemini-2.5-flash")));
    assertThat(server.security())
        .isEqualTo(
            new ServerConfig.Security(
                ServerConfig.SecurityMode.DRY_RUN,
                Optional.of(
                    new SecurityPolicy(
                        Optional.of(
                            new SecurityPolicy.CommandRules(
                                List.of(),
                                List.of("members.ban"),
                                false,
                                List.of(),
                                List.of(),
                                List.of())),
                        SecurityPolicy.Constraints.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(
                            "messages.send",
                            new SecurityPolicy.RateLimit(5, Duration.ofSeconds(60), 0))))));
    assertThat(server.content().addColumns()).isTrue();
    assertThat(server.tables())
        .isEqualTo(
            new ServerConfig.Tables(
                List.of("content", "reporting"),
                List.of("actor_server_executions"),
                10,
                50,
                List.of("posts")));
    assertThat(server.budget())
        .isEqualTo(
            new BudgetMultipliers(
                Optional.of(0.8), Optional.empty(), Optional.empty(), Optional.of(1.0)));
  }

  @Test
  void takesTheDatabaseFromTheEnvironment() {
    WorkingSetFiles whole =
        WorkingSetFiles.of(ENTRY, "").withVariable("DATABASE_URL", "postgresql://db/x");
    WorkingSetFiles parts =
        WorkingSetFiles.of(ENTRY, "")
            .withVariable("DATABASE_USER", "me")
            .withVariable("DATABASE_PASSWORD", "p@ss word")
            .withVariable("DATABASE_HOST", "db");

    assertThat(whole.load(ENTRY).server().database().url())
        .contains(new SecretValue("postgresql://db/x"));
    assertThat(parts.load(ENTRY).server().database().url())
        .contains(new SecretValue("postgresql://me:p%40ss%20word@db:5432/botticelli"));
  }

  @Test
  void anUnsetDatabaseVariableMeansTheEmbeddedDatabaseAndIsSaid() {
    WorkingSet set =
        WorkingSetFiles.of(ENTRY, "[database]\nurl = \"${DATABASE_URL}\"\n").load(ENTRY);

    assertThat(set.server().database().url()).isEmpty();
    assertThat(set.warnings())
        .extracting(Problem::render)
        .contains(
            "actor_server.toml:2:1: database.url: names an environment variable that is not set;"
                + " the key counts as absent");
  }

  @Test
  void valuesOfVariablesAreNotLookedAtAgain() {
    WorkingSet set =
        WorkingSetFiles.of(ENTRY, "[server]\nname = \"${A} and ${B:-two}\"\n")
            .withVariable("A", "${SECRET}")
            .withVariable("SECRET", "hunter2")
            .load(ENTRY);

    assertThat(set.server().name()).isEqualTo("${SECRET} and two");
  }
}
