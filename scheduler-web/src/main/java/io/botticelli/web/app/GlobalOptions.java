package io.botticelli.web.app;

import io.botticelli.core.config.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options every command understands, before or after its name. */
final class GlobalOptions {
  private static final String DEFAULT_CONFIG = "narratives/actor_server.toml";

  @Option(
      names = {"-c", "--config"},
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description =
          "Server file. Default: narratives/actor_server.toml if present, else actor_server.toml.")
  private @Nullable String config;

  @Option(
      names = "--database-url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description =
          "postgresql://user:password@host:port/name. Default: DATABASE_URL, the server file, else"
              + " an embedded PostgreSQL below --home.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Embedded data and logs. Default: BOTTICELLI_HOME, else .botticelli.")
  private @Nullable Path home;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "More log, and stack traces with errors.")
  private boolean verbose;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON document on standard output; everything else on standard error.")
  private boolean json;

  @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "No colours.")
  private boolean noColor;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  boolean isVerbose() {
    return verbose;
  }

  boolean isJson() {
    return json;
  }

  boolean isColored(Environment environment) {
    return !noColor && environment.find("NO_COLOR").isEmpty() && Terminal.isInteractive();
  }

  Optional<String> databaseUrl() {
    return Optional.ofNullable(databaseUrl);
  }

  /**
   * Returns the server file: as given, or the first default that exists, or the first default.
   *
   * @throws CommandException if one is given that does not exist
   */
  String config(Path workingDirectory) {
    if (config != null) {
      if (!Files.isRegularFile(workingDirectory.resolve(config))) {
        throw new CommandException(
            "usage",
            config + ": there is no such server file; create it, or name another with --config");
      }
      return config;
    }
    boolean onlySecond =
        !Files.isRegularFile(workingDirectory.resolve(DEFAULT_CONFIG))
            && Files.isRegularFile(workingDirectory.resolve("actor_server.toml"));
    return onlySecond ? "actor_server.toml" : DEFAULT_CONFIG;
  }

  /** Returns the absolute home directory. */
  Path home(Surroundings surroundings) {
    Path chosen =
        home != null
            ? home
            : Path.of(surroundings.environment().find("BOTTICELLI_HOME").orElse(".botticelli"));
    return surroundings.workingDirectory().resolve(chosen).normalize();
  }
}
