package io.botticelli.core.toml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name somebody probably meant, and shows foreign text safely. Pure. */
public final class Suggestions {
  private static final int MAX_COMPARED = 64;

  /** Candidates looked at; keeps the cost of a file full of misspelt names linear in its size. */
  public static final int MAX_CANDIDATES = 100;

  private static final int MAX_SHOWN = 80;

  private Suggestions() {}

  /**
   * Returns the candidate nearest to a misspelt word, among the first 100.
   *
   * @return empty when none is within a third of the word's length (at least one edit); the first
   *     in iteration order when several are equally near
   */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    if (word.length() > MAX_COMPARED) {
      return Optional.empty();
    }
    String folded = word.toLowerCase(Locale.ROOT);
    int limit = Math.max(1, word.length() / 3);
    String best = null;
    int bestDistance = limit + 1;
    int looked = 0;
    for (String candidate : candidates) {
      if (++looked > MAX_CANDIDATES) {
        break;
      }
      if (Math.abs(candidate.length() - word.length()) <= limit) {
        int distance = distance(folded, candidate.toLowerCase(Locale.ROOT));
        if (distance < bestDistance) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Returns {@code "; did you mean "x"?"} for the nearest candidate, or an empty text. */
  public static String didYouMean(String word, Collection<String> candidates) {
    return nearest(word, candidates).map(c -> "; did you mean " + quote(c) + "?").orElse("");
  }

  /**
   * Returns foreign text in double quotes, control characters escaped, cut after 80 characters, so
   * that a message stays one readable line.
   */
  public static String quote(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .limit(MAX_SHOWN)
        .forEach(
            point -> {
              int type = Character.getType(point);
              if (point == '"' || point == '\\') {
                shown.append('\\').appendCodePoint(point);
              } else if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.SURROGATE
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown
        .append(text.codePointCount(0, text.length()) > MAX_SHOWN ? "…\"" : "\"")
        .toString();
  }

  /** Edits (insert, delete, replace, swap of neighbours) between two words. */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(Math.min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = current;
      current = free;
    }
    return last[b.length()];
  }
}
