package io.botticelli.core.table;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Limits and permissions of the content store.
 *
 * @param defaultLimit rows read when a query names no limit, 1..maxLimit
 * @param maxLimit most rows one query returns, at least 1; larger limits are cut to it
 * @param allowSystem engine and system tables that narratives may name all the same
 * @param updatableTables tables {@code database.update_table} may change
 * @param addColumns true: a response field without a column adds one to an existing table; false:
 *     the field is ignored with a warning
 * @param statementTimeout longest time one statement may take, at least 1 ms
 * @param claimLease how long a claimed row stays hidden from others when its owner disappears, at
 *     least 1 ms
 * @param schemas schemas searched after {@code content}, in order
 */
public record TableSettings(
    int defaultLimit,
    int maxLimit,
    Set<String> allowSystem,
    Set<String> updatableTables,
    boolean addColumns,
    Duration statementTimeout,
    Duration claimLease,
    List<String> schemas) {

  /**
   * 100 rows by default and 1000 at most, no system tables, the four pipeline tables updatable, no
   * schema evolution, 30 s per statement, 1 h claim lease, no further schemas.
   */
  public static final TableSettings DEFAULT =
      new TableSettings(
          100,
          1000,
          Set.of(),
          Set.of("approved_discord_posts", "potential_discord_posts", "content", "post_history"),
          false,
          Duration.ofSeconds(30),
          Duration.ofHours(1));

  public TableSettings {
    if (maxLimit < 1 || defaultLimit < 1 || defaultLimit > maxLimit) {
      throw new IllegalArgumentException(
          "tables.default_limit is "
              + defaultLimit
              + " and tables.max_limit "
              + maxLimit
              + ", expected 1 <= default_limit <= max_limit");
    }
    if (statementTimeout.toMillis() < 1 || claimLease.toMillis() < 1) {
      throw new IllegalArgumentException(
          "statement time-out "
              + statementTimeout
              + " and claim lease "
              + claimLease
              + " must each be at least 1 ms");
    }
    allowSystem = folded(allowSystem);
    updatableTables = folded(updatableTables);
    schemas = List.copyOf(schemas);
  }

  /** Settings without further schemas. */
  public TableSettings(
      int defaultLimit,
      int maxLimit,
      Set<String> allowSystem,
      Set<String> updatableTables,
      boolean addColumns,
      Duration statementTimeout,
      Duration claimLease) {
    this(
        defaultLimit,
        maxLimit,
        allowSystem,
        updatableTables,
        addColumns,
        statementTimeout,
        claimLease,
        List.of());
  }

  private static Set<String> folded(Set<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }
}
