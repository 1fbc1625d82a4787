package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads fields a prompt lists in words: bullets such as {@code - score (integer 1-10)}, lines such
 * as {@code name: text}, {@code Required fields: a, b}, a Markdown table of fields.
 */
final class FieldListReader {
  private static final int MAX_FIELDS = 200;

  private static final Pattern LINE =
      Pattern.compile(
          "\\s{0,12}([-*•+]|\\d{1,3}[.)])?\\s{0,4}[`\"*']{0,4}([A-Za-z_][A-Za-z0-9_]{0,62})[`\"*']{0,4}"
              + "\\s{0,3}(?:\\(([^)\\n]{1,300})\\)|[:=–—]|\\s-\\s)?\\s{0,3}([^\\n]{0,400})");
  private static final Pattern TYPED =
      Pattern.compile(
          "\\b(?:string|text|integer|int|bigint|smallint|number|numeric|float|double|decimal|boolean"
              + "|bool|array|list of|object|json|timestamp|date|varchar|true/false|one of)\\b");
  private static final Pattern HEADING =
      Pattern.compile(
          "\\b(?:fields?|keys?|properties|columns|attributes|schema|structure|objects? with|each with"
              + "|(?:must|should) (?:have|contain|include))\\b[^\\n]{0,80}:\\s*$");
  private static final Pattern INLINE =
      Pattern.compile(
          "\\b(?:fields?|keys?|properties|columns)\\b[^:\\n.]{0,60}:[ \\t]*([^\\n]{2,600})",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WITH =
      Pattern.compile(
          "json[^\\n.]{0,60}?\\b(?:with|containing|having|of the form)\\b"
              + "(?: (?:the|these|following|exactly|keys?|fields?|properties)){0,4}"
              + "((?:[^\\n.]|\\.(?=\\d)){2,400})",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern AS_JSON =
      Pattern.compile(
          "\\b(?:output|return|include|provide|give)\\s([^\\n.]{2,300}?)\\sas (?:a )?(?:valid )?json",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final List<String> NAME_COLUMNS =
      List.of("field", "name", "key", "column", "property");

  private FieldListReader() {}

  static Map<String, Shape> read(String instruction) {
    Map<String, Shape> fields = new LinkedHashMap<>();
    for (Row row : RowReader.ofMarkdown(instruction, false)) {
      if (isFieldTable(row)) {
        addTableRow(row, fields);
      }
    }
    if (fields.isEmpty()) {
      readLines(instruction, fields);
    }
    Matcher inline = INLINE.matcher(instruction);
    while (fields.size() < MAX_FIELDS && inline.find()) {
      addNames(inline.group(1), fields, false);
    }
    for (Pattern pattern : List.of(WITH, AS_JSON)) {
      Matcher matcher = pattern.matcher(instruction);
      while (fields.isEmpty() && matcher.find()) {
        addNames(matcher.group(1), fields, true);
      }
    }
    return fields;
  }

  /** Tells whether a row's table lists fields: a column of names and one of types. */
  static boolean isFieldTable(Row row) {
    return row.cells().containsKey("type")
        && row.cells().keySet().stream().anyMatch(NAME_COLUMNS::contains);
  }

  private static void addTableRow(Row row, Map<String, Shape> fields) {
    String name = "";
    StringBuilder description = new StringBuilder();
    for (Map.Entry<String, JsonNode> cell : row.cells().entrySet()) {
      String value = cell.getValue().asText("").replace("`", "").strip();
      if (name.isEmpty() && NAME_COLUMNS.contains(cell.getKey())) {
        name = value;
      } else {
        description.append(value).append(' ');
      }
    }
    if (NAME.matcher(name).matches() && fields.size() < MAX_FIELDS) {
      fields.put(name, ValueReader.ofDescription(name, description.toString().strip()));
    }
  }

  private static void readLines(String instruction, Map<String, Shape> fields) {
    List<Candidate> block = new ArrayList<>();
    boolean underHeading = false;
    for (String line : instruction.split("\n", -1)) {
      Optional<Candidate> candidate = candidate(line);
      if (candidate.isPresent() && !isHeading(line)) {
        block.add(candidate.get());
      } else if (isHeading(line)) {
        take(block, underHeading, fields);
        underHeading = true;
      } else if (!line.isBlank() || !block.isEmpty()) {
        take(block, underHeading, fields);
        underHeading = false;
      }
    }
    take(block, underHeading, fields);
  }

  /**
   * A line that may describe a field.
   *
   * @param typed it names a JSON or SQL type
   */
  private record Candidate(String name, String description, boolean bullet, boolean typed) {}

  private static boolean isHeading(String line) {
    return HEADING.matcher(line.toLowerCase(Locale.ROOT)).find();
  }

  private static Optional<Candidate> candidate(String line) {
    Matcher matcher = LINE.matcher(line);
    if (line.length() > 600 || !matcher.matches()) {
      return Optional.empty();
    }
    String name = matcher.group(2);
    boolean identifier = name.indexOf('_') > 0 || name.equals(name.toLowerCase(Locale.ROOT));
    boolean bullet = matcher.group(1) != null;
    String rest =
        ((matcher.group(3) == null ? "" : "(" + matcher.group(3) + ") ") + matcher.group(4))
            .strip();
    boolean typed = TYPED.matcher(rest.toLowerCase(Locale.ROOT)).find();
    boolean fits =
        identifier
            && !isProse(line, matcher.end(2))
            && (bullet || typed && (name.indexOf('_') > 0 || rest.length() < 60));
    return fits ? Optional.of(new Candidate(name, rest, bullet, typed)) : Optional.empty();
  }

  /** Takes a block of lines as fields when a heading says so, or when most of them name types. */
  private static void take(List<Candidate> block, boolean underHeading, Map<String, Shape> fields) {
    long typed = block.stream().filter(Candidate::typed).count();
    if (underHeading || typed * 2 >= block.size()) {
      for (Candidate field : block) {
        if (fields.size() < MAX_FIELDS) {
          fields.putIfAbsent(
              field.name(), ValueReader.ofDescription(field.name(), field.description()));
        }
      }
    }
    block.clear();
  }

  /** Tells whether plain words follow the name, as in a sentence. */
  private static boolean isProse(String line, int afterName) {
    int i = afterName;
    while (i < line.length() && "`\"*' ".indexOf(line.charAt(i)) >= 0) {
      i++;
    }
    return i < line.length() && "(:=–—-".indexOf(line.charAt(i)) < 0;
  }

  private static void addNames(String list, Map<String, Shape> fields, boolean strict) {
    for (String piece : list.split(",|;|\\band\\b", MAX_FIELDS)) {
      String trimmed = piece.strip().replaceAll("^[`\"'*\\[{(]+", "");
      Matcher name = NAME.matcher(trimmed);
      if (!name.lookingAt() || fields.size() >= MAX_FIELDS) {
        continue;
      }
      String rest = trimmed.substring(name.end()).replaceAll("^[`\"'*]+", "").strip();
      boolean marked = piece.indexOf('`') >= 0 || piece.indexOf('"') >= 0;
      boolean plain = rest.isEmpty() || rest.startsWith("(") || rest.startsWith(".");
      if (marked || (strict ? rest.isEmpty() || name.group().indexOf('_') > 0 : plain)) {
        fields.putIfAbsent(name.group(), ValueReader.ofDescription(name.group(), rest));
      }
    }
  }
}
