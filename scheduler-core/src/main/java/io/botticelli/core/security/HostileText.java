package io.botticelli.core.security;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;

/** Sees through what is done to a text so that a machine reads another one than a person. */
final class HostileText {
  /** Letters that look like those of the words that are looked for (Unicode TR 39 and more). */
  private static final Map<Integer, Character> LOOKALIKES =
      Map.ofEntries(
          Map.entry(0x0435, 'e'),
          Map.entry(0x0454, 'e'),
          Map.entry(0x04BD, 'e'),
          Map.entry(0x03B5, 'e'),
          Map.entry(0x025B, 'e'),
          Map.entry(0x212E, 'e'),
          Map.entry(0x0565, 'e'),
          Map.entry(0xAB32, 'e'),
          Map.entry(0x1D07, 'e'),
          Map.entry(0x0475, 'v'),
          Map.entry(0x03BD, 'v'),
          Map.entry(0x1D20, 'v'),
          Map.entry(0x2228, 'v'),
          Map.entry(0x22C1, 'v'),
          Map.entry(0x0433, 'r'),
          Map.entry(0x1D26, 'r'),
          Map.entry(0x0280, 'r'),
          Map.entry(0xAB47, 'r'),
          Map.entry(0x0443, 'y'),
          Map.entry(0x04AF, 'y'),
          Map.entry(0x03B3, 'y'),
          Map.entry(0x028F, 'y'),
          Map.entry(0x10E7, 'y'),
          Map.entry(0x043E, 'o'),
          Map.entry(0x03BF, 'o'),
          Map.entry(0x03C3, 'o'),
          Map.entry(0x0585, 'o'),
          Map.entry(0x1D0F, 'o'),
          Map.entry(0x05E1, 'o'),
          Map.entry(0x3007, 'o'),
          Map.entry((int) '0', 'o'),
          Map.entry(0x00F8, 'o'),
          Map.entry(0x043F, 'n'),
          Map.entry(0x0578, 'n'),
          Map.entry(0x057C, 'n'),
          Map.entry(0x03B7, 'n'),
          Map.entry(0x0274, 'n'),
          Map.entry(0x04BB, 'h'),
          Map.entry(0x043D, 'h'),
          Map.entry(0x0570, 'h'),
          Map.entry(0x029C, 'h'));

  private HostileText() {}

  /** Returns the text in compatibility form without characters nobody sees. */
  static String visible(String text) {
    return withoutInvisible(Normalizer.normalize(text, Normalizer.Form.NFKC), false);
  }

  /** Returns a text in which everything that looks like a letter is that letter. */
  static String skeleton(String text) {
    String plain =
        withoutInvisible(Normalizer.normalize(text, Normalizer.Form.NFKD), true)
            .toLowerCase(Locale.ROOT);
    StringBuilder folded = new StringBuilder(plain.length());
    plain
        .codePoints()
        .forEach(
            c -> {
              Character letter = LOOKALIKES.get(c);
              folded.appendCodePoint(letter == null ? c : letter);
            });
    return folded.toString();
  }

  private static String withoutInvisible(String text, boolean withoutMarks) {
    StringBuilder seen = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !isInvisible(c) && !(withoutMarks && isMark(c)))
        .forEach(seen::appendCodePoint);
    return seen.toString();
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  /** Format and control characters, and the rest of Unicode's Default_Ignorable_Code_Point. */
  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.CONTROL && !Character.isWhitespace(c)
        || c == 0x034F
        || c == 0x115F
        || c == 0x1160
        || c == 0x17B4
        || c == 0x17B5
        || c >= 0x180B && c <= 0x180F
        || c == 0x2065
        || c == 0x2800
        || c == 0x3164
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFFA0
        || c >= 0xFFF0 && c <= 0xFFF8
        || c >= 0xE0000 && c <= 0xE0FFF;
  }
}
