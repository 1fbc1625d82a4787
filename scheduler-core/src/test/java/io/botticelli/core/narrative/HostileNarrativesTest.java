package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Files written to hurt. The time-outs are far above what is needed; they catch quadratic cost,
 * which would take minutes.
 */
class HostileNarrativesTest {
  @Test
  @Timeout(30)
  void staysLinearWithThousandsOfNarrativesAndActs() {
    String text =
        lines(12_000, i -> "[narrative.n" + i + "]\ntoc = [\"a" + i + "\"]")
            + "\n[acts]\n"
            + lines(12_000, i -> "a" + i + " = \"x\"");
    NarrativeFile file = NarrativeFiles.parser("n.toml", text).parse("n.toml");

    assertThat(file.validateAll()).isEmpty();
    assertThat(file.choose(Optional.of("n77")).narrative().acts()).hasSize(1);
  }

  @Test
  @Timeout(30)
  void staysLinearWithThousandsOfMisspeltNames() {
    String text =
        "[narrative]\nname = \"n\"\ntoc = [\n"
            + lines(15_000, i -> "\"act_number_" + i + "x\",")
            + "\n]\n[acts]\n"
            + lines(15_000, i -> "act_number_" + i + " = \"x\"");
    NarrativeFile file = NarrativeFiles.parser("n.toml", text).parse("n.toml");

    assertThat(file.validateAll()).hasSize(1000);
  }

  @Test
  @Timeout(30)
  void staysLinearWithThousandsOfUnknownPlaceholders() {
    String text =
        "[narrative]\nname = \"n\"\ntoc = [\"a\"]\n[[acts.a.input]]\ntype = \"bot_command\"\n"
            + "platform = \"discord\"\ncommand = \"messages.send\"\ncontent = \""
            + "{{nobody.knows}} ".repeat(50_000)
            + "\"\n";
    NarrativeFile file = NarrativeFiles.parser("n.toml", text).parse("n.toml");

    assertThatThrownBy(() -> file.choose(Optional.empty()))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("nobody.knows");
  }

  @Test
  @Timeout(30)
  void readsANarrativeThatIsReachedAMillionTimesOnce() {
    String text =
        IntStream.range(0, 8)
                .mapToObj(
                    i ->
                        "[narrative.n%d]\ntoc = [\"to%d\", \"to%d\", \"to%d\", \"to%d\", \"to%d\", \"to%d\"]"
                            .formatted(i, i, i, i, i, i, i))
                .collect(Collectors.joining("\n"))
            + "\n[narrative.n8]\ntoc = [\"last\"]\n[acts]\nlast = \"x\"\n"
            + lines(8, i -> "to" + i + " = { narrative = \"n" + (i + 1) + "\" }");
    NarrativeFile file = NarrativeFiles.parser("n.toml", text).parse("n.toml");

    Narrative narrative = file.choose(Optional.of("n0")).narrative();

    assertThat(narrative.acts()).hasSize(6);
    assertThat(narrative.acts().get(0).composition().orElseThrow())
        .isSameAs(narrative.acts().get(5).composition().orElseThrow());
  }

  @Test
  void refusesNestingOfMoreThanEightLevels() {
    String text =
        lines(10, i -> "[narrative.n" + i + "]\ntoc = [\"to" + i + "\"]")
            + "\n[acts]\nto9 = \"x\"\n"
            + lines(9, i -> "to" + i + " = { narrative = \"n" + (i + 1) + "\" }");
    NarrativeFile file = NarrativeFiles.parser("n.toml", text).parse("n.toml");

    assertThat(file.choose(Optional.of("n1")).narrative().name()).isEqualTo("n1");
    assertThatThrownBy(() -> file.choose(Optional.of("n0")))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("more than 8 levels");
    assertThat(file.validateAll())
        .extracting(problem -> problem.code())
        .containsExactly("nesting_too_deep");
  }

  @Test
  void keepsControlCharactersOutOfMessages() {
    String text = "[narrative]\nname = \"n\"\ntoc = [\"a\\u001b[2J\\n\"]\n[acts]\nb = \"x\"\n";

    assertThatThrownBy(() -> NarrativeFiles.load(text))
        .isInstanceOf(NarrativeSyntaxException.class)
        .hasMessageContaining("\\u001b[2J\\u000a")
        .message()
        .doesNotContain("\u001b");
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"));
  }
}
