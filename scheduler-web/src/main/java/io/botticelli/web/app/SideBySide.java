package io.botticelli.web.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Two texts in two columns. */
final class SideBySide {
  /** Two of them, the bar and an indent fit 120 characters. */
  private static final int WIDTH = 56;

  private SideBySide() {}

  /** Returns the lines, headers first; long lines are wrapped. */
  static List<String> lines(String leftHeader, String left, String rightHeader, String right) {
    List<String> one = wrapped(leftHeader, left);
    List<String> other = wrapped(rightHeader, right);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      String first = i < one.size() ? one.get(i) : "";
      String second = i < other.size() ? other.get(i) : "";
      lines.add(String.format(Locale.ROOT, "%-" + WIDTH + "s | %s", first, second).stripTrailing());
    }
    return lines;
  }

  private static List<String> wrapped(String header, String text) {
    List<String> lines = new ArrayList<>();
    wrap(header, lines);
    text.lines().forEach(line -> wrap(Output.printable(line.replace("\t", "  ")), lines));
    return lines;
  }

  /** At the last space that fits, else anywhere, but never inside a character. */
  private static void wrap(String line, List<String> lines) {
    String rest = line;
    while (rest.codePointCount(0, rest.length()) > WIDTH) {
      int hard = rest.offsetByCodePoints(0, WIDTH);
      int space = rest.lastIndexOf(' ', hard);
      int end = space > 0 ? space : hard;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
  }
}
