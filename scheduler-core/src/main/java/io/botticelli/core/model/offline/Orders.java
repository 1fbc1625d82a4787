package io.botticelli.core.model.offline;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells sentences addressed to the writer of a text from sentences for its readers. */
final class Orders {
  private static final Set<String> VERBS =
      Set.of(
          ("write do don't never return output respond use keep include avoid make create generate"
                  + " answer you your mention follow select choose score rate format copy no only"
                  + " the if please give tell explain list read check ensure draft compose produce"
                  + " review critique rewrite improve refine pick start end put set say be")
              .split(" "));
  private static final Pattern ABOUT_WRITING =
      Pattern.compile(
          "\\b(?:json|you|your|characters|must|markdown|hashtags?|@everyone|below|above)\\b");
  private static final Pattern WRITERS_HEADING =
      Pattern.compile("\\b(?:rules?|voice|style|writers?|glossary)\\b");

  private Orders() {}

  /** Tells whether a sentence of a prompt orders or asks something. */
  static boolean isOrder(String sentence) {
    String lower = sentence.toLowerCase(Locale.ROOT);
    int space = lower.indexOf(' ');
    return lower.endsWith("?")
        || VERBS.contains(space < 0 ? lower : lower.substring(0, space))
        || ABOUT_WRITING.matcher(lower).find();
  }

  /** Tells whether a document says something to those who write, for instance on its voice. */
  static boolean isForWriters(Sentences.Sentence sentence) {
    return WRITERS_HEADING.matcher(sentence.heading().toLowerCase(Locale.ROOT)).find();
  }
}
