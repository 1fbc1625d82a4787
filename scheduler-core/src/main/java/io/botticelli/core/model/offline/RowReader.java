package io.botticelli.core.model.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads tables as the engine renders them: JSON array, Markdown, CSV. */
final class RowReader {
  private static final int MAX_ROWS = 1_000;
  private static final int MAX_COLUMNS = 200;
  private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final Pattern SEPARATOR = Pattern.compile("\\|?[ :-]*-{3}[ :|-]*");

  private RowReader() {}

  /** Returns the objects of an array, or of the only array inside an object. */
  static List<Row> ofJson(JsonNode value) {
    JsonNode array = value;
    if (value.isObject() && value.size() == 1 && value.elements().next().isArray()) {
      array = value.elements().next();
    }
    List<Row> rows = new ArrayList<>();
    if (array.isArray()) {
      for (JsonNode element : array) {
        if (element.isObject() && !element.isEmpty() && rows.size() < MAX_ROWS) {
          Map<String, JsonNode> cells = new LinkedHashMap<>();
          element
              .properties()
              .forEach(
                  field ->
                      cells.putIfAbsent(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
          rows.add(new Row(cells));
        }
      }
    }
    return rows;
  }

  /**
   * Returns the rows of every Markdown table in a text. A cell may hold line breaks: a line without
   * enough separators continues the row above.
   *
   * @param tableOnly true when nothing but the table stands in the text, so that blank lines belong
   *     to cells
   */
  static List<Row> ofMarkdown(String text, boolean tableOnly) {
    List<Row> rows = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    int i = 0;
    while (i + 1 < lines.length && rows.size() < MAX_ROWS) {
      List<String> columns = cells(lines[i]);
      if (columns.size() < 2
          || columns.size() > MAX_COLUMNS
          || !SEPARATOR.matcher(lines[i + 1].strip()).matches()
          || !columns.stream().allMatch(column -> COLUMN.matcher(column).matches())) {
        i++;
        continue;
      }
      i = readRows(lines, i + 2, columns, tableOnly, rows);
    }
    return rows;
  }

  private static int readRows(
      String[] lines, int first, List<String> columns, boolean tableOnly, List<Row> rows) {
    List<String> row = new ArrayList<>();
    int i = first;
    for (; i < lines.length && rows.size() < MAX_ROWS; i++) {
      if (lines[i].isBlank() && !tableOnly && (row.isEmpty() || row.size() >= columns.size())) {
        break;
      }
      List<String> cells = cells(lines[i]);
      boolean complete = row.size() >= columns.size();
      if (complete && cells.size() >= 2) {
        addRow(columns, row, rows);
        row = new ArrayList<>(cells);
      } else if (row.isEmpty()) {
        row.addAll(cells);
      } else {
        int last = row.size() - 1;
        row.set(last, row.get(last) + "\n" + cells.get(0));
        row.addAll(cells.subList(1, cells.size()));
      }
    }
    addRow(columns, row, rows);
    return i;
  }

  private static void addRow(List<String> columns, List<String> cells, List<Row> rows) {
    if (cells.size() != columns.size()) {
      return;
    }
    Map<String, JsonNode> row = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      row.putIfAbsent(columns.get(i).toLowerCase(Locale.ROOT), scalar(cells.get(i)));
    }
    rows.add(new Row(row));
  }

  /** Splits at unescaped bars; outer bars are optional. */
  private static List<String> cells(String line) {
    String inner = line.strip();
    if (inner.startsWith("|")) {
      inner = inner.substring(1);
      inner = inner.endsWith("|") ? inner.substring(0, inner.length() - 1) : inner;
    }
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c == '\\' && i + 1 < inner.length() && inner.charAt(i + 1) == '|') {
        cell.append('|');
        i++;
      } else if (c == '|' && cells.size() < MAX_COLUMNS) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  /** Returns the rows of a text that is CSV with a header of plain column names, else none. */
  static List<Row> ofCsv(String text) {
    int firstBreak = text.indexOf('\n');
    if (firstBreak < 0) {
      return List.of();
    }
    List<String> columns = List.of(text.substring(0, firstBreak).strip().split(",", -1));
    if (columns.size() < 2
        || columns.size() > MAX_COLUMNS
        || !columns.stream().allMatch(column -> COLUMN.matcher(column).matches())) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = firstBreak + 1; i <= text.length() && rows.size() < MAX_ROWS; i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (quoted && i < text.length()) {
        if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else if (c == '"') {
          quoted = false;
        } else {
          cell.append(c);
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        record.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        record.add(cell.toString());
        cell.setLength(0);
        addRow(columns, record, rows);
        record = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    return rows;
  }

  private static JsonNode scalar(String cell) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (cell.isEmpty() || cell.equals("null")) {
      return json.nullNode();
    }
    if (cell.length() <= 18 && cell.matches("-?\\d+")) {
      return json.numberNode(Long.parseLong(cell));
    }
    if (cell.startsWith("{") || cell.startsWith("[")) {
      Optional<JsonNode> nested = JsonScanner.parse(cell);
      if (nested.isPresent()) {
        return nested.get();
      }
    }
    return json.textNode(cell);
  }
}
