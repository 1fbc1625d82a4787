package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.config.ReadmeTables;
import io.botticelli.core.config.ReadmeTables.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** README says of quartz.properties what is allowed, fixed and refused. */
class QuartzPropertiesReadmeTest {
  private static final ReadmeTables README = ReadmeTables.load();

  @Test
  void everyPropertyIsAcceptedWithinItsRangeAndRefusedBeyond() {
    for (Row row : README.rows("property")) {
      String key = row.keys().get(0);
      row.range()
          .ifPresent(
              range -> {
                assertThat(effective(key, range[0])).containsEntry(key, "" + range[0]);
                assertThat(effective(key, range[1])).containsEntry(key, "" + range[1]);
                assertRefused(key, range[0] - 1);
                assertRefused(key, range[1] + 1);
              });
      row.words().forEach(word -> assertThat(effective(key, word)).containsEntry(key, word));
    }
  }

  @Test
  void everyPropertyThereIsIsInTheReadme() {
    List<String> named = ReadmeTables.codes(README.section("### quartz.properties"));

    // The message about an unknown key lists all that are known.
    assertThatThrownBy(() -> effective("org.quartz.no.such.key", "1"))
        .satisfies(
            refused ->
                assertThat(
                        Pattern.compile("org\\.quartz\\.\\w[\\w.]*\\w")
                            .matcher(String.valueOf(refused.getMessage()))
                            .results()
                            .map(MatchResult::group)
                            .filter(key -> !key.equals("org.quartz.no.such.key")))
                    .hasSizeGreaterThan(15)
                    .allSatisfy(key -> assertThat(named).contains(key)));
  }

  @Test
  void whatIsFixedIsRefused() {
    String fixed =
        README
            .section("### quartz.properties")
            .replaceFirst("(?s).*Fixed in code", "")
            .replaceFirst("(?s)Data sources.*", "");
    List<String> keys =
        ReadmeTables.codes(fixed).stream().filter(code -> code.startsWith("org.quartz.")).toList();

    assertThat(keys).hasSize(8);
    keys.forEach(key -> assertRefused(key, "other"));
  }

  private static void assertRefused(String key, Object value) {
    assertThatThrownBy(() -> effective(key, value))
        .as("%s = %s", key, value)
        .isInstanceOf(SchedulingException.class)
        .hasMessageContaining(key);
  }

  private static Properties effective(String key, Object value) {
    return QuartzProperties.effective(
        new SchedulerSettings(
            "node-1",
            7,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Map.of(key, value.toString())),
        "pool");
  }
}
