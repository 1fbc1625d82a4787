package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SideBySideTest {
  @Test
  void wrapsAtSpacesAndKeepsTheBarInOneColumn() {
    var lines =
        SideBySide.lines("then", "word ".repeat(20).strip(), "now", "short\nsecond\u001b[31m");

    assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line.indexOf('|')).isEqualTo(57));
    assertThat(lines.get(0)).startsWith("then").endsWith("| now");
    assertThat(lines.get(1)).endsWith("| short").contains("word word");
    assertThat(lines.get(2)).doesNotContain("\u001b");
  }

  @Test
  void neverCutsACharacterInTwo() {
    var lines = SideBySide.lines("then", "\uD83D\uDE00".repeat(100), "now", "");

    assertThat(lines).hasSize(3);
    assertThat(lines.get(1).codePointCount(0, lines.get(1).indexOf('|'))).isGreaterThan(56);
    assertThat(String.join("", lines)).doesNotContain("\uFFFD");
    assertThat(String.join("", lines).codePoints().filter(c -> c == 0x1F600).count())
        .isEqualTo(100);
  }
}
