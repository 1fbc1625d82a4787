package io.botticelli.core.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Mends the mistakes models make in JSON. Each step is linear, changes only what its name says, and
 * leaves text alone that does not have the mistake; steps are applied one after another until the
 * text parses. Stateless and thread-safe.
 */
final class JsonRepair {
  /** The steps in the order they are tried; each works on the result of the one before. */
  static final List<UnaryOperator<String>> STEPS =
      List.of(
          JsonRepair::dropLeadingLabel,
          JsonRepair::addMissingBraces,
          JsonRepair::straightenQuotes,
          JsonRepair::dropTrailingCommas,
          JsonRepair::escapeControlCharacters,
          JsonRepair::closeTruncatedEnd);

  /** {@code "key":} at the very start: the opening brace is missing. */
  private static final Pattern STARTS_WITH_KEY =
      Pattern.compile("\\A[\"\u201C][^\"\u201D\\n]{1,200}[\"\u201D]\\s*:");

  /** A whole value at the very end; a number may be whole because nothing was cut here. */
  private static final Pattern ENDS_WITH_VALUE =
      Pattern.compile("(?:[\"\u201D\\]\\d]|true|false|null)\\z");

  private JsonRepair() {}

  /** Drops everything before the first bracket or key that starts a line, for example "JSON:". */
  static String dropLeadingLabel(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || isStart(trimmed)) {
      return trimmed;
    }
    int at = 0;
    while (at >= 0 && at < trimmed.length()) {
      String rest = trimmed.substring(at).stripLeading();
      if (isStart(rest)) {
        return rest;
      }
      int newline = trimmed.indexOf('\n', at);
      if (newline < 0 || newline > 4_000) {
        break;
      }
      at = newline + 1;
    }
    int brace = trimmed.indexOf('{');
    int bracket = trimmed.indexOf('[');
    int first = brace < 0 ? bracket : bracket < 0 ? brace : Math.min(brace, bracket);
    return first < 0 ? trimmed : trimmed.substring(first);
  }

  private static boolean isStart(String text) {
    return text.startsWith("{")
        || text.startsWith("[{")
        || text.matches("(?s)\\A\\[\\s*\\{.{0,10}.*")
        || STARTS_WITH_KEY.matcher(text).find();
  }

  /** Adds the opening brace, and the closing one when the text ends with a whole value. */
  static String addMissingBraces(String text) {
    if (!STARTS_WITH_KEY.matcher(text).find()) {
      return text;
    }
    String body = text.stripTrailing();
    return "{" + body + (ENDS_WITH_VALUE.matcher(body).find() ? "}" : "");
  }

  /** Replaces typographic quotes that act as delimiters; those inside straight quotes stay. */
  static String straightenQuotes(String text) {
    if (text.indexOf('\u201C') < 0 && text.indexOf('\u201D') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    boolean straight = false;
    boolean curly = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (straight) {
        out.append(c);
        if (c == '\\' && i + 1 < text.length()) {
          out.append(text.charAt(++i));
        } else if (c == '"') {
          straight = false;
        }
      } else if (curly) {
        if ((c == '\u201D' || c == '\u201C') && endsValue(text, i + 1)) {
          out.append('"');
          curly = false;
        } else if (c == '"') {
          out.append("\\\"");
        } else {
          out.append(c);
        }
      } else if (c == '"') {
        out.append(c);
        straight = true;
      } else if (c == '\u201C' || c == '\u201D') {
        out.append('"');
        curly = true;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean endsValue(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c)) {
        return c == ':' || c == ',' || c == '}' || c == ']';
      }
    }
    return true;
  }

  static String dropTrailingCommas(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        out.append(c);
        if (c == '\\' && i + 1 < text.length()) {
          out.append(text.charAt(++i));
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '}' || c == ']') {
        int last = out.length();
        while (last > 0 && Character.isWhitespace(out.charAt(last - 1))) {
          last--;
        }
        if (last > 0 && out.charAt(last - 1) == ',') {
          out.setLength(last - 1);
        }
        out.append(c);
      } else {
        inString = c == '"';
        out.append(c);
      }
    }
    return out.toString();
  }

  static String escapeControlCharacters(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString && c < 0x20) {
        switch (c) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        continue;
      }
      out.append(c);
      if (inString && c == '\\' && i + 1 < text.length()) {
        out.append(text.charAt(++i));
      } else if (c == '"') {
        inString = !inString;
      }
    }
    return out.toString();
  }

  /**
   * Closes what the output limit cut off. In an array with at least one whole element the partial
   * one is dropped; otherwise an open text value is closed and a key without a value dropped.
   */
  static String closeTruncatedEnd(String text) {
    TruncationScan scan = new TruncationScan(text);
    scan.run();
    return scan.closed();
  }

  /** An open object or array. */
  private static final class Frame {
    private final char opening;

    /** End (exclusive) of the last whole member, or of the opening bracket. */
    private int wholeEnd;

    private int members;

    /** Object only: the next string is a value. */
    private boolean afterColon;

    Frame(char opening, int wholeEnd) {
      this.opening = opening;
      this.wholeEnd = wholeEnd;
    }

    char closing() {
      return opening == '{' ? '}' : ']';
    }
  }

  /** One pass that remembers what is open and where its last whole member ended. */
  private static final class TruncationScan {
    private final String text;
    private final Deque<Frame> open = new ArrayDeque<>();
    private boolean inString;
    private int end;

    TruncationScan(String text) {
      this.text = text;
      this.end = text.length();
    }

    void run() {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (inString) {
          if (c == '\\') {
            i++;
          } else if (c == '"') {
            inString = false;
            endString(i + 1);
          }
        } else if (c == '"') {
          inString = true;
        } else if (c == '{' || c == '[') {
          open.push(new Frame(c, i + 1));
        } else if ((c == '}' || c == ']') && !open.isEmpty()) {
          open.pop();
          if (open.isEmpty()) {
            end = i + 1;
            return;
          }
          wholeMember(i + 1);
        } else if (!open.isEmpty()) {
          scalar(c, i);
        }
      }
    }

    private void endString(int after) {
      Frame frame = open.peek();
      if (frame != null && (frame.opening == '[' || frame.afterColon)) {
        wholeMember(after);
      }
    }

    private void scalar(char c, int at) {
      Frame frame = open.getFirst();
      if (c == ':') {
        frame.afterColon = true;
      } else if (c == ',') {
        if (at > frame.wholeEnd && (frame.afterColon || frame.opening == '[')) {
          wholeMember(at);
        }
        frame.afterColon = false;
      }
    }

    private void wholeMember(int after) {
      Frame frame = open.getFirst();
      frame.wholeEnd = after;
      frame.members++;
      frame.afterColon = false;
    }

    String closed() {
      if (open.isEmpty()) {
        return text.substring(0, end);
      }
      Frame array = outermostArrayWithMembers();
      if (array != null) {
        while (open.getFirst() != array) {
          open.pop();
        }
        return closeAll(new StringBuilder(text.substring(0, array.wholeEnd)));
      }
      Frame innermost = open.getFirst();
      if (inString && innermost.afterColon) {
        return closeAll(new StringBuilder(withoutDanglingEscape(text)).append('"'));
      }
      return closeAll(new StringBuilder(text.substring(0, innermost.wholeEnd)));
    }

    /** The array of rows: the outermost one, directly or as the only open value of an object. */
    private Frame outermostArrayWithMembers() {
      Frame found = null;
      for (Frame frame : open) {
        if (frame.opening == '[' && frame.members > 0) {
          found = frame;
        }
      }
      return found;
    }

    private String closeAll(StringBuilder out) {
      open.forEach(frame -> out.append(frame.closing()));
      return out.toString();
    }

    private static String withoutDanglingEscape(String text) {
      int cut = text.length();
      int escape = text.lastIndexOf('\\');
      boolean unicode = escape >= 0 && escape + 1 < cut && text.charAt(escape + 1) == 'u';
      if (escape >= 0
          && (escape == cut - 1 || (unicode && cut - escape < 6))
          && !isEscaped(text, escape)) {
        cut = escape;
      }
      return text.substring(0, cut);
    }

    private static boolean isEscaped(String text, int at) {
      int slashes = 0;
      while (at - 1 - slashes >= 0 && text.charAt(at - 1 - slashes) == '\\') {
        slashes++;
      }
      return slashes % 2 == 1;
    }
  }
}
