package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PauseOptionsTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-01-05T08:01:30Z",
    "30m, 2026-01-05T08:30:00Z",
    "2H, 2026-01-05T10:00:00Z",
    "1d, 2026-01-06T08:00:00Z",
    "2026-01-05T09:00Z, 2026-01-05T09:00:00Z",
    "2026-01-05T09:00:30+02:00, 2026-01-05T07:00:30Z",
    "2026-01-05T09:00, 2026-01-05T09:00:00Z"
  })
  void readsTimesAndAmounts(String text, Instant end) {
    assertThat(PauseOptions.parse(text, NOW)).contains(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "later", "0m", "-5m", "5", "5 m", "2026-01-05", "99999999999d"})
  void knowsNothingElse(String text) {
    assertThat(PauseOptions.parse(text, NOW)).isEmpty();
  }
}
