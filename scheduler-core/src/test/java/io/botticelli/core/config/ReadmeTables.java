package io.botticelli.core.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The tables, code spans and samples of README's settings. */
public final class ReadmeTables {
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern LITERAL =
      Pattern.compile("`(-?[0-9]+|true|false|\"[^\"]*\"|\\[]|\\{})`");
  private static final Pattern RANGE = Pattern.compile("([0-9]+)\\.\\.([0-9]+)( .*)?");
  private static final Pattern SAMPLE = Pattern.compile("(?s)```toml\\n# (\\S+)\\n.*?```");

  private final String text;

  private ReadmeTables(String text) {
    this.text = text;
  }

  /** Reads the file of this project. */
  public static ReadmeTables load() {
    Path root = Path.of(System.getProperty("botticelli.project.root"));
    try {
      return new ReadmeTables(Files.readString(root.resolve("README.md"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the whole file. */
  String text() {
    return text;
  }

  /**
   * A row that describes keys.
   *
   * @param keys full names, those in brackets spelt out
   * @param meaning second cell
   * @param standard third cell, or empty text
   * @param allowed last cell, or empty text
   */
  public record Row(List<String> keys, String meaning, String standard, String allowed) {
    /** Returns the documented default as a TOML value, when it is one. */
    public Optional<String> defaultLiteral() {
      return literals(standard).stream().findFirst().filter(l -> standard.equals("`" + l + "`"));
    }

    boolean isWithoutEffect() {
      return meaning.contains("no effect");
    }

    /** Returns both ends, when the cell is a range. */
    public Optional<long[]> range() {
      var match = RANGE.matcher(allowed);
      return match.matches()
          ? Optional.of(new long[] {Long.parseLong(match.group(1)), Long.parseLong(match.group(2))})
          : Optional.empty();
    }

    /** Returns the allowed words, when the cell lists them. */
    public List<String> words() {
      return literals(allowed);
    }

    @Override
    public String toString() {
      return String.join(", ", keys);
    }
  }

  /**
   * Returns the rows of all tables whose first column has a title.
   *
   * @throws AssertionError when there is none
   */
  public List<Row> rows(String title) {
    List<Row> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : text.lines().toList()) {
      if (!line.startsWith("|")) {
        inside = false;
      } else if (line.startsWith("| " + title + " |")) {
        inside = true;
      } else if (inside && !line.startsWith("|---")) {
        rows.add(row(line));
      }
    }
    if (rows.isEmpty()) {
      throw new AssertionError("README has no table with the first column \"" + title + "\"");
    }
    return rows;
  }

  private static Row row(String line) {
    List<String> cells =
        Pattern.compile("\\s*\\|\\s*").splitAsStream(line).skip(1).map(String::strip).toList();
    return new Row(
        keys(cells.get(0)),
        cells.get(1),
        cells.size() > 2 ? cells.get(2) : "",
        cells.size() > 3 ? cells.get(3) : "");
  }

  /** Other spellings stand in brackets and replace the last part of the name before them. */
  private static List<String> keys(String cell) {
    List<String> keys = new ArrayList<>();
    int bracket = cell.indexOf('(');
    keys.addAll(codes(bracket < 0 ? cell : cell.substring(0, bracket)));
    if (bracket >= 0) {
      String first = keys.get(0);
      String parent = first.substring(0, first.lastIndexOf('.') + 1);
      for (String other : codes(cell.substring(bracket))) {
        // The last part by itself: the key may stand at the root of the file.
        keys.add(first.equals(parent + other) ? other : parent + other);
      }
    }
    return keys;
  }

  /** Returns every text between backticks, without whole blocks. */
  public static List<String> codes(String text) {
    return CODE.matcher(BLOCK.matcher(text).replaceAll(""))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> literals(String cell) {
    return LITERAL.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  /** Returns everything between two headings of the same depth. */
  public String section(String heading) {
    int start = text.indexOf("\n" + heading + "\n");
    if (start < 0) {
      throw new AssertionError("README has no heading \"" + heading + "\"");
    }
    String depth = heading.substring(0, heading.indexOf(' ') + 1);
    int end = text.indexOf("\n" + depth, start + heading.length());
    return text.substring(start, end < 0 ? text.length() : end);
  }

  /**
   * A file shown in README.
   *
   * @param path name in the comment on its first line
   */
  public record Sample(String path, String text) {}

  /** Returns the TOML files shown; each begins with a comment that names it. */
  public List<Sample> samples() {
    return SAMPLE.matcher(text).results().map(ReadmeTables::sample).toList();
  }

  private static Sample sample(MatchResult match) {
    String block = match.group();
    return new Sample(
        match.group(1), block.substring(block.indexOf('\n') + 1, block.lastIndexOf("```")));
  }

  /** Returns how many blocks of TOML there are, named or not. */
  long countTomlBlocks() {
    return Pattern.compile("(?m)^```toml$").matcher(text).results().count();
  }
}
