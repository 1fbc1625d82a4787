package io.botticelli.core.config;

import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.narrative.SecurityPolicy;
import io.botticelli.core.retention.RetentionRule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server file in normal form, defaults filled in, variables of this node resolved. Immutable;
 * printing it shows no secret.
 *
 * @param name label, may be empty
 * @param description human text, may be empty
 * @param timezone zone of cron schedules that name none; default UTC
 * @param checkInterval period of reconciling and health checks, 1 s..1 h; default 60 s
 * @param maxConcurrentActors worker threads of this node, 1..1000; default 4
 * @param shutdownTimeout grace for running actors, 0..1 h; default 30 s
 * @param statePersistence false: state of narratives is kept in memory only; default true
 * @param historyDays age at which executions are deleted, 1..36500 days; default 90
 * @param breaker default of every actor
 * @param http control interface
 * @param observability metrics and log level
 * @param database connection and pool
 * @param discordToken bot token from the file, else the environment, or empty
 * @param models names and defaults of models
 * @param security policy of platform commands that write
 * @param content how content tables change
 * @param tables what narratives may read, and how much
 * @param media what narratives may fetch by url
 * @param budget default fractions of provider limits
 * @param firing what the fires of several actors share
 * @param alerts whom to tell about what
 * @param retention content table, lower case, to how long its rows are kept; default none
 * @param watching what a node looks for on its own disk
 */
public record ServerConfig(
    String name,
    String description,
    ZoneId timezone,
    Duration checkInterval,
    int maxConcurrentActors,
    Duration shutdownTimeout,
    boolean statePersistence,
    int historyDays,
    BreakerPolicy breaker,
    Http http,
    Observability observability,
    Database database,
    Optional<SecretValue> discordToken,
    Models models,
    Security security,
    Content content,
    Tables tables,
    Media media,
    BudgetMultipliers budget,
    Firing firing,
    AlertSettings alerts,
    Map<String, RetentionRule> retention,
    Watching watching) {
  public ServerConfig {
    retention = Map.copyOf(retention);
  }

  /**
   * What a node looks for on its own disk.
   *
   * @param config true: changed files of the working set are applied; default false
   * @param dropFolder directory whose files fire actors, absolute or relative to the working
   *     directory, or empty
   */
  public record Watching(boolean config, Optional<String> dropFolder) {
    /** Nothing. */
    public static final Watching NONE = new Watching(false, Optional.empty());
  }

  /**
   * The HTTP interface.
   *
   * @param enabled default true
   * @param port 0..65535, 0 = any free port; default 8080
   * @param bind address to listen on; default 127.0.0.1
   * @param authToken fixed bearer token, or empty
   * @param metricsPort extra listener with metrics only, or empty
   * @param healthPort extra listener with health only, or empty
   * @param apiPort extra listener with the API only, or empty
   * @param healthPath extra path of the health answer, or empty
   */
  public record Http(
      boolean enabled,
      int port,
      String bind,
      Optional<SecretValue> authToken,
      Optional<Integer> metricsPort,
      Optional<Integer> healthPort,
      Optional<Integer> apiPort,
      Optional<String> healthPath) {}

  /**
   * What is shown to the outside.
   *
   * @param metricsEnabled default true
   * @param logLevel {@code trace}, {@code debug}, {@code info}, {@code warn} or {@code error};
   *     default info
   */
  public record Observability(boolean metricsEnabled, String logLevel) {}

  /**
   * The database.
   *
   * @param url {@code postgresql://user:pass@host:port/db} or {@code jdbc:postgresql://..}; from
   *     the file, else {@code DATABASE_URL}, else its parts; empty = the embedded database
   * @param poolSize connections of the application pool, 1..1000; default 10
   * @param connectionTimeout 1 s..5 min; default 30 s
   * @param idleTimeout 1 s..1 day; default 300 s
   */
  public record Database(
      Optional<SecretValue> url, int poolSize, Duration connectionTimeout, Duration idleTimeout) {}

  /**
   * Names of models.
   *
   * @param defaultModel model of narratives that name none, or empty
   * @param fallback model used when a provider has no credentials, or empty
   * @param aliases retired name to current name; free of cycles
   */
  public record Models(
      Optional<String> defaultModel, Optional<String> fallback, Map<String, String> aliases) {
    public Models {
      aliases = Map.copyOf(aliases);
    }
  }

  /** How writing platform commands without a policy are treated. */
  public enum SecurityMode {
    /** Allowed and logged once per run. */
    PERMISSIVE,
    /** Denied. */
    ENFORCE,
    /** Checked and logged, never sent. */
    DRY_RUN
  }

  /**
   * The default policy.
   *
   * @param mode default permissive
   * @param policy of narratives that have none, or empty
   */
  public record Security(SecurityMode mode, Optional<SecurityPolicy> policy) {}

  /**
   * Content tables.
   *
   * @param addColumns true: fields a table lacks become columns; false: they are ignored with a
   *     warning; default false
   */
  public record Content(boolean addColumns) {}

  /**
   * Limits of table access.
   *
   * @param schemas schemas narratives may read, {@code content} first; default only that
   * @param allowSystem system and engine tables that may be read; default none
   * @param defaultLimit rows read when a query names no limit, 1..maxLimit; default 100
   * @param maxLimit most rows one query may ask for, 1..100000; default 1000
   * @param updatable tables {@code database.update_table} may change, without the narrative's own
   */
  public record Tables(
      List<String> schemas,
      List<String> allowSystem,
      int defaultLimit,
      int maxLimit,
      List<String> updatable) {
    public Tables {
      schemas = List.copyOf(schemas);
      allowSystem = List.copyOf(allowSystem);
      updatable = List.copyOf(updatable);
    }
  }

  /**
   * Media inputs by url.
   *
   * @param allowPrivateAddresses true: also from hosts with loopback, private or other addresses
   *     outside the public internet; default false
   * @param allowedHosts the only hosts media are fetched from, {@code *.example.org} for all below
   *     a domain; lower case; empty = every host; default empty
   */
  public record Media(boolean allowPrivateAddresses, List<String> allowedHosts) {
    public Media {
      allowedHosts = List.copyOf(allowedHosts);
    }
  }

  /**
   * What the fires of several actors share.
   *
   * @param concurrencyGroups group to the most runs at once in the whole cluster, 1..1000
   * @param calendars holidays by name
   */
  public record Firing(
      Map<String, Integer> concurrencyGroups, Map<String, HolidayCalendar> calendars) {
    /** No groups, no calendars. */
    public static final Firing NONE = new Firing(Map.of(), Map.of());

    public Firing {
      concurrencyGroups = Map.copyOf(concurrencyGroups);
      calendars = Map.copyOf(calendars);
    }

    /** Returns how many runs of a group may be under way at once; 1 for one nobody defined. */
    public int maxRuns(String group) {
      return concurrencyGroups.getOrDefault(group, 1);
    }
  }
}
