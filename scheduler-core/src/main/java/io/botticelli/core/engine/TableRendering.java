package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.table.ContentTables.Rows;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes rows as text for a model or a placeholder. Stateless. */
final class TableRendering {

  /** Returns the rows in a format; columns in select order. */
  String render(Rows rows, TableFormat format) {
    return switch (format) {
      case JSON -> json(rows);
      case MARKDOWN -> markdown(rows);
      case CSV -> csv(rows);
    };
  }

  private static String json(Rows rows) {
    return rows.rows().isEmpty() ? "[]" : JsonPaths.pretty(JsonPaths.toNode(rows.rows()));
  }

  private static String markdown(Rows rows) {
    if (rows.rows().isEmpty()) {
      return "No data";
    }
    List<String> columns = columns(rows);
    StringBuilder out = new StringBuilder();
    out.append(markdownLine(columns.stream().map(TableRendering::escapeBar).toList()));
    out.append('\n').append(markdownLine(columns.stream().map(column -> "---").toList()));
    for (JsonNode row : rows.rows()) {
      out.append('\n')
          .append(
              markdownLine(
                  columns.stream()
                      .map(column -> escapeBar(cell(row.get(column), "null")))
                      .toList()));
    }
    return out.toString();
  }

  private static String markdownLine(List<String> cells) {
    return String.join(" | ", cells);
  }

  private static String escapeBar(String cell) {
    return cell.replace("|", "\\|");
  }

  private static String csv(Rows rows) {
    if (rows.rows().isEmpty()) {
      return "";
    }
    List<String> columns = columns(rows);
    String header = columns.stream().map(TableRendering::csvCell).collect(Collectors.joining(","));
    return rows.rows().stream()
        .map(
            row ->
                columns.stream()
                    .map(column -> csvCell(cell(row.get(column), "")))
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining("\n", header + "\n", ""));
  }

  private static String csvCell(String cell) {
    boolean quote =
        cell.contains(",") || cell.contains("\"") || cell.contains("\n") || cell.contains("\r");
    return quote ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }

  private static String cell(@Nullable JsonNode value, String absent) {
    return value == null || value.isNull() ? absent : JsonPaths.text(value);
  }

  private static List<String> columns(Rows rows) {
    if (!rows.columns().isEmpty()) {
      return rows.columns();
    }
    List<String> names = new java.util.ArrayList<>();
    rows.rows().get(0).fieldNames().forEachRemaining(names::add);
    return names;
  }
}
