package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.config.ReadmeTables.Row;
import io.botticelli.core.narrative.SecurityReader;
import io.botticelli.core.toml.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README says of every setting what the code does. */
class ReadmeTest {
  private static final ReadmeTables README = ReadmeTables.load();

  private static final List<Row> SERVER = README.rows("server file key");
  private static final List<Row> ENTRY = README.rows("entry key");
  private static final List<Row> FILE = README.rows("actor file key");
  private static final List<Row> SCHEDULE =
      Stream.concat(README.rows("schedule key").stream(), README.rows("fire key").stream())
          .toList();

  /** A value for each word of the column "allowed" that is neither a range nor a list of values. */
  private static final Map<String, String> EXAMPLES =
      Map.ofEntries(
          Map.entry("text", "\"text\""),
          Map.entry("zone", "\"Europe/Berlin\""),
          Map.entry("address", "\"http://localhost:8090/health\""),
          Map.entry("database address", "\"postgresql://localhost:5432/botticelli\""),
          Map.entry("list", "[\"a_table\"]"),
          Map.entry("hosts", "[\"cdn.example.org\"]"),
          Map.entry("table", "{}"),
          Map.entry("tables", "[]"),
          Map.entry("amount", "2"),
          Map.entry("fraction", "0.5"),
          Map.entry("time", "\"2030-01-31T09:00:00Z\""),
          Map.entry("path", "\"poster.toml\""),
          Map.entry("actor file", "\"a.toml\""),
          Map.entry("narrative", "\"poster\""),
          Map.entry("schedule", "\"every 3 hours\""),
          Map.entry("actors", "\"another\""),
          Map.entry("hours", "\"09:00-17:00\""),
          Map.entry("days", "\"Mon-Fri\""),
          Map.entry("holidays", "[\"2026-04-03\", \"12-25\"]"),
          Map.entry("skill", "\"narrative_execution\""),
          Map.entry("skills", "[\"narrative_execution\", \"rate_limiting\"]"));

  /** What the loader may say about a minimal file that is right. */
  private static final Set<String> HARMLESS =
      Set.of("no_actors", "secret_in_file", "jitter_large", "after_alone");

  /** Where a key is tried out. */
  private enum Scope {
    SERVER,
    ENTRY,
    FILE,
    SCHEDULE
  }

  @Test
  void everyKeyOfServerFilesIsInTheReadme() {
    Set<String> known = new TreeSet<>(ServerConfigReader.ROOT_KEYS);
    ServerConfigReader.TABLE_KEYS.forEach((table, keys) -> known.addAll(below(table, keys)));
    known.addAll(below("server.circuit_breaker", PolicyReader.BREAKER_KEYS));
    known.addAll(below("budget", PolicyReader.BUDGET_KEYS));
    // These two may stand at the root, too, as the text below the table says.
    known.removeAll(Set.of("observability", "circuit_breaker"));
    known.add("actors");

    assertThat(undocumented(known, SERVER)).isEmpty();
    assertThat(README.section("### Server file"))
        .contains("`[circuit_breaker]`", "`[observability]`", "`[bot_server]`");
  }

  @Test
  void everyKeyOfActorsIsInTheReadme() {
    Set<String> entry = new TreeSet<>(ActorReader.ENTRY_KEYS);
    entry.addAll(ActorReader.INLINE_KEYS);
    entry.addAll(SkillReader.INLINE_KEYS);
    entry.addAll(ScheduleReader.OPTION_KEYS);
    entry.addAll(ScheduleReader.INTERVAL_KEYS);
    Set<String> file = new TreeSet<>(below("actor", ActorReader.ACTOR_KEYS));
    file.addAll(below("actor.execution", PolicyReader.EXECUTION_KEYS));
    file.addAll(below("actor.circuit_breaker", PolicyReader.BREAKER_KEYS));
    file.addAll(below("actor.config", ActorReader.CONFIG_KEYS));
    file.addAll(below("platform", PlatformReader.KEYS));
    file.addAll(below("budget", PolicyReader.BUDGET_KEYS));
    file.addAll(below("skills.narrative_execution", SkillReader.INLINE_KEYS));
    file.addAll(below("skills.narrative_execution", List.of("enabled", "type")));
    file.addAll(below("skills.rate_limiting", SkillReader.LIMIT_KEYS));
    // Said in the text below the table: they stand at the root as well, and security is refused.
    file.removeAll(List.of("actor.platform", "actor.knowledge", "actor.budget", "actor.security"));
    String section = README.section("### Actors");

    assertThat(undocumented(entry, ENTRY)).isEmpty();
    assertThat(undocumented(file, FILE)).isEmpty();
    assertThat(ReadmeTables.codes(section))
        .containsAll(KnowledgeReader.KEYS)
        .containsAll(ActorReader.FILE_KEYS.stream().filter(key -> !key.equals("skills")).toList())
        .containsAll(SkillReader.KINDS);
  }

  @Test
  void everyKeyOfPoliciesIsInTheReadme() {
    Set<String> known = new TreeSet<>();
    SecurityReader.TABLE_KEYS.forEach((table, keys) -> known.addAll(below(table, keys)));
    known.remove("resources.channel");
    Set<String> documented =
        README.rows("policy key").stream()
            .flatMap(row -> row.keys().stream())
            .map(key -> key.replace("\"", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(known);
  }

  @Test
  void everyKeyOfSchedulesAndOfThreeActorFilesIsInTheReadme() {
    String schedules =
        README.section("### Schedules") + README.section("### Late and overlapping fires");

    assertThat(ScheduleReader.TABLE_KEYS)
        .allSatisfy(key -> assertThat(schedules).containsPattern("\\b" + key + "\\b"));
    assertThat(keys(SCHEDULE)).containsAll(ScheduleReader.OPTION_KEYS);
    assertThat(
            README.rows("three-actor key").stream()
                .flatMap(row -> row.keys().stream())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(ThreeBotFiles.KEYS);
  }

  @Test
  void everyKeyOfAlertsIsInTheReadmeAndItsSampleLoads() {
    String section = README.section("### Alerts");
    Set<String> documented = Set.copyOf(ReadmeTables.codes(section));
    String sample = section.replaceFirst("(?s).*?```toml\n(.*?)```.*", "$1");

    WorkingSet set = new WorkingSetFiles().with("server.toml", sample).load("server.toml");

    assertThat(documented)
        .containsAll(AlertReader.CHANNEL_KEYS.keySet())
        .containsAll(
            AlertReader.CHANNEL_KEYS.values().stream()
                .flatMap(List::stream)
                .filter(key -> !key.equals("type"))
                .toList())
        .containsAll(
            Stream.of(AlertSettings.Watched.values())
                .map(watched -> watched.name().toLowerCase(Locale.ROOT))
                .toList());
    assertThat(AlertReader.RULE_KEYS)
        .allSatisfy(key -> assertThat(section).containsPattern("\\b" + key + "\\b"));
    assertThat(set.server().alerts().rules()).hasSize(2);
    assertThat(set.server().alerts().channels()).hasSize(1);
  }

  @Test
  void everyKeyInTheReadmeIsAccepted() {
    eachRow(
        (scope, row) -> {
          for (String key : row.keys()) {
            for (String value : samples(row)) {
              List<Problem> warnings =
                  load(scope, row, key, value).warnings().stream()
                      .filter(warning -> !HARMLESS.contains(warning.code()))
                      .toList();

              assertThat(warnings)
                  .as("%s = %s", key, value)
                  .allSatisfy(
                      warning -> {
                        assertThat(warning.code()).as(warning.render()).isEqualTo("no_effect");
                        assertThat(row.isWithoutEffect()).as(warning.render()).isTrue();
                      });
            }
          }
        });
  }

  @Test
  void writingTheDocumentedDefaultChangesNothing() {
    eachRow(
        (scope, row) -> {
          for (String key : row.keys()) {
            row.defaultLiteral()
                .ifPresent(
                    value ->
                        assertThat(meaning(load(scope, row, key, value)))
                            .as("%s = %s", key, value)
                            .isEqualTo(meaning(load(scope, row))));
          }
        });
  }

  @Test
  void otherValuesThanTheDefaultAreReadFromEveryKey() {
    eachRow(
        (scope, row) -> {
          if (row.range().isEmpty() && row.words().isEmpty()) {
            return;
          }
          for (String key : row.keys()) {
            assertThat(samples(row))
                .as("%s: some allowed value makes a difference", key)
                .anySatisfy(
                    value ->
                        assertThat(meaning(load(scope, row, key, value)))
                            .isNotEqualTo(meaning(load(scope, row))));
          }
        });
  }

  @Test
  void valuesBeyondTheDocumentedRangeAreRefused() {
    eachRow(
        (scope, row) -> {
          List<String> wrong = new ArrayList<>();
          row.range().ifPresent(range -> wrong.add(String.valueOf(range[0] - 1)));
          row.range().ifPresent(range -> wrong.add(String.valueOf(range[1] + 1)));
          if (!row.words().isEmpty()) {
            wrong.add("\"no such word\"");
          }
          for (String key : row.keys()) {
            for (String value : wrong) {
              assertThatThrownBy(() -> load(scope, row, key, value))
                  .as("%s = %s", key, value)
                  .isInstanceOf(ConfigException.class);
            }
          }
        });
  }

  @Test
  void everySpellingOfASchedule() {
    List<String> types = new ArrayList<>();
    for (String line : README.section("### Schedules").lines().toList()) {
      List<String> cells = List.of(line.split(" *\\| *"));
      if (cells.size() != 3 || !cells.get(1).startsWith("`")) {
        continue;
      }
      for (String spelling : spellings(cells.get(1))) {
        WorkingSet set = load(Scope.ENTRY, row("schedule"), "schedule", spelling);

        assertThat(set.warnings()).as(spelling).isEmpty();
        assertThat(set.actors().get(0).schedule().type()).as(spelling).isEqualTo(cells.get(2));
      }
      types.add(cells.get(2));
    }

    assertThat(types).contains("interval", "cron", "once", "immediate", "after", "manual");
  }

  private interface RowCheck {
    void check(Scope scope, Row row);
  }

  private static void eachRow(RowCheck check) {
    SERVER.forEach(row -> check.check(Scope.SERVER, row));
    ENTRY.stream()
        .filter(row -> !row.allowed().equals("see there"))
        .forEach(row -> check.check(Scope.ENTRY, row));
    FILE.forEach(row -> check.check(Scope.FILE, row));
    SCHEDULE.forEach(row -> check.check(Scope.SCHEDULE, row));
  }

  private static Row row(String entryKey) {
    return ENTRY.stream().filter(row -> row.keys().contains(entryKey)).findFirst().orElseThrow();
  }

  /** Returns values the row allows: both ends of a range, every word, or an example of its kind. */
  private static List<String> samples(Row row) {
    Optional<long[]> range = row.range();
    if (range.isPresent()) {
      return List.of(String.valueOf(range.get()[0]), String.valueOf(range.get()[1]));
    }
    if (!row.words().isEmpty()) {
      return row.words();
    }
    String example = EXAMPLES.get(row.allowed());
    if (example == null) {
      throw new AssertionError(row + ": nobody knows what is allowed: " + row.allowed());
    }
    return List.of(example);
  }

  /** What a file means, without its text and its version. */
  private static List<Object> meaning(WorkingSet set) {
    List<ActorDefinition> actors = set.actors();
    return List.of(set.server(), actors, set.budgets());
  }

  private static WorkingSet load(Scope scope, Row row) {
    return load(scope, row, "", "");
  }

  /** Loads the smallest file of its kind with one more key; {@code key} "" = none. */
  private static WorkingSet load(Scope scope, Row row, String key, String value) {
    WorkingSetFiles files =
        new WorkingSetFiles().withNarrative("poster.toml").with("a.toml", text(actorFile()));
    Map<String, String> lines = new LinkedHashMap<>();
    switch (scope) {
      case SERVER -> put(lines, key, value);
      case ENTRY -> {
        lines.put("name", "\"a\"");
        if (row.meaning().startsWith("without a file")) {
          lines.put("narrative", "\"poster.toml\"");
          lines.put("schedule", "\"hourly\"");
        } else {
          lines.put("config_file", "\"a.toml\"");
        }
        put(lines, key, value);
        return files
            .with("server.toml", "[[actors]]\n" + text(lines) + others(value))
            .load("server.toml");
      }
      case FILE, SCHEDULE -> {
        lines.putAll(actorFile());
        put(
            lines,
            scope == Scope.SCHEDULE && !key.isEmpty() ? "actor.schedule." + key : key,
            value);
        if (key.equals("timezone") || key.isEmpty() && row.keys().contains("timezone")) {
          lines.put("actor.schedule.start_at", "\"2030-01-31T09:00:00\"");
        }
        if (key.equals("dst") || key.isEmpty() && row.keys().contains("dst")) {
          lines.remove("actor.schedule.hours");
          lines.put("actor.schedule.type", "\"cron\"");
          lines.put("actor.schedule.expression", "\"0 9 * * *\"");
        }
      }
    }
    return files.with("entry.toml", text(lines)).load("entry.toml");
  }

  /** A chain needs the actors it names. */
  private static String others(String schedule) {
    return schedule.contains("after")
        ? Stream.of("generation", "curation")
            .map(
                name ->
                    "[[actors]]\nname = \""
                        + name
                        + "\"\nnarrative = \"poster.toml\"\nschedule = \"manual\"\n")
            .collect(Collectors.joining())
        : "";
  }

  private static Map<String, String> actorFile() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("actor.name", "\"a\"");
    lines.put("actor.schedule.type", "\"interval\"");
    lines.put("actor.schedule.hours", "2");
    lines.put("actor.config.max_posts_per_day", "5");
    lines.put("skills.narrative_execution.narrative_path", "\"poster.toml\"");
    lines.put("skills.rate_limiting.enabled", "true");
    return lines;
  }

  private static void put(Map<String, String> lines, String key, String value) {
    if (!key.isEmpty()) {
      lines.keySet().removeIf(other -> other.startsWith(key + "."));
      lines.put(key, value);
    }
  }

  private static String text(Map<String, String> lines) {
    return lines.entrySet().stream()
        .map(line -> line.getKey() + " = " + line.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static Set<String> below(String table, Collection<String> keys) {
    return keys.stream().map(key -> table + "." + key).collect(Collectors.toSet());
  }

  private static Set<String> keys(List<Row> rows) {
    return rows.stream().flatMap(row -> row.keys().stream()).collect(Collectors.toSet());
  }

  /** Returns the keys that have neither a row nor a row for a key below them. */
  private static Set<String> undocumented(Set<String> known, List<Row> rows) {
    Set<String> documented = keys(rows);
    return known.stream()
        .filter(
            key ->
                documented.stream().noneMatch(row -> row.equals(key) || row.startsWith(key + ".")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names of keys stand in code spans, too; a spelling is a text or a table. */
  private static List<String> spellings(String cell) {
    List<String> spellings = new ArrayList<>();
    for (String code : ReadmeTables.codes(cell)) {
      if (code.startsWith("\"") || code.startsWith("{")) {
        spellings.add(code);
      } else if (code.contains(" = ")) {
        spellings.add("{ " + code + " }");
      }
    }
    return spellings;
  }
}
