package io.botticelli.core.model.offline;

import io.botticelli.core.model.offline.Sentences.Sentence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes prose out of what the conversation already says: sentences of its documents, chosen by how
 * much they share with the prompt. It adds no facts of its own, and says where a text comes from
 * when there was nothing to draw on.
 */
final class ProseWriter {
  /** Longest message a channel takes in one piece, in code points. */
  static final int MAX_POST = 2_000;

  private static final int LEAST_SENTENCES = 2;
  private static final int MOST_SENTENCES = 3;
  private static final int MAX_DRAFT = 1_800;
  private static final int GROWN_DRAFT = 900;

  private final Conversation conversation;
  private final List<Sentence> material;
  private final Set<String> topics;

  ProseWriter(Conversation conversation) {
    this.conversation = conversation;
    StringBuilder prompts = new StringBuilder();
    conversation.userTexts().forEach(text -> prompts.append(text).append('\n'));
    this.topics = Sentences.topicWords(Conversation.clip(prompts.toString(), 20_000));
    this.material = material(conversation);
  }

  /** Returns the answer in prose to the last prompt; never blank. */
  String answer() {
    return switch (conversation.task()) {
      case POST -> rowText();
      case CRITIQUE -> critique();
      case REVISE -> revision();
      case WRITE -> post(0);
    };
  }

  /**
   * Returns a text on the prompt's subject.
   *
   * @param index 0-based; different numbers give different texts as long as there is material
   */
  String post(int index) {
    List<Section> sections = sections();
    if (sections.isEmpty()) {
      return withoutMaterial(index);
    }
    Section section = sections.get(index % sections.size());
    int wanted =
        LEAST_SENTENCES
            + conversation
                .dice()
                .below(MOST_SENTENCES - LEAST_SENTENCES + 1, "sentences per post", index);
    int count = Math.min(wanted, section.sentences().size());
    int first =
        conversation.dice().below(section.sentences().size() - count + 1, "first sentence", index);
    StringBuilder text = new StringBuilder();
    if (!section.heading().isEmpty()) {
      text.append("**").append(section.heading()).append("**\n\n");
    }
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : i == count - 1 ? "\n\n" : " ");
      text.append(section.sentences().get(first + i).text());
    }
    return Sentences.cut(text.toString(), MAX_DRAFT);
  }

  /** Returns the draft as it stands, or a new text when there is none. */
  String draftOrPost(int index) {
    return index == 0 ? conversation.draft().orElseGet(() -> post(0)) : post(index);
  }

  /** Returns the draft's subject in a few words. */
  String title(String text) {
    String first = text.strip().split("\n", 2)[0].replace("*", "").replace("#", "").strip();
    int stop = first.indexOf(". ");
    String title = Sentences.cut(stop > 0 ? first.substring(0, stop) : first, 60);
    return title.isEmpty() ? "Untitled" : title;
  }

  /** Returns what can be measured about a text, in one sentence. */
  String assessment(String text) {
    int sentences = Sentences.of(text).size();
    return "The text has "
        + text.codePointCount(0, text.length())
        + " characters"
        + (sentences > 0 ? " in " + sentences + (sentences == 1 ? " sentence" : " sentences") : "")
        + " and opens with \""
        + title(text)
        + "\".";
  }

  /** Returns words of the subject, at most {@code count}. */
  List<String> keywords(int count) {
    List<String> words = topics.stream().limit(count).toList();
    return words.isEmpty() ? List.of("offline") : words;
  }

  private String rowText() {
    String text = Sentences.cut(conversation.tableRows().get(0).text(), MAX_POST);
    return text.isBlank() ? "The row holds no text." : text;
  }

  private String critique() {
    String subject =
        conversation
            .draft()
            .orElseGet(
                () ->
                    conversation.tableRows().isEmpty()
                        ? conversation.instruction()
                        : conversation.tableRows().get(0).text());
    List<Sentence> sentences = Sentences.of(subject);
    Sentence longest =
        sentences.stream()
            .max(Comparator.comparingInt(sentence -> sentence.text().length()))
            .orElse(new Sentence("", title(subject)));
    return assessment(subject)
        + "\n\nIts longest sentence has "
        + longest.text().split("\\s+").length
        + " words; a shorter one would read faster. Keep to one subject: "
        + String.join(", ", keywords(3))
        + ".";
  }

  private String revision() {
    String draft = conversation.draft().orElseGet(() -> post(0));
    Set<String> lines = new LinkedHashSet<>();
    for (Sentence sentence : material) {
      if (draft.startsWith("**" + sentence.heading() + "**") && !draft.contains(sentence.text())) {
        lines.add(sentence.text());
      }
    }
    String grown =
        lines.isEmpty() || draft.length() > GROWN_DRAFT
            ? draft
            : draft
                + " "
                + List.copyOf(lines)
                    .get(conversation.dice().below(lines.size(), "added sentence", 0));
    return Sentences.cut(grown, MAX_DRAFT);
  }

  /**
   * Returns the material by heading: headings of the kind the prompts ask for first, of these the
   * ones used least first; of a heading only the unused sentences, while there are enough.
   */
  private List<Section> sections() {
    Map<String, List<Sentence>> byHeading = new LinkedHashMap<>();
    for (Sentence sentence : material) {
      byHeading.computeIfAbsent(sentence.heading(), key -> new ArrayList<>()).add(sentence);
    }
    List<Section> sections = new ArrayList<>();
    byHeading.forEach(
        (heading, sentences) -> {
          List<Sentence> unused =
              sentences.stream()
                  .filter(sentence -> conversation.timesSeen(sentence.text()) == 0)
                  .toList();
          int wear =
              sentences.stream()
                  .mapToInt(sentence -> conversation.timesSeen(sentence.text()))
                  .sum();
          int colon = heading.indexOf(':');
          sections.add(
              new Section(
                  heading,
                  unused.isEmpty() ? sentences : unused,
                  closeness(colon < 0 ? heading : heading.substring(0, colon)),
                  wear,
                  closeness(heading)));
        });
    sections.sort(
        Comparator.comparingInt((Section section) -> -section.kinship())
            .thenComparingInt(Section::wear)
            .thenComparingInt(section -> -section.closeness())
            .thenComparingLong(section -> conversation.dice().roll(section.heading(), 0)));
    return sections;
  }

  /**
   * Sentences under one heading.
   *
   * @param kinship words the heading, up to its colon, shares with the prompts: in "Recipe: bread",
   *     "Recipe" is what kind of section it is
   * @param wear how often its sentences were used in the rows to be avoided
   * @param closeness words the whole heading shares with the prompts
   */
  private record Section(
      String heading, List<Sentence> sentences, int kinship, int wear, int closeness) {}

  private int closeness(String heading) {
    int shared = 0;
    for (String word : Sentences.topicWords(heading)) {
      shared += topics.contains(word) ? 1 : 0;
    }
    return shared;
  }

  private String withoutMaterial(int index) {
    List<String> words = new ArrayList<>(keywords(40));
    int first = conversation.dice().below(words.size(), "first word", index);
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < Math.min(3, words.size()); i++) {
      chosen.add(words.get((first + i) % words.size()));
    }
    return "A note on "
        + String.join(", ", chosen)
        + ". The offline model put it together from the prompt alone; there was no context to draw"
        + " facts from.";
  }

  /** Documents first, then rows, then the sentences of the prompts that are not orders. */
  private static List<Sentence> material(Conversation conversation) {
    List<Sentence> sentences = new ArrayList<>();
    for (String document : conversation.documents()) {
      for (Sentence sentence : Sentences.of(document)) {
        if (!Orders.isForWriters(sentence)) {
          sentences.add(sentence);
        }
      }
    }
    if (sentences.isEmpty()) {
      conversation.tableRows().forEach(row -> sentences.addAll(Sentences.of(row.text())));
    }
    if (sentences.isEmpty()) {
      for (String text : conversation.userTexts()) {
        for (Sentence sentence : Sentences.of(text)) {
          if (!Orders.isOrder(sentence.text())) {
            sentences.add(new Sentence("", sentence.text()));
          }
        }
      }
    }
    return sentences;
  }
}
