package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentPlaceholdersTest {
  private final EnvironmentPlaceholders placeholders =
      new EnvironmentPlaceholders(
          name ->
              Optional.ofNullable(
                  Map.of("CHANNEL", "42", "A", "one", "lower", "low", "COST", "$CHANNEL ${CHANNEL}")
                      .get(name)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${CHANNEL} | 42",
        "${ CHANNEL } | 42",
        "${env:CHANNEL} {{env:CHANNEL}} {{ env:lower }} | 42 42 low",
        "${lower} ${act.id} {{CHANNEL}} | ${lower} ${act.id} {{CHANNEL}}",
        "${UNSET} ${CHANNEL} | ${UNSET} 42",
        "$CHANNEL, $UNSET | 42, $UNSET",
        "$5 and $A cost | $5 and $A cost",
        "$CHANNELx ${A} | $CHANNELx one",
        "${COST} | $CHANNEL ${CHANNEL}",
        "${ {{ } $ | ${ {{ } $"
      })
  void expandsEachVariableOfAnArgumentOnItsOwn(String text, String expanded) {
    assertThat(placeholders.expandArgument(text)).isEqualTo(expanded);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"$CHANNEL | $CHANNEL", "${CHANNEL}/x.png | 42/x.png", "no variable | no variable"})
  void leavesBareNamesOutsideArgumentsAlone(String text, String expanded) {
    assertThat(placeholders.expand(text)).isEqualTo(expanded);
  }
}
