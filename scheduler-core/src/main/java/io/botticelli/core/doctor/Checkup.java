package io.botticelli.core.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Judges what a node needs around it. Pure. */
public final class Checkup {
  /** Where counting old rows ends. */
  public static final int COUNTED = 100_000;

  /** Oldest PostgreSQL this server works with. */
  private static final int OLDEST_MAJOR = 14;

  private static final Duration SKEW_NOTICED = Duration.ofMillis(500);

  /** From here on a node does not start. */
  private static final Duration SKEW_REFUSED = Duration.ofSeconds(1);

  /** Connections of a node besides its pools: migrations, signals, embedded helpers. */
  private static final int BESIDES_POOLS = 2;

  private Checkup() {}

  /**
   * Judges.
   *
   * @param skew this machine's clock minus the database's
   * @param pooled connections the pools of one node may open
   * @param old rows that retention would delete now, by what they are, at most {@link #COUNTED}
   * @return one line for each thing looked at, always the same ones in the same order
   */
  public static List<Check> judge(
      DatabaseFacts facts, Duration skew, int pooled, Map<String, Integer> old) {
    return List.of(
        version(facts),
        schema(facts),
        searchPath(facts),
        connections(facts, pooled + BESIDES_POOLS),
        clock(skew),
        nodes(facts),
        workingSet(facts),
        retention(old));
  }

  private static Check retention(Map<String, Integer> old) {
    return new Check(
        "retention",
        Level.OK,
        "would delete "
            + old.entrySet().stream()
                .map(
                    entry ->
                        entry.getValue()
                            + (entry.getValue() >= COUNTED ? "+" : "")
                            + " "
                            + (entry.getKey().equals("executions") ? "" : "rows of ")
                            + entry.getKey())
                .collect(Collectors.joining(", ")));
  }

  private static Check version(DatabaseFacts facts) {
    return facts.major() >= OLDEST_MAJOR
        ? new Check("database", Level.OK, "PostgreSQL " + facts.version())
        : new Check(
            "database",
            Level.FAIL,
            "PostgreSQL " + facts.version() + ", at least " + OLDEST_MAJOR + " is needed");
  }

  /** Opening the database migrates it, so what can differ is that it is newer than this program. */
  private static Check schema(DatabaseFacts facts) {
    return new Check(
        "schema",
        Level.OK,
        "up to date, " + facts.changes() + " changes, last " + facts.lastChange());
  }

  private static Check searchPath(DatabaseFacts facts) {
    return facts.searchPath().contains("content")
        ? new Check("search_path", Level.OK, facts.searchPath())
        : new Check(
            "search_path",
            Level.WARN,
            facts.searchPath()
                + ": SQL by hand does not find content tables; let the owner of the database set it"
                + " to public, content");
  }

  private static Check connections(DatabaseFacts facts, int perNode) {
    int nodes = Math.max(1, facts.nodesUp());
    int needed = nodes * perNode;
    String figures =
        String.format(
            Locale.ROOT,
            "%d of %d used; %d node%s may open %d",
            facts.usedConnections(),
            facts.maxConnections(),
            nodes,
            nodes == 1 ? "" : "s",
            needed);
    return needed <= facts.maxConnections()
        ? new Check("connections", Level.OK, figures)
        : new Check(
            "connections",
            Level.WARN,
            figures + "; raise max_connections or lower database.pool_size");
  }

  private static Check clock(Duration skew) {
    String figure = "this machine is " + skew.toMillis() + " ms off the database";
    if (skew.abs().compareTo(SKEW_REFUSED) > 0) {
      return new Check("clock", Level.FAIL, figure + "; synchronise it (NTP)");
    }
    return new Check(
        "clock", skew.abs().compareTo(SKEW_NOTICED) > 0 ? Level.WARN : Level.OK, figure);
  }

  private static Check nodes(DatabaseFacts facts) {
    if (facts.nodesUp() == 0) {
      return new Check("nodes", Level.WARN, "none is up: nothing fires; start one with serve");
    }
    String figures = facts.nodesUp() + " up";
    return facts.nodesLost() == 0
        ? new Check("nodes", Level.OK, figures)
        : new Check(
            "nodes", Level.WARN, figures + ", " + facts.nodesLost() + " lost without a farewell");
  }

  private static Check workingSet(DatabaseFacts facts) {
    return facts
        .definition()
        .map(
            version ->
                new Check(
                    "working_set",
                    Level.OK,
                    version.substring(0, Math.min(12, version.length())) + " is in force"))
        .orElseGet(
            () ->
                new Check(
                    "working_set",
                    Level.WARN,
                    "none is applied; start a node or run botticelli apply"));
  }

  /** How good; shown in lower case. */
  public enum Level {
    OK,
    WARN,
    FAIL;

    /** Returns the name as shown. */
    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One line.
   *
   * @param name what was looked at
   * @param detail what it is, and what to do
   */
  public record Check(String name, Level level, String detail) {}
}
