package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.toml.Problem;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands under whatever key, loading gives a working set or a list of errors. */
class HostileFilesTest {
  private static final List<String> SERVER_KEYS =
      List.of(
          "server",
          "server.name",
          "server.http",
          "server.http.port",
          "server.http.bind",
          "server.timezone",
          "server.circuit_breaker",
          "server.circuit_breaker.enabled",
          "server.observability.health_endpoint",
          "server.observability",
          "server.metrics_port",
          "database",
          "database.url",
          "database.pool_size",
          "discord_token",
          "models",
          "models.alias",
          "models.alias.a",
          "models.default",
          "security",
          "security.mode",
          "security.policy",
          "content",
          "content.schema_evolution",
          "tables",
          "tables.schemas",
          "tables.max_limit",
          "database_commands.allowed_tables",
          "budget",
          "budget.rpm",
          "actors",
          "actors.a",
          "actors.a.name",
          "actors.a.config_file",
          "actors.a.enabled",
          "actors.a.schedule",
          "actors.a.schedule.type",
          "actors.a.narrative",
          "actors.a.narrative_name",
          "actors.a.variables",
          "actors.a.channel_id",
          "actors.a.platform",
          "actors.a.knowledge",
          "actors.a.circuit_breaker",
          "generation",
          "generation.narrative_path",
          "generation.interval_hours",
          "posting.batch_size",
          "posting",
          "curation.check_interval_minutes",
          "bot_server",
          "bot_server.posting",
          "bot_server.posting.enabled",
          "bot_server.posting.narrative",
          "unknown");

  private static final List<String> ACTOR_KEYS =
      List.of(
          "actor",
          "actor.name",
          "actor.description",
          "actor.enabled",
          "actor.knowledge",
          "actor.skills",
          "actor.schedule",
          "actor.schedule.type",
          "actor.schedule.hours",
          "actor.schedule.at",
          "actor.schedule.expression",
          "actor.schedule.jitter_percent",
          "actor.execution",
          "actor.execution.max_retries",
          "actor.config",
          "actor.config.max_posts_per_day",
          "actor.cache",
          "actor.budget",
          "actor.platform",
          "actor.channel_id",
          "skills",
          "skills.narrative_execution",
          "skills.narrative_execution.narrative_path",
          "skills.narrative_execution.variables",
          "skills.narrative_execution.type",
          "skills.rate_limiting",
          "skills.rate_limiting.enabled",
          "platform",
          "platform.type",
          "platform.channel_id",
          "knowledge",
          "execution",
          "schedule",
          "circuit_breaker",
          "unknown");

  @Property(tries = 1500)
  void anyServerFileLoadsOrIsRefused(@ForAll("serverFiles") String text) {
    assertLoadsOrIsRefused(
        WorkingSetFiles.of("s.toml", text)
            .withNarrative("narratives/ok.toml")
            .with("ok.toml", "[actor]\nschedule = \"manual\"\n"));
  }

  @Property(tries = 1500)
  void anyActorFileLoadsOrIsRefused(@ForAll("actorFiles") String text) {
    assertLoadsOrIsRefused(
        WorkingSetFiles.of("s.toml", "[[actors]]\nname = \"a\"\nconfig_file = \"a.toml\"\n")
            .withNarrative("narratives/ok.toml")
            .with("a.toml", text));
  }

  private static void assertLoadsOrIsRefused(WorkingSetFiles files) {
    try {
      WorkingSet set = files.load("s.toml");
      WorkingSet stored =
          ConfigLoader.ofStored(set.sources(), new Environment(Map.of())).load("s.toml");
      assertThat(stored.version()).isEqualTo(set.version());
      assertThat(stored.actors()).isEqualTo(set.actors());
      assertThat(stored.narratives()).isEqualTo(set.narratives());
    } catch (ConfigException e) {
      assertThat(e.problems())
          .anyMatch(problem -> problem.severity() == Problem.Severity.ERROR)
          .allSatisfy(
              problem -> {
                assertThat(problem.message()).isNotBlank();
                assertThat(problem.render().lines()).hasSize(1);
              });
    }
  }

  @Provide
  Arbitrary<String> serverFiles() {
    return files(SERVER_KEYS);
  }

  @Provide
  Arbitrary<String> actorFiles() {
    return files(ACTOR_KEYS);
  }

  private static Arbitrary<String> files(List<String> keys) {
    Arbitrary<String> values =
        Arbitraries.of(
            "0",
            "-1",
            "1",
            "9223372036854775807",
            "1.5",
            "nan",
            "inf",
            "-inf",
            "1e300",
            "true",
            "false",
            "\"\"",
            "\" \"",
            "\"ok\"",
            "\"ok.toml\"",
            "\"../../../etc/passwd\"",
            "\"every 2 hours\"",
            "\"0 9 * * *\"",
            "\"interval\"",
            "\"once\"",
            "\"discord\"",
            "\"drain_queue\"",
            "\"${UNSET}\"",
            "\"${A:-1}\"",
            "\"${\"",
            "\"a\\u0000b\"",
            "\"line\\nbreak\"",
            "\"\\u202Ereversed\"",
            "[]",
            "{}",
            "[1, \"a\", {}]",
            "[\"a\"]",
            "[{}]",
            "[{ name = \"narrative_execution\" }]",
            "{ a = { b = [] } }",
            "{ type = \"cron\", expression = \"* * * * *\" }",
            "{ narrative = \"ok\" }",
            "{ narrative_path = \"ok\" }",
            "{ table = \"t\" }",
            "2026-01-01T00:00:00Z",
            "2026-01-01",
            "07:32:00",
            "\"" + "9 ".repeat(400) + "\"",
            "\"" + "T".repeat(5000) + "\"");
    Arbitrary<String> line =
        Combinators.combine(Arbitraries.of(keys), values).as((key, value) -> key + " = " + value);
    return line.list().ofMinSize(1).ofMaxSize(6).map(lines -> String.join("\n", lines) + "\n");
  }
}
