package io.botticelli.core.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TomlDocumentTest {
  @Test
  void knowsThePositionOfKeysHeadersAndArrayElements() {
    TomlDocument document =
        TomlDocument.parse(
            "a.toml",
            """
            [narrative]
            name = "x"
            toc = ["a",
              "b"]

            [[acts.a.input]]
            type = "text"
            [[acts.a.input]]
              content = "y"
            """);

    assertThat(document.positionOf(List.of("narrative"))).isEqualTo(new Position(1, 1));
    assertThat(document.positionOf(List.of("narrative", "name"))).isEqualTo(new Position(2, 1));
    assertThat(document.positionOf(List.of("narrative", "toc", "1"))).isEqualTo(new Position(4, 3));
    assertThat(document.positionOf(List.of("acts", "a", "input", "1")))
        .isEqualTo(new Position(8, 1));
    assertThat(document.positionOf(List.of("acts", "a", "input", "1", "content")))
        .isEqualTo(new Position(9, 3));
    assertThat(document.fieldOf(List.of("acts", "a", "input", "1", "content")))
        .isEqualTo("acts.a.input[1].content");
  }

  @Test
  void fallsBackToTheNearestAncestorWithAPosition() {
    TomlDocument document = TomlDocument.parse("a.toml", "x = 1\n[a]\nb = [1]\n");

    assertThat(document.positionOf(List.of("a", "missing", "z"))).isEqualTo(new Position(2, 1));
    assertThat(document.positionOf(List.of("a", "b", "7"))).isEqualTo(new Position(3, 1));
    assertThat(document.positionOf(List.of("nothing"))).isEqualTo(Position.FILE);
  }

  @Test
  void keepsTheOrderOfKeys() {
    TomlDocument document = TomlDocument.parse("a.toml", "z = 1\nb = 2\na = 3\n");

    assertThat(document.root().fieldNames()).toIterable().containsExactly("z", "b", "a");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        -1,
        2147483647,
        2147483648L,
        123456789012345678L,
        1234567890123456789L,
        -1234567890123456789L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void readsEveryDigitOfAnInteger(long number) {
    TomlDocument document =
        TomlDocument.parse(
            "a.toml", "a = %d\nb = [%d, {c = %d}]\n".formatted(number, number, number));

    JsonNode root = document.root();
    assertThat(root.path("a").longValue()).isEqualTo(number);
    assertThat(root.path("b").path(0).longValue()).isEqualTo(number);
    assertThat(root.path("b").path(1).path("c").longValue()).isEqualTo(number);
  }

  @Property
  void readsEveryDigitOfAnyInteger(@ForAll long number) {
    readsEveryDigitOfAnInteger(number);
  }

  @Test
  void readsDatesAsStrings() {
    TomlDocument document = TomlDocument.parse("a.toml", "d = 2024-02-29T10:00:00Z\n");

    assertThat(document.root().path("d").textValue()).isEqualTo("2024-02-29T10:00:00Z");
  }

  @Test
  void ignoresALeadingByteOrderMark() {
    assertThat(TomlDocument.parse("a.toml", "\uFEFFa = 1").root().path("a").intValue())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a = 1~b =~|2",
        "a = 1~a = 2~|2",
        "[a]~x = 1~[a]~|3",
        "x = 1~y = 99999999999999999999~|2",
        "x = 1~y = 2024-13-01~|2",
        "x = [1,~2|2",
        "x = { a = 1,~b = 2 }|1",
        "x = \"\"\"abc|1"
      })
  void refusesWhatIsNotTomlWithTheLine(String text, int line) {
    TomlSyntaxException refusal =
        catchThrowableOfType(
            TomlSyntaxException.class, () -> TomlDocument.parse("a.toml", text.replace('~', '\n')));

    assertThat(refusal.problems()).isNotEmpty();
    assertThat(refusal.problems().get(0).line()).isEqualTo(line);
    assertThat(refusal.problems().get(0).code()).isEqualTo("toml_syntax");
    assertThat(refusal.problems().get(0).file()).isEqualTo("a.toml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a=", "a."})
  void refusesHostileNestingWithoutRunningOutOfStack(String unit) {
    String text = "a = " + unit.repeat(100_000);

    assertThatThrownBy(() -> TomlDocument.parse("a.toml", text))
        .isInstanceOf(TomlSyntaxException.class);
  }

  @Test
  void refusesTextOfMoreThanOneMebi() {
    String text = "#".repeat(TomlDocument.MAX_CHARACTERS + 1);

    assertThatThrownBy(() -> TomlDocument.parse("a.toml", text))
        .isInstanceOf(TomlSyntaxException.class)
        .hasMessageContaining("1048576");
  }

  @Property
  void throwsNothingButSyntaxErrorsOnArbitraryText(
      @ForAll @StringLength(max = 60) @CharRange(from = '!', to = 'f') String text) {
    try {
      assertThat(TomlDocument.parse("a.toml", text).root()).isNotNull();
    } catch (TomlSyntaxException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }
}
