package io.botticelli.core.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.narrative.SecurityReader;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads everything of a server file but its actors. Not thread-safe; one use per file. */
final class ServerConfigReader {
  /** Root keys that are read here or belong to provider limits. */
  static final Set<String> ROOT_KEYS =
      Set.of(
          "server",
          "database",
          "discord_token",
          "models",
          "security",
          "content",
          "tables",
          "database_commands",
          "media",
          "alerts",
          "retention",
          "budget",
          "observability",
          "circuit_breaker",
          "concurrency_groups",
          "calendars",
          "providers",
          "context",
          "inference");

  private static final List<String> UPDATABLE =
      List.of("approved_discord_posts", "potential_discord_posts", "content", "post_history");

  /** A name, an IPv4 or an IPv6 address. */
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9._-]{0,252})|[0-9a-f:.]{2,45}");

  private static final List<String> LOG_LEVELS = List.of("trace", "debug", "info", "warn", "error");

  /** Keys of each table that is read here, by the table's own name. */
  static final Map<String, List<String>> TABLE_KEYS =
      Map.of(
          "server",
          List.of(
              "name",
              "description",
              "check_interval_seconds",
              "max_consecutive_failures",
              "state_persistence_enabled",
              "timezone",
              "max_concurrent_actors",
              "shutdown_timeout_seconds",
              "history_days",
              "watch_config",
              "drop_folder",
              "circuit_breaker",
              "observability",
              "metrics_port",
              "health_port",
              "api_port",
              "http",
              "database_url",
              "discord_token"),
          "server.http",
          List.of("enabled", "port", "bind", "auth_token"),
          "server.observability",
          List.of("metrics_enabled", "health_endpoint", "log_level"),
          "database",
          List.of(
              "url",
              "pool_size",
              "max_pool_size",
              "connection_timeout_seconds",
              "idle_timeout_seconds"),
          "models",
          List.of("default", "fallback", "alias", "aliases"),
          "security",
          Stream.concat(Stream.of("mode"), SecurityReader.TABLES.stream()).toList(),
          "content",
          List.of("schema_evolution"),
          "tables",
          List.of("schemas", "allow_system", "default_limit", "max_limit"),
          "database_commands",
          List.of("allowed_tables", "replace_defaults"),
          "media",
          List.of("allow_private_addresses", "allowed_hosts"));

  private final Substitution substitution;
  private final Environment environment;
  private final TomlSection root;

  ServerConfigReader(TomlSection root, Environment environment) {
    this.environment = environment;
    this.substitution = new Substitution(environment);
    this.root = root;
  }

  ServerConfig read() {
    TomlSection server = table("server", Set.of("database_url", "discord_token"));
    server.warnUnknown(known("server"));
    TomlSection observability =
        server.table("observability").orElseGet(() -> table("observability", Set.of()));
    return new ServerConfig(
        server.string("name").orElse(""),
        server.string("description").orElse(""),
        server
            .string("timezone")
            .flatMap(text -> Zones.read(server, text))
            .orElse(ZoneId.of("UTC")),
        PolicyReader.seconds(server, "check_interval_seconds", 1, 3600, Duration.ofSeconds(60)),
        server.integer("max_concurrent_actors", 1, 1000).orElse(4),
        PolicyReader.seconds(server, "shutdown_timeout_seconds", 0, 3600, Duration.ofSeconds(30)),
        server.bool("state_persistence_enabled").orElse(true),
        server.integer("history_days", 1, 36_500).orElse(90),
        breaker(server),
        http(server, observability),
        observability(observability),
        database(server),
        discordToken(server),
        models(),
        security(),
        content(),
        tables(),
        media(),
        PolicyReader.budget(optional("budget")),
        SharedFiringReader.read(optional("concurrency_groups"), optional("calendars")),
        optional("alerts").map(AlertReader::read).orElse(AlertSettings.NONE),
        optional("retention").map(RetentionReader::read).orElse(Map.of()),
        watching(server));
  }

  private static ServerConfig.Watching watching(TomlSection server) {
    return new ServerConfig.Watching(
        server.bool("watch_config").orElse(false),
        server.string("drop_folder").map(String::strip).filter(text -> !text.isEmpty()));
  }

  private static List<String> known(String table) {
    return Objects.requireNonNull(TABLE_KEYS.get(table), table);
  }

  private Optional<TomlSection> optional(String key) {
    return root.table(key).map(substitution::apply);
  }

  /** A root table, or an empty one, so that every key reads as absent. */
  private TomlSection table(String key, Set<String> maybeUnset) {
    return root.table(key)
        .map(section -> substitution.apply(section, maybeUnset))
        .orElseGet(
            () ->
                new TomlSection(
                    root.reporter(), JsonNodeFactory.instance.objectNode(), List.of(key)));
  }

  private BreakerPolicy breaker(TomlSection server) {
    BreakerPolicy base = BreakerPolicy.DEFAULT;
    Optional<Integer> threshold = server.integer("max_consecutive_failures", 1, 1000);
    if (threshold.isPresent()) {
      base =
          new BreakerPolicy(
              base.enabled(),
              threshold.get(),
              base.autoPause(),
              base.resetOnSuccess(),
              base.resetTimeout(),
              base.successThreshold());
    }
    return PolicyReader.breaker(
        server.table("circuit_breaker").or(() -> optional("circuit_breaker")), base);
  }

  private static ServerConfig.Http http(TomlSection server, TomlSection observability) {
    Optional<TomlSection> table = server.table("http");
    table.ifPresent(http -> http.warnUnknown(known("server.http")));
    Optional<URI> endpoint = healthEndpoint(observability);
    return new ServerConfig.Http(
        table.flatMap(http -> http.bool("enabled")).orElse(true),
        table.flatMap(http -> http.integer("port", 0, 65_535)).orElse(8080),
        table
            .flatMap(http -> http.string("bind").filter(text -> !text.isBlank()))
            .orElse("127.0.0.1"),
        table.flatMap(http -> secret(http, "auth_token")),
        server.integer("metrics_port", 1, 65_535),
        server
            .integer("health_port", 1, 65_535)
            .or(() -> endpoint.map(URI::getPort).filter(port -> port > 0)),
        server.integer("api_port", 1, 65_535),
        endpoint.map(URI::getPath).filter(path -> !path.isEmpty() && !path.equals("/")));
  }

  private static Optional<URI> healthEndpoint(TomlSection observability) {
    return observability
        .string("health_endpoint")
        .flatMap(
            text -> {
              try {
                return Optional.of(
                    new URI(text.startsWith("/") ? "http://localhost" + text : text));
              } catch (URISyntaxException e) {
                observability
                    .reporter()
                    .error(
                        "out_of_range",
                        observability.path("health_endpoint"),
                        "is "
                            + Suggestions.quote(text)
                            + ", expected a URL such as http://localhost:8080/health");
                return Optional.empty();
              }
            });
  }

  private static ServerConfig.Observability observability(TomlSection section) {
    section.warnUnknown(known("server.observability"));
    return new ServerConfig.Observability(
        section.bool("metrics_enabled").orElse(true),
        PolicyReader.oneOf(section, "log_level", LOG_LEVELS).orElse("info"));
  }

  private ServerConfig.Database database(TomlSection server) {
    TomlSection section = table("database", Set.of("url"));
    section.warnUnknown(known("database"));
    Optional<SecretValue> url = secret(section, "url").or(() -> secret(server, "database_url"));
    url.filter(secret -> !DatabaseUrl.isPostgres(secret))
        .ifPresent(
            secret ->
                section
                    .reporter()
                    .error(
                        "out_of_range",
                        section.has("url") ? section.path("url") : server.path("database_url"),
                        "is no PostgreSQL address, expected postgresql://user:password@host:port/db"
                            + " or jdbc:postgresql://host:port/db"));
    return new ServerConfig.Database(
        url.or(() -> DatabaseUrl.find(environment)),
        section
            .integer("pool_size", 1, 1000)
            .or(() -> section.integer("max_pool_size", 1, 1000))
            .orElse(10),
        PolicyReader.seconds(section, "connection_timeout_seconds", 1, 300, Duration.ofSeconds(30)),
        PolicyReader.seconds(section, "idle_timeout_seconds", 1, 86_400, Duration.ofSeconds(300)));
  }

  private Optional<SecretValue> discordToken(TomlSection server) {
    TomlSection whole = substitution.apply(only(root, "discord_token"), Set.of("discord_token"));
    return secret(whole, "discord_token")
        .or(() -> secret(server, "discord_token"))
        .or(() -> environment.find("DISCORD_TOKEN").map(SecretValue::new))
        .or(() -> environment.find("DISCORD_BOT_TOKEN").map(SecretValue::new));
  }

  private static TomlSection only(TomlSection section, String key) {
    ObjectNode node = section.node().objectNode();
    section.value(key).ifPresent(value -> node.set(key, value));
    return new TomlSection(section.reporter(), node, section.path());
  }

  private ServerConfig.Models models() {
    TomlSection section = table("models", Set.of());
    section.warnUnknown(known("models"));
    Map<String, String> aliases = new LinkedHashMap<>();
    section
        .table("alias")
        .or(() -> section.table("aliases"))
        .ifPresent(
            table -> {
              for (String name : table.keys()) {
                table.requiredString(name).ifPresent(target -> aliases.put(name, target));
              }
              for (String name : aliases.keySet()) {
                if (runsInCircle(name, aliases)) {
                  table
                      .reporter()
                      .error(
                          "alias_cycle",
                          table.path(name),
                          "leads back to itself; let the last alias name a real model");
                  break;
                }
              }
            });
    return new ServerConfig.Models(
        section.string("default").filter(text -> !text.isBlank()),
        section.string("fallback").filter(text -> !text.isBlank()),
        aliases);
  }

  private static boolean runsInCircle(String start, Map<String, String> aliases) {
    Set<String> seen = new HashSet<>();
    String name = start;
    while (name != null && seen.add(name)) {
      name = aliases.get(name);
    }
    return name != null;
  }

  private ServerConfig.Security security() {
    TomlSection section = table("security", Set.of());
    return new ServerConfig.Security(
        PolicyReader.oneOf(section, "mode", List.of("permissive", "enforce", "dry_run"))
            .map(mode -> ServerConfig.SecurityMode.valueOf(mode.toUpperCase(Locale.ROOT)))
            .orElse(ServerConfig.SecurityMode.PERMISSIVE),
        SecurityReader.read(section, Set.of("mode"), UnaryOperator.identity()));
  }

  private ServerConfig.Content content() {
    TomlSection section = table("content", Set.of());
    section.warnUnknown(known("content"));
    return new ServerConfig.Content(
        PolicyReader.oneOf(section, "schema_evolution", List.of("none", "add_columns"))
            .map("add_columns"::equals)
            .orElse(false));
  }

  private ServerConfig.Tables tables() {
    TomlSection section = table("tables", Set.of());
    section.warnUnknown(known("tables"));
    TomlSection commands = table("database_commands", Set.of());
    commands.warnUnknown(known("database_commands"));
    int maxLimit = section.integer("max_limit", 1, 100_000).orElse(1000);
    int defaultLimit =
        section.integer("default_limit", 1, maxLimit).orElse(Math.min(100, maxLimit));
    Set<String> schemas = new LinkedHashSet<>(List.of("content"));
    schemas.addAll(identifiers(section, "schemas"));
    Set<String> updatable = new LinkedHashSet<>();
    if (!commands.bool("replace_defaults").orElse(false)) {
      updatable.addAll(UPDATABLE);
    }
    updatable.addAll(identifiers(commands, "allowed_tables"));
    return new ServerConfig.Tables(
        List.copyOf(schemas),
        identifiers(section, "allow_system"),
        defaultLimit,
        maxLimit,
        List.copyOf(updatable));
  }

  private ServerConfig.Media media() {
    TomlSection section = table("media", Set.of());
    section.warnUnknown(known("media"));
    List<String> hosts = new ArrayList<>();
    List<String> written = section.strings("allowed_hosts").orElse(List.of());
    for (int i = 0; i < written.size(); i++) {
      String host = written.get(i).strip().toLowerCase(Locale.ROOT);
      if (HOST.matcher(host).matches()) {
        hosts.add(host);
      } else {
        List<String> place = section.path("allowed_hosts");
        place.add(String.valueOf(i));
        section
            .reporter()
            .error(
                "host_invalid",
                place,
                "is "
                    + Suggestions.quote(written.get(i))
                    + ", expected a host name such as cdn.example.org, or *.example.org, without"
                    + " https:// and without a port");
      }
    }
    return new ServerConfig.Media(section.bool("allow_private_addresses").orElse(false), hosts);
  }

  private static List<String> identifiers(TomlSection section, String key) {
    List<String> names = new ArrayList<>();
    List<String> written = section.strings(key).orElse(List.of());
    for (int i = 0; i < written.size(); i++) {
      String name = written.get(i);
      if (name.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
        names.add(name.toLowerCase(Locale.ROOT));
      } else {
        List<String> place = section.path(key);
        place.add(String.valueOf(i));
        section
            .reporter()
            .error(
                "identifier_invalid",
                place,
                "is "
                    + Suggestions.quote(name)
                    + ", expected a letter or _, then up to 62 letters, digits or _");
      }
    }
    return List.copyOf(names);
  }

  private static Optional<SecretValue> secret(TomlSection section, String key) {
    return section
        .string(key)
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(SecretValue::new);
  }
}
