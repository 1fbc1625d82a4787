package io.botticelli.web.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Standard output of one command: text for people or one JSON document. Text from tables and models
 * loses its control characters, so that stored content cannot steer a terminal.
 */
final class Output {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private final PrintWriter out;

  Output(PrintWriter out) {
    this.out = out;
  }

  void line(String text) {
    out.println(printable(text));
    out.flush();
  }

  void json(Object document) {
    try {
      out.println(JSON.writeValueAsString(document));
      out.flush();
    } catch (JsonProcessingException failure) {
      throw new IllegalStateException("our own records are always JSON", failure);
    }
  }

  /**
   * Prints rows under a header, columns aligned; long cells are cut.
   *
   * @param widest characters a cell may have
   */
  void table(List<String> header, List<List<String>> rows, int widest) {
    List<List<String>> all = new ArrayList<>();
    all.add(header.stream().map(cell -> cell.toUpperCase(Locale.ROOT)).toList());
    rows.forEach(row -> all.add(row.stream().map(cell -> cell(cell, widest)).toList()));
    int[] widths =
        IntStream.range(0, header.size())
            .map(column -> all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    for (List<String> row : all) {
      String line =
          IntStream.range(0, row.size())
              .mapToObj(
                  column ->
                      column == row.size() - 1
                          ? row.get(column)
                          : String.format(
                              Locale.ROOT,
                              "%-" + Math.max(1, widths[column]) + "s",
                              row.get(column)))
              .collect(Collectors.joining("  "));
      out.println(line.stripTrailing());
    }
    out.flush();
  }

  private static String cell(String text, int widest) {
    String flat = printable(text.replaceAll("\\s+", " ")).strip();
    if (flat.codePointCount(0, flat.length()) <= widest) {
      return flat;
    }
    return flat.substring(0, flat.offsetByCodePoints(0, widest - 1)) + "…";
  }

  /** As {@link #printable}, and line ends become bars: an error is one line. */
  static String oneLine(String text) {
    return printable(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | "));
  }

  /** Returns a time for people, to the second. */
  static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Replaces control characters (terminal escapes among them) except line ends and tabs. */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c));
    return clean.toString();
  }
}
