package io.botticelli.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.ActorName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FireRequestTest {
  private static final ActorName POSTER = new ActorName("poster");

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1st", "a b", "a\nb", "a'; DROP TABLE x; --", "${x}", "{{x}}"})
  void refusesAParameterThatIsNotAName(String name) {
    assertThatThrownBy(() -> request(Map.of(name, "x")))
        .isInstanceOf(FireRequestException.class)
        .hasMessageNotContaining("\n")
        .extracting("code")
        .isEqualTo("parameters_invalid");
  }

  @Test
  void refusesALongNameWithoutRepeatingAllOfIt() {
    assertThatThrownBy(() -> request(Map.of("a".repeat(101), "x")))
        .hasMessageContaining("aaa…")
        .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(200));
  }

  @Test
  void refusesTooManyTooLongAndTooLargeParameters() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i <= FireRequest.MOST_PARAMETERS; i++) {
      many.put("p" + i, "x");
    }
    Map<String, String> large = new HashMap<>();
    for (int i = 0; i < 6; i++) {
      large.put("p" + i, "x".repeat(FireRequest.LONGEST_VALUE - 1));
    }

    assertThatThrownBy(() -> request(many)).hasMessageContaining("51 parameters");
    assertThatThrownBy(() -> request(Map.of("p", "x".repeat(FireRequest.LONGEST_VALUE + 1))))
        .hasMessageContaining("parameter p of a fire has 20001 characters");
    assertThatThrownBy(() -> request(large)).hasMessageContaining("together");
  }

  @Test
  void takesHostileValuesAsText() {
    String hostile = "'; DROP TABLE x; -- ${HOME} {{secret}} \u0000 \uD800 <script>";

    assertThat(request(Map.of("topic", hostile)).parameters()).containsEntry("topic", hostile);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "\u0000"})
  void refusesAnIdempotencyKeyThatCouldNotBeAHeader(String key) {
    assertThatThrownBy(() -> new FireRequest(POSTER, Map.of(), false, Optional.of(key), ""))
        .extracting("code")
        .isEqualTo("idempotency_key_invalid");
  }

  private static FireRequest request(Map<String, String> parameters) {
    return new FireRequest(POSTER, parameters, false, "ann");
  }
}
