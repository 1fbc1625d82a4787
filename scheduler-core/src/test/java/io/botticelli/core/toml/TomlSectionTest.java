package io.botticelli.core.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TomlSectionTest {
  private final Problems problems = new Problems();

  @Test
  void readsValuesOfTheRightType() {
    TomlSection root =
        root("s = \"x\"\nb = true\ni = 3\nd = 0.5\nl = [\"a\"]\n[t]\nx = 1\n[[m]]\ny = 1\n[[m]]\n");

    assertThat(root.string("s")).contains("x");
    assertThat(root.bool("b")).contains(true);
    assertThat(root.integer("i", 1)).contains(3);
    assertThat(root.decimal("d", 0, 1)).contains(0.5);
    assertThat(root.decimal("i", 0, 5)).contains(3.0);
    assertThat(root.strings("l")).contains(List.of("a"));
    assertThat(root.table("t").orElseThrow().path()).containsExactly("t");
    assertThat(root.sections("m"))
        .extracting(TomlSection::path)
        .containsExactly(List.of("m", "0"), List.of("m", "1"));
    assertThat(root.sections("t")).hasSize(1);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void reportsWrongTypesAndReadsThemAsAbsent() {
    TomlSection root = root("s = 1\nb = \"true\"\ni = 1.5\nd = \"x\"\nl = [1]\nt = []\n");

    assertThat(root.string("s")).isEmpty();
    assertThat(root.bool("b")).isEmpty();
    assertThat(root.integer("i", 1)).isEmpty();
    assertThat(root.decimal("d", 0, 1)).isEmpty();
    assertThat(root.strings("l")).contains(List.of());
    assertThat(root.table("t")).isEmpty();

    assertThat(problems.list())
        .extracting(Problem::render)
        .containsExactly(
            "s.toml:1:1: s: is an integer, expected a string",
            "s.toml:2:1: b: is a string, expected true or false",
            "s.toml:3:1: i: is a decimal number, expected an integer",
            "s.toml:4:1: d: is a string, expected a number",
            "s.toml:5:6: l[0]: is an integer, expected a string",
            "s.toml:6:1: t: is an array, expected a table");
  }

  @Test
  void reportsNumbersOutOfRange() {
    TomlSection root = root("a = -5\nb = 99\nc = 9223372036854775807\nd = nan\n");

    assertThat(root.integer("a", 1)).isEmpty();
    assertThat(root.integer("b", 0, 90)).isEmpty();
    assertThat(root.integer("c", 0)).isEmpty();
    assertThat(root.decimal("d", 0, 1)).isEmpty();

    assertThat(problems.errors())
        .extracting(Problem::message)
        .containsExactly(
            "is -5, expected an integer at least 1",
            "is 99, expected an integer from 0 to 90",
            "is 9223372036854775807, expected an integer at least 0",
            "is NaN, expected a number from 0.0 to 1.0");
  }

  @Test
  void turnsErrorsIntoWarningsForPartsNobodyUses() {
    TomlSection root = root("a = 1\n");

    root.with(root.reporter().asWarnings().narrative("n").act("x")).string("a");

    assertThat(problems.hasErrors()).isFalse();
    assertThat(problems.warnings()).hasSize(1);
    assertThat(problems.warnings().get(0).narrative()).contains("n");
    assertThat(problems.warnings().get(0).act()).contains("x");
  }

  @Test
  void keepsAtMostAThousandProblemsAndTheFirstError() {
    TomlSection root = root("a = 1\n");

    for (int i = 0; i < 3000; i++) {
      root.reporter().warning("w", List.of("a"), "number " + i);
    }
    root.string("a");

    assertThat(problems.list()).hasSize(1001);
    assertThat(problems.hasErrors()).isTrue();
  }

  private TomlSection root(String text) {
    return TomlSection.root(problems.in(TomlDocument.parse("s.toml", text)));
  }
}
