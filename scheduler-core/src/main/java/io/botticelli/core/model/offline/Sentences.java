package io.botticelli.core.model.offline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Splits text into sentences and words. Hand-written scans: linear, without backtracking. */
final class Sentences {
  private static final int MAX_SENTENCES = 3_000;
  private static final int MIN_LENGTH = 25;
  private static final int MAX_LENGTH = 400;

  /** Words that say nothing about a subject, among them those every prompt is made of. */
  private static final Set<String> EMPTY_WORDS =
      Set.of(
          ("about above across after again against also always another answer array"
                  + " audit because been before begin being below between boolean both cannot"
                  + " channel character characters choose column community concrete content"
                  + " correct corrected could create critical critique describe discord does doing"
                  + " done down draft each entries entry every exactly example examples facts"
                  + " field fields fill filled first float follow following format from generate"
                  + " give given have having here idea ideas integer into invent json just keep"
                  + " language least less like limit line list longer made make many markdown"
                  + " maximum message messages more most must name never nothing number object one"
                  + " only optional other output over plain please post posts prompt reader"
                  + " readers required requirement return rule rules same score select selected"
                  + " sentence sentences should single some something start string such table text"
                  + " than that their them then there these they this those three through time"
                  + " title under until used using valid value very want well were what when where"
                  + " which while will with without word words would write writing written your"
                  + " yours")
              .split(" "));

  private Sentences() {}

  /**
   * A sentence and the heading it stands under.
   *
   * @param heading nearest Markdown heading above, "" when there is none
   */
  record Sentence(String heading, String text) {}

  /**
   * Returns the sentences of a Markdown text; code, tables, links and fragments are left out, list
   * items count as sentences.
   */
  static List<Sentence> of(String markdown) {
    List<Sentence> sentences = new ArrayList<>();
    StringBuilder paragraph = new StringBuilder();
    String heading = "";
    boolean code = false;
    int position = 0;
    while (position <= markdown.length() && sentences.size() < MAX_SENTENCES) {
      int end = markdown.indexOf('\n', position);
      String line = markdown.substring(position, end < 0 ? markdown.length() : end).strip();
      position = end < 0 ? markdown.length() + 1 : end + 1;
      boolean fence = line.startsWith("```");
      boolean bullet = line.startsWith("- ") || line.startsWith("* ") || line.startsWith("• ");
      if (fence || line.isEmpty() || line.startsWith("#") || line.startsWith("|") || bullet) {
        flush(heading, paragraph, sentences);
      }
      if (fence) {
        code = !code;
      } else if (!code && line.startsWith("#")) {
        heading = line.replace("#", "").strip();
      } else if (!code && !line.startsWith("|")) {
        paragraph.append(paragraph.isEmpty() ? "" : " ").append(bullet ? line.substring(2) : line);
      }
    }
    flush(heading, paragraph, sentences);
    return sentences;
  }

  private static void flush(String heading, StringBuilder paragraph, List<Sentence> sentences) {
    int start = 0;
    for (int i = 0; i < paragraph.length(); i++) {
      char c = paragraph.charAt(i);
      boolean last = i == paragraph.length() - 1;
      boolean stop = c == '.' || c == '!' || c == '?';
      if (last || (stop && paragraph.charAt(i + 1) == ' ' && startsSentence(paragraph, i + 2))) {
        add(heading, paragraph.substring(start, i + 1).strip(), sentences);
        start = i + 1;
      }
    }
    paragraph.setLength(0);
  }

  private static boolean startsSentence(CharSequence text, int index) {
    if (index >= text.length()) {
      return true;
    }
    char c = text.charAt(index);
    return Character.isUpperCase(c) || c == '`' || c == '"' || c == '*';
  }

  private static void add(String heading, String sentence, List<Sentence> sentences) {
    boolean whole = sentence.endsWith(".") || sentence.endsWith("!") || sentence.endsWith("?");
    if (whole
        && sentence.length() >= MIN_LENGTH
        && sentence.length() <= MAX_LENGTH
        && !sentence.contains("://")
        && !sentence.contains("{{")
        && sentences.size() < MAX_SENTENCES) {
      sentences.add(new Sentence(heading, sentence));
    }
  }

  /** Returns the words that carry a subject, lower-case, in order of first use, at most 400. */
  static Set<String> topicWords(String text) {
    Set<String> words = new LinkedHashSet<>();
    int start = -1;
    for (int i = 0; i <= text.length() && words.size() < 400; i++) {
      boolean letter = i < text.length() && Character.isLetter(text.charAt(i));
      if (letter && start < 0) {
        start = i;
      } else if (!letter && start >= 0) {
        if (i - start >= 4 && i - start <= 30) {
          String word = stem(text.substring(start, i).toLowerCase(Locale.ROOT));
          if (!EMPTY_WORDS.contains(word) && !EMPTY_WORDS.contains(word + "s")) {
            words.add(word);
          }
        }
        start = -1;
      }
    }
    return words;
  }

  /** Takes a plural's ending off, so that "schedules" meets "schedule". */
  private static String stem(String word) {
    return word.length() > 4 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  /** Cuts a text to a number of code points, at a sentence or a space when one is near. */
  static String cut(String text, int codePoints) {
    String whole = text.strip();
    if (whole.codePointCount(0, whole.length()) <= codePoints) {
      return whole;
    }
    String head = whole.substring(0, whole.offsetByCodePoints(0, Math.max(1, codePoints)));
    int near = head.length() * 3 / 5;
    int stop = Math.max(head.lastIndexOf(". "), head.lastIndexOf(".\n"));
    if (stop >= near) {
      return head.substring(0, stop + 1);
    }
    int space = head.lastIndexOf(' ');
    return (space >= near ? head.substring(0, space) : head).strip();
  }
}
