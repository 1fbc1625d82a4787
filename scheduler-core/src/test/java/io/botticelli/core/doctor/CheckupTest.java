package io.botticelli.core.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.doctor.Checkup.Check;
import io.botticelli.core.doctor.Checkup.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckupTest {
  private static final DatabaseFacts GOOD =
      new DatabaseFacts(
          "16.4",
          16,
          "public, content",
          97,
          20,
          30,
          "alerts",
          2,
          0,
          Optional.of("0123456789abcdef"));

  @Test
  void everythingIsFineWhereItShouldBe() {
    List<Check> checks = judge(GOOD, Duration.ofMillis(20), Map.of());

    assertThat(checks).allMatch(check -> check.level() == Level.OK);
    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "database",
            "schema",
            "search_path",
            "connections",
            "clock",
            "nodes",
            "working_set",
            "retention");
  }

  @Test
  void anOldDatabaseAndAClockThatKeepsNodesFromStartingAreFailures() {
    DatabaseFacts old =
        new DatabaseFacts("13.2", 13, "public, content", 97, 20, 30, "x", 1, 0, Optional.of("v"));

    List<Check> checks = judge(old, Duration.ofMillis(-1500), Map.of());

    assertThat(level(checks, "database")).isEqualTo(Level.FAIL);
    assertThat(level(checks, "clock")).isEqualTo(Level.FAIL);
  }

  @Test
  void whatWorksButShouldBeLookedAtIsAWarning() {
    DatabaseFacts odd =
        new DatabaseFacts("16.4", 16, "\"$user\", public", 40, 38, 30, "x", 3, 1, Optional.empty());

    List<Check> checks = judge(odd, Duration.ofMillis(700), Map.of());

    assertThat(checks)
        .filteredOn(check -> check.level() == Level.WARN)
        .extracting(Check::name)
        .containsExactly("search_path", "connections", "clock", "nodes", "working_set");
  }

  @Test
  void nobodyFiresWithoutANode() {
    DatabaseFacts lonely =
        new DatabaseFacts("16.4", 16, "public, content", 97, 3, 30, "x", 0, 0, Optional.of("v"));

    assertThat(level(judge(lonely, Duration.ZERO, Map.of()), "nodes")).isEqualTo(Level.WARN);
  }

  @Test
  void tellsWhatRetentionWouldDelete() {
    Map<String, Integer> old = new LinkedHashMap<>();
    old.put("executions", 12);
    old.put("potential_discord_posts", Checkup.COUNTED);

    assertThat(judge(GOOD, Duration.ZERO, old))
        .filteredOn(check -> check.name().equals("retention"))
        .extracting(Check::detail)
        .containsExactly("would delete 12 executions, 100000+ rows of potential_discord_posts");
  }

  private static List<Check> judge(DatabaseFacts facts, Duration skew, Map<String, Integer> old) {
    return Checkup.judge(facts, skew, 16, old);
  }

  private static Level level(List<Check> checks, String name) {
    return checks.stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow()
        .level();
  }
}
