package io.botticelli.core.db;

/**
 * Makes text from outside storable: PostgreSQL refuses U+0000 in any text or JSON value, and halves
 * of surrogate pairs have no UTF-8 form.
 */
public final class PostgresText {
  /** SYMBOL FOR NULL: shows that something was there. */
  private static final char VISIBLE_NUL = '\u2400';

  private static final char REPLACEMENT = '\ufffd';

  private PostgresText() {}

  /**
   * Returns the text with U+0000 shown as U+2400 and lone surrogates as U+FFFD; the same object
   * when there are none.
   */
  public static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isRefused(text, i)) {
        return replaceFrom(text, i);
      }
    }
    return text;
  }

  private static String replaceFrom(String text, int first) {
    StringBuilder storable = new StringBuilder(text);
    for (int i = first; i < text.length(); i++) {
      if (isRefused(text, i)) {
        storable.setCharAt(i, text.charAt(i) == 0 ? VISIBLE_NUL : REPLACEMENT);
      }
    }
    return storable.toString();
  }

  private static boolean isRefused(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
    return c == 0;
  }
}
