package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.model.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a conversation is made of: the instruction to follow now, the rows it is about, the draft
 * made so far and the documents given as context. Looks at the newest million characters only.
 */
final class Conversation {
  private static final int MAX_CHARACTERS = 1_000_000;
  private static final int MAX_INSTRUCTION = 100_000;
  private static final int TASK_WINDOW = 400;

  /** Lines with which the engine labels parts that no person wrote. */
  private static final Pattern LABEL =
      Pattern.compile(
          "\\[(?:table|bot|output of act|narrative|nested|document)\\b[^\\]\\n]{0,200}\\]");

  private static final Pattern TASK_WORDS =
      Pattern.compile(
          "\\b(?:(critique|criticise|criticize|review|evaluate|assess|analyse|analyze|judge)"
              + "|(refine|revise|rewrite|improve|polish|rework)"
              + "|(write|create|generate|draft|compose|produce))\\b");

  private static final Pattern AVOID_REPEATING =
      Pattern.compile("(?:do not|don't|never|avoid|without) (?:repeat|reus|echo)");

  private static final Pattern POSTING =
      Pattern.compile(
          "\\b(?:exactly|verbatim|unchanged|as it is|message text|ready to (?:post|publish|send)"
              + "|format(?:ted)?|publish|copy)\\b");

  /** Orders to work on rows, as against writing something new in view of them. */
  private static final Pattern SELECTING =
      Pattern.compile(
          "\\b(?:select|choose|pick|keep|scor|rank|rate\\b|curat|candidate|approv|best|evaluat|filter"
              + "|review|analy|copy|verbatim|unchanged|word for word|each (?:row|post)"
              + "|(?:from|using|of) (?:this|these|the) (?:row|post|content|table|data))");

  /** What the last prompt asks for. */
  enum Task {
    WRITE,
    CRITIQUE,
    REVISE,
    /** Hand a row's text on, ready to be sent. */
    POST
  }

  private final Dice dice;
  private final String instruction;
  private final List<String> documents;
  private final List<String> userTexts;
  private final List<Row> tableRows;
  private final List<Row> rows;
  private final boolean rowsExpected;
  private final Map<String, Integer> seenSentences;
  private final Optional<String> draft;
  private final Optional<ObjectNode> draftObject;
  private final Task task;

  Conversation(List<Message> messages) {
    this.dice = new Dice(messages);
    List<Message> recent = recent(messages);
    List<String> documentTexts = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<Row> earlierRows = new ArrayList<>();
    String lastDraft = null;
    ObjectNode lastObject = null;
    UserTurn turn = UserTurn.EMPTY;
    for (Message message : recent) {
      if (message.role() == Message.Role.ASSISTANT) {
        String text = message.text();
        Optional<JsonNode> json = JsonScanner.parse(unfenced(text));
        if (json.isPresent()) {
          lastObject = json.get() instanceof ObjectNode object ? object : lastObject;
        } else if (!text.isBlank() && turn.task() != Task.CRITIQUE) {
          lastDraft = text.strip();
        }
      } else if (message.role() == Message.Role.USER) {
        earlierRows.addAll(turn.rows());
        turn = UserTurn.read(message);
        documentTexts.addAll(turn.documents());
        texts.add(turn.instruction());
      } else {
        documentTexts.add(message.text());
      }
    }
    this.instruction = clip(turn.instruction(), MAX_INSTRUCTION);
    this.documents = documentTexts;
    this.userTexts = texts;
    this.draft = Optional.ofNullable(lastDraft);
    this.draftObject = Optional.ofNullable(lastObject);
    String lower = instruction.toLowerCase(Locale.ROOT);
    boolean avoid = AVOID_REPEATING.matcher(lower).find();
    boolean selecting = SELECTING.matcher(lower).find() || !asksForSomethingNew(instruction);
    boolean ownRows = !turn.rows().isEmpty() && !avoid;
    boolean inherited = turn.rows().isEmpty() && lastDraft == null && lastObject == null && !avoid;
    this.tableRows = ownRows ? turn.rows() : inherited ? List.copyOf(earlierRows) : List.of();
    this.rows = selecting ? tableRows : List.of();
    this.rowsExpected = turn.hasTable() && !avoid && selecting;
    this.seenSentences = new HashMap<>();
    earlierRows.addAll(turn.rows());
    earlierRows.forEach(
        row ->
            Sentences.of(row.text())
                .forEach(seen -> seenSentences.merge(plain(seen.text()), 1, Integer::sum)));
    boolean posting =
        ownRows && (turn.rows().size() == 1 || selecting && POSTING.matcher(lower).find());
    this.task = posting && turn.task() != Task.CRITIQUE ? Task.POST : turn.task();
  }

  Dice dice() {
    return dice;
  }

  /** Returns the text of the last prompt, without documents and tables; may be empty. */
  String instruction() {
    return instruction;
  }

  List<String> documents() {
    return documents;
  }

  /** Returns the prompts so far, the last one included. */
  List<String> userTexts() {
    return userTexts;
  }

  /** Returns the rows in sight, unless they are given only to be avoided. */
  List<Row> tableRows() {
    return tableRows;
  }

  /** Returns the rows the last prompt wants worked on; empty when it wants something new. */
  List<Row> rows() {
    return rows;
  }

  /** Tells whether the last prompt came with a table, even one without rows. */
  boolean rowsExpected() {
    return rowsExpected;
  }

  /** Returns how often a sentence stands in the rows of the conversation. */
  int timesSeen(String sentence) {
    return seenSentences.getOrDefault(plain(sentence), 0);
  }

  /** Returns the newest text that was written or revised, not judged; empty at the start. */
  Optional<String> draft() {
    return draft;
  }

  /** Returns the newest answer that was a JSON object. */
  Optional<ObjectNode> draftObject() {
    return draftObject;
  }

  Task task() {
    return task;
  }

  private static boolean asksForSomethingNew(String instruction) {
    Matcher words = taskWords(instruction);
    return words.find() && words.group(3) != null;
  }

  private static Matcher taskWords(String instruction) {
    String head = instruction.substring(0, Math.min(TASK_WINDOW, instruction.length()));
    return TASK_WORDS.matcher(head.toLowerCase(Locale.ROOT));
  }

  private static String plain(String sentence) {
    return sentence.replace("*", "").strip();
  }

  private static String unfenced(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("```") || !trimmed.endsWith("```") || trimmed.length() < 8) {
      return trimmed;
    }
    int firstBreak = trimmed.indexOf('\n');
    return firstBreak < 0 ? trimmed : trimmed.substring(firstBreak + 1, trimmed.length() - 3);
  }

  static String clip(String text, int limit) {
    return text.length() <= limit
        ? text
        : text.substring(0, limit / 2) + "\n" + text.substring(text.length() - limit / 2);
  }

  /** Keeps the newest messages that fit, clipping what is too long. */
  private static List<Message> recent(List<Message> messages) {
    List<Message> kept = new ArrayList<>();
    int left = MAX_CHARACTERS;
    for (int i = messages.size() - 1; i >= 0 && left > 0; i--) {
      List<Message.Part> parts = new ArrayList<>();
      for (Message.Part part : messages.get(i).parts()) {
        if (part instanceof Message.Part.Text text && left > 0) {
          String clipped = clip(text.text(), left);
          parts.add(new Message.Part.Text(clipped));
          left -= clipped.length();
        }
      }
      kept.add(0, new Message(messages.get(i).role(), parts));
    }
    return kept;
  }

  /** A user message taken apart. */
  private record UserTurn(
      String instruction, List<String> documents, List<Row> rows, boolean hasTable, Task task) {
    static final UserTurn EMPTY = new UserTurn("", List.of(), List.of(), false, Task.WRITE);

    static UserTurn read(Message message) {
      List<String> documents = new ArrayList<>();
      List<String> prose = new ArrayList<>();
      List<Row> rows = new ArrayList<>();
      boolean table = false;
      for (Message.Part part : message.parts()) {
        String text = ((Message.Part.Text) part).text();
        String body = withoutLabel(text);
        boolean labelled = body.length() < text.strip().length();
        List<Row> found = rows(body);
        if (!found.isEmpty() || isEmptyTable(body)) {
          table = true;
          rows.addAll(found);
        } else if (labelled || isDocument(body)) {
          documents.add(body);
        } else if (!body.isBlank()) {
          prose.add(body);
        }
      }
      if (prose.isEmpty() && !documents.isEmpty()) {
        prose.add(documents.remove(documents.size() - 1));
      }
      String instruction = String.join("\n\n", prose);
      if (rows.isEmpty()) {
        rows.addAll(embeddedRows(instruction));
        table = table || !rows.isEmpty();
      }
      return new UserTurn(instruction, documents, rows, table, task(instruction));
    }

    private static String withoutLabel(String text) {
      String body = text.strip();
      // An action act's output carries the act's label and possibly one label per part.
      for (int i = 0; i < 2; i++) {
        Matcher label = LABEL.matcher(body);
        if (!label.lookingAt()) {
          break;
        }
        body = body.substring(label.end()).strip();
      }
      return body;
    }

    private static boolean isEmptyTable(String body) {
      return body.equals("[]") || body.equals("No data");
    }

    private static List<Row> rows(String body) {
      Optional<JsonNode> json = JsonScanner.parse(body);
      if (json.isPresent()) {
        return RowReader.ofJson(json.get());
      }
      int firstBreak = body.indexOf('\n');
      if (firstBreak > 0 && body.lastIndexOf('|', firstBreak) >= 0) {
        int second = body.indexOf('\n', firstBreak + 1);
        String rule = body.substring(firstBreak + 1, second < 0 ? body.length() : second);
        if (rule.contains("---")) {
          return RowReader.ofMarkdown(body, true);
        }
      }
      return RowReader.ofCsv(body);
    }

    /** Rows a placeholder put inside the prompt: data in front of the wanted form. */
    private static List<Row> embeddedRows(String instruction) {
      String text = clip(instruction, MAX_INSTRUCTION);
      List<Row> rows = new ArrayList<>();
      for (JsonScanner.Found found : JsonScanner.scan(text)) {
        if (ShapeReader.cue(text, found.start()) < 0 && found.value().isPresent()) {
          rows.addAll(RowReader.ofJson(found.value().get()));
        }
      }
      for (Row row : RowReader.ofMarkdown(text, false)) {
        if (!ShapeReader.describesFields(row)) {
          rows.add(row);
        }
      }
      return rows;
    }

    private static boolean isDocument(String body) {
      int headings = body.startsWith("# ") || body.startsWith("## ") ? 1 : 0;
      for (int at = body.indexOf("\n#");
          at >= 0 && headings < 2;
          at = body.indexOf("\n#", at + 2)) {
        headings++;
      }
      return headings >= 2;
    }

    private static Task task(String instruction) {
      Matcher words = taskWords(instruction);
      if (!words.find()) {
        return Task.WRITE;
      }
      return words.group(1) != null
          ? Task.CRITIQUE
          : words.group(2) != null ? Task.REVISE : Task.WRITE;
    }
  }
}
