package io.botticelli.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MessageSplitterTest {
  private static final String SMILE = "\ud83d\ude00";
  private static final String FAMILY =
      "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66";

  private final MessageSplitter splitter = new MessageSplitter(2000);
  private final MessageSplitter small = new MessageSplitter(40);

  @Test
  void aShortTextIsOneMessageWithoutItsMargins() {
    assertThat(splitter.split(" Hello \n")).containsExactly("Hello");
    assertThat(splitter.split(" \n\t ")).isEmpty();
  }

  @Test
  void exactlyTheLimitIsOneMessageAlsoWhenEveryCharacterTakesTwoUnits() {
    assertThat(splitter.split(SMILE.repeat(2000))).hasSize(1);
    assertThat(splitter.split(SMILE.repeat(2001))).hasSize(2);
  }

  @Test
  void fourThousandFiveHundredCharactersWithEmojiBecomeThreeMessages() {
    String text = (SMILE + "abcd efg.").repeat(450);

    List<String> parts = splitter.split(text);

    assertThat(text.codePointCount(0, text.length())).isEqualTo(4500);
    assertThat(parts).hasSizeGreaterThanOrEqualTo(3).allMatch(MessageSplitterTest::isWellFormed);
    assertThat(parts).allMatch(part -> part.codePointCount(0, part.length()) <= 2000);
    assertThat(visible(parts)).isEqualTo(visible(List.of(text)));
  }

  @Test
  void cutsAtAParagraphBeforeALineBeforeASentenceBeforeABlank() {
    assertThat(small.split("one two.\nthree.\n\nfour five. six\nseven eight nine ten"))
        .containsExactly("one two.\nthree.", "four five. six\nseven eight nine ten");
    assertThat(small.split("one two. three\nfour five. six seven eight nine ten"))
        .containsExactly("one two. three", "four five. six seven eight nine ten");
    assertThat(small.split("one two. three four. five six seven eight nine ten"))
        .containsExactly("one two. three four.", "five six seven eight nine ten");
    assertThat(small.split("one two three four five six seven eight nine ten"))
        .containsExactly("one two three four five six seven eight", "nine ten");
  }

  @Test
  void aCodeBlockIsClosedAndOpenedAgainWithItsLanguage() {
    List<String> parts = small.split("```java\nint a = 1;\n  int b = 2;\nint c = 3;\n```\nDone.");

    assertThat(parts)
        .containsExactly(
            "```java\nint a = 1;\n  int b = 2;\n```", "```java\nint c = 3;\n```\nDone.");
  }

  @Test
  void aCodeBlockThatDoesNotFitBeginsInTheNextMessage() {
    List<String> parts =
        small.split("Thirty characters of text now:\n```py\nprint(1)\nprint(2)\n```");

    assertThat(parts)
        .containsExactly("Thirty characters of text now:", "```py\nprint(1)\nprint(2)\n```");
  }

  @Test
  void noMessageIsAnEmptyCodeBlock() {
    assertThat(small.split("```\n" + "1234567 ".repeat(4) + "\n```\nand some more text after it"))
        .noneMatch(part -> part.replaceAll("[`\\s]", "").isEmpty());
  }

  @Test
  void aWordWithoutBlanksIsCutBetweenCharactersAsAReaderSeesThem() {
    List<String> parts = small.split(FAMILY.repeat(20));

    assertThat(parts).allMatch(part -> part.replace(FAMILY, "").isEmpty());
    assertThat(String.join("", parts)).isEqualTo(FAMILY.repeat(20));
  }

  @Test
  void ideographicTextIsCutAfterItsStops() {
    String sentence = "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d\u3002";

    assertThat(small.split(sentence.repeat(5))).allMatch(part -> part.endsWith("\u3002"));
  }

  @Test
  void aLimitWithoutRoomForFencesIsRefused() {
    assertThatThrownBy(() -> new MessageSplitter(39))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("39");
  }

  @Property(tries = 2000)
  void nothingIsLostAndNoPartIsTooLong(
      @ForAll("texts") String text, @ForAll @IntRange(min = 40, max = 120) int limit) {
    List<String> parts = new MessageSplitter(limit).split(text);

    assertThat(parts).allMatch(part -> part.codePointCount(0, part.length()) <= limit);
    assertThat(parts).noneMatch(String::isBlank).allMatch(MessageSplitterTest::isWellFormed);
    // Fences are added, with their language: what was there is still there, in order.
    assertThat(visible(parts).chars().boxed().toList())
        .containsSubsequence(visible(List.of(text)).chars().boxed().toList());
  }

  @Property(tries = 1000)
  void withoutFencesTheWordsComeBackInOrder(@ForAll("prose") String text) {
    List<String> parts = new MessageSplitter(50).split(text);

    assertThat(String.join("", parts).replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "word ",
            "Sentence one. ",
            "\n",
            "\n\n",
            "  ",
            "```",
            "```java\n",
            "\n```\n",
            "`",
            SMILE,
            FAMILY,
            "e\u0301",
            "\r\n",
            "\t",
            "0123456789012345678901234567890123456789012345",
            "\u3002",
            "````",
            "```x y\n")
        .list()
        .ofMinSize(0)
        .ofMaxSize(60)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<String> prose() {
    return Arbitraries.strings()
        .withChars("ab .!?\n\t\u00e4\u4eca")
        .ofMinLength(0)
        .ofMaxLength(400);
  }

  /** Text without white space and fences: what the splitter may drop or add. */
  private static String visible(List<String> parts) {
    return String.join("", parts).replaceAll("[`\\s]", "");
  }

  private static boolean isWellFormed(String text) {
    return IntStream.range(0, text.length())
        .allMatch(
            i ->
                Character.isHighSurrogate(text.charAt(i))
                    ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                    : !Character.isLowSurrogate(text.charAt(i))
                        || (i > 0 && Character.isHighSurrogate(text.charAt(i - 1))));
  }
}
