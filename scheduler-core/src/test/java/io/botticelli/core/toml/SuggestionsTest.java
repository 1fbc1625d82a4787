package io.botticelli.core.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
  @Test
  void findsTheNearestName() {
    List<String> known = List.of("model", "temperature", "max_tokens");

    assertThat(Suggestions.nearest("temprature", known)).contains("temperature");
    assertThat(Suggestions.nearest("Modle", known)).contains("model");
    assertThat(Suggestions.nearest("max_token", known)).contains("max_tokens");
  }

  @Test
  void findsNothingThatIsFarAway() {
    assertThat(Suggestions.nearest("colour", List.of("model", "input"))).isEmpty();
    assertThat(Suggestions.nearest("x".repeat(1000), List.of("model"))).isEmpty();
    assertThat(Suggestions.didYouMean("colour", List.of("model"))).isEmpty();
  }

  @Test
  void quotesForeignTextOnOneShortLine() {
    assertThat(Suggestions.quote("a\"b\\c\n\u202e")).isEqualTo("\"a\\\"b\\\\c\\u000a\\u202e\"");
    assertThat(Suggestions.quote("y".repeat(200))).hasSize(83).endsWith("…\"");
  }
}
