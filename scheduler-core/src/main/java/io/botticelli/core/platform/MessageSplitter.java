package io.botticelli.core.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a long text into messages. It is cut, in this order of preference, after a paragraph, a
 * line, a sentence, at a blank, and at last between two characters as a reader sees them (grapheme
 * clusters). A code fence open at a cut is closed and opened again with its language in the next
 * message. Nothing but the white space at a cut is lost. Immutable and thread-safe.
 */
public final class MessageSplitter {
  /** Room for a fence with its language twice and some text. */
  private static final int SMALLEST_LIMIT = 40;

  private static final String FENCE = "```";
  private static final String FENCE_END = "\n" + FENCE;

  private static final Pattern PARAGRAPH = Pattern.compile("\\R[ \\t]*\\R");
  private static final Pattern LINE = Pattern.compile("\\R");

  /** After a full stop with closing quotes or brackets; ideographic stops need no blank. */
  private static final Pattern SENTENCE =
      Pattern.compile(
          "[.!?\u2026][\"'\u201d\u2019)\\]]*\\s+|[\u3002\uff01\uff1f][\u300d\u300f\uff09]?");

  private static final Pattern BLANK = Pattern.compile("\\s+");
  private static final Pattern GRAPHEME = Pattern.compile("\\X");
  private static final Pattern FENCE_MARK =
      Pattern.compile("`{3,}(?:([A-Za-z0-9+#._-]{1,20})(?=\\R))?");

  private static final Pattern CLOSING = Pattern.compile("\\s*`{3,}");

  private final int limit;

  /**
   * @param limit code points one message may have, >= 40
   */
  public MessageSplitter(int limit) {
    if (limit < SMALLEST_LIMIT) {
      throw new IllegalArgumentException(
          "message limit is " + limit + ", expected >= " + SMALLEST_LIMIT);
    }
    this.limit = limit;
  }

  /**
   * Splits a text.
   *
   * @return messages of 1..limit code points in order; empty when the text is blank
   */
  public List<String> split(String content) {
    String text = content.strip();
    List<String> parts = new ArrayList<>();
    int start = 0;
    Fence fence = Fence.CLOSED;
    while (start < text.length()) {
      String opening = fence.reopening();
      int room = limit - opening.length();
      if (text.codePointCount(start, Math.min(text.length(), start + 2 * limit + 2)) <= room) {
        parts.add(opening + text.substring(start));
        break;
      }
      Cut cut = cut(text, start, room, fence);
      parts.add(opening + cut.part());
      start = cut.next();
      fence = cut.after();
    }
    return parts;
  }

  private static Cut cut(String text, int start, int room, Fence before) {
    Cut cut = cutWithin(text, start, room, before);
    // Closing the fence needs room too.
    return cut.part().codePointCount(0, cut.part().length()) > room
        ? cutWithin(text, start, room - FENCE_END.length(), before)
        : cut;
  }

  private static Cut cutWithin(String text, int start, int room, Fence before) {
    int end = text.offsetByCodePoints(start, room);
    int at = position(text, start, end);
    Fence after = before.after(text, start, at);
    if (after.open() && after.openedAt() >= start && text.substring(after.bodyAt(), at).isBlank()) {
      // Nothing of the code would stand in this message: begin it with the next one, or, when it
      // begins this one, cut inside its first line.
      at = after.openedAt() > start ? after.openedAt() : betweenGraphemes(text, start, end);
      after = before.after(text, start, at);
    }
    return after.open() ? cutInCode(text, start, at, after) : cutInProse(text, start, at, after);
  }

  private static Cut cutInProse(String text, int start, int at, Fence after) {
    return new Cut(text.substring(start, at).stripTrailing(), skipBlanks(text, at), after);
  }

  /** Indentation matters in code: only the line break at the cut goes. */
  private static Cut cutInCode(String text, int start, int at, Fence after) {
    String part = text.substring(start, at);
    if (part.endsWith("\n")) {
      part = part.substring(0, part.length() - (part.endsWith("\r\n") ? 2 : 1));
    }
    Matcher closing = CLOSING.matcher(text).region(at, text.length());
    if (closing.lookingAt()) {
      // The code ends here anyway: no empty block in the next message.
      return new Cut(part + FENCE_END, skipBlanks(text, closing.end()), Fence.CLOSED);
    }
    return new Cut(part + FENCE_END, at, after);
  }

  private static int skipBlanks(String text, int from) {
    int next = from;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    return next;
  }

  /** Returns where to cut, in (start, end]. */
  private static int position(String text, int start, int end) {
    for (Pattern boundary : List.of(PARAGRAPH, LINE, SENTENCE, BLANK)) {
      int at = lastBoundary(text, start, end, boundary);
      if (at > start) {
        return at;
      }
    }
    return betweenGraphemes(text, start, end);
  }

  /** A boundary counts when what stands before its white space fits; the white space may not. */
  private static int lastBoundary(String text, int start, int end, Pattern boundary) {
    Matcher matcher = boundary.matcher(text).region(start, Math.min(text.length(), end + 4));
    matcher.useTransparentBounds(true);
    int last = -1;
    while (matcher.find()) {
      int visible = matcher.end();
      while (visible > start && Character.isWhitespace(text.charAt(visible - 1))) {
        visible--;
      }
      if (visible > start && visible <= end) {
        last = Math.min(matcher.end(), end);
      }
    }
    return last;
  }

  private static int betweenGraphemes(String text, int start, int end) {
    Matcher matcher = GRAPHEME.matcher(text).region(start, text.length());
    int last = start;
    while (matcher.find() && matcher.end() <= end) {
      last = matcher.end();
    }
    int at = last > start ? last : end;
    int marks = at;
    while (marks > start && text.charAt(marks - 1) == '`') {
      marks--;
    }
    boolean insideMark = at < text.length() && text.charAt(at) == '`' && marks < at;
    return insideMark && marks > start ? marks : at;
  }

  /** One message, where the next begins, and the fence at the cut. */
  private record Cut(String part, int next, Fence after) {}

  /**
   * Whether code is open, in which language, and where it was opened.
   *
   * @param openedAt index of the mark, -1 when it was opened in an earlier message
   * @param bodyAt index behind the mark and its language
   */
  private record Fence(boolean open, String language, int openedAt, int bodyAt) {
    static final Fence CLOSED = new Fence(false, "", -1, -1);

    String reopening() {
      return open ? FENCE + language + "\n" : "";
    }

    Fence after(String text, int from, int to) {
      Fence fence = open ? new Fence(true, language, -1, from) : CLOSED;
      Matcher mark = FENCE_MARK.matcher(text).region(from, to).useTransparentBounds(true);
      while (mark.find()) {
        String word = mark.group(1) == null ? "" : mark.group(1);
        fence = fence.open ? CLOSED : new Fence(true, word, mark.start(), mark.end());
      }
      return fence;
    }
  }
}
