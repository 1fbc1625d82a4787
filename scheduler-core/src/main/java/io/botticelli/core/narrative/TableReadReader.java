package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads table queries, as resource or written in an act. */
final class TableReadReader {
  static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final Pattern ORDER_TERM =
      Pattern.compile(
          IDENTIFIER.pattern() + "(\\s++(ASC|DESC))?+(\\s++NULLS\\s++(FIRST|LAST))?+",
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> KEYS =
      Set.of(
          "table_name",
          "columns",
          "where",
          "where_clause",
          "limit",
          "offset",
          "order_by",
          "format",
          "alias",
          "sample",
          "pull_and_delete",
          "history_retention",
          "required");

  private final Reading reading;

  TableReadReader(Reading reading) {
    this.reading = reading;
  }

  /** Reads {@code [tables.NAME]}. */
  Optional<TableRead> resource(String name, TomlSection section) {
    section.warnUnknown(KEYS);
    return read(section, Optional.of(name));
  }

  /** Reads an input of type {@code table}. */
  Optional<TableRead> input(TomlSection section) {
    Set<String> known = new TreeSet<>(KEYS);
    known.add("type");
    section.warnUnknown(known);
    return read(section, Optional.empty());
  }

  private Optional<TableRead> read(TomlSection section, Optional<String> resource) {
    Optional<String> table =
        section
            .requiredString("table_name")
            .filter(
                written ->
                    isIdentifier(
                        written,
                        reading.environment().expand(written),
                        section.path("table_name"),
                        "table name"))
            .map(reading.environment()::expand);
    List<String> columns = columns(section);
    Optional<String> where = where(section);
    Optional<Integer> limit = section.integer("limit", 1);
    Optional<Integer> offset = section.integer("offset", 0);
    Optional<String> orderBy = orderBy(section);
    Optional<TableFormat> format = format(section);
    Optional<Integer> sample = section.integer("sample", 1);
    Optional<Boolean> pullAndDelete = section.bool("pull_and_delete");
    boolean required = section.bool("required").orElse(false);
    Optional<String> alias =
        section.has("alias") ? section.requiredString("alias") : Optional.empty();
    Retention retention = SettingsReader.retention(section, Retention.FULL);
    if (section.has("sample") && section.has("order_by")) {
      section
          .reporter()
          .error(
              "sample_with_order",
              section.path("sample"),
              "stands beside \"order_by\", but random rows have no order; remove one");
      return Optional.empty();
    }
    return table.map(
        name ->
            new TableRead(
                name,
                alias.or(() -> resource).orElse(name),
                columns,
                where,
                limit,
                offset,
                orderBy,
                format.orElse(TableFormat.JSON),
                sample,
                pullAndDelete,
                retention,
                required));
  }

  private List<String> columns(TomlSection section) {
    List<String> columns = section.strings("columns").orElse(List.of());
    if (columns.equals(List.of("*"))) {
      return List.of();
    }
    List<String> usable = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      List<String> path = section.path("columns");
      path.add(String.valueOf(i));
      if (isIdentifier(columns.get(i), columns.get(i), path, "column name")) {
        usable.add(columns.get(i));
      }
    }
    return usable;
  }

  private Optional<String> where(TomlSection section) {
    Optional<String> where = section.string("where");
    Optional<String> clause = section.string("where_clause");
    if (where.isPresent() && clause.isPresent()) {
      section
          .reporter()
          .warning(
              "where_twice",
              section.path("where_clause"),
              "stands beside \"where\", which wins; remove one");
    }
    String key = where.isPresent() ? "where" : "where_clause";
    Optional<String> filter = where.or(() -> clause).filter(text -> !text.isBlank());
    filter.ifPresent(text -> reading.noticePlaceholders(text, section.path(key)));
    return filter.map(reading.environment()::expand);
  }

  private Optional<String> orderBy(TomlSection section) {
    Optional<String> orderBy = section.string("order_by").filter(text -> !text.isBlank());
    if (orderBy.isPresent()) {
      for (String term : orderBy.get().split(",", -1)) {
        if (!ORDER_TERM.matcher(term.strip()).matches()) {
          section
              .reporter()
              .error(
                  "bad_order_by",
                  section.path("order_by"),
                  "has the term %s, expected column [ASC|DESC] [NULLS FIRST|LAST]"
                      .formatted(Suggestions.quote(term.strip())));
          return Optional.empty();
        }
      }
    }
    return orderBy.map(String::strip);
  }

  private Optional<TableFormat> format(TomlSection section) {
    Optional<String> format = section.string("format");
    if (format.isEmpty()) {
      return Optional.empty();
    }
    switch (format.get().toLowerCase(Locale.ROOT)) {
      case "json":
        return Optional.of(TableFormat.JSON);
      case "markdown", "md":
        return Optional.of(TableFormat.MARKDOWN);
      case "csv":
        return Optional.of(TableFormat.CSV);
      default:
        section
            .reporter()
            .error(
                "bad_format",
                section.path("format"),
                "is %s, expected json, markdown or csv%s"
                    .formatted(
                        Suggestions.quote(format.get()),
                        Suggestions.didYouMean(format.get(), List.of("json", "markdown", "csv"))));
        return Optional.empty();
    }
  }

  /** Checks the value, but shows only what is written: a variable may hold anything. */
  private boolean isIdentifier(String written, String name, List<String> path, String kind) {
    boolean right = IDENTIFIER.matcher(name).matches();
    if (!right) {
      String remedy = written.contains("${") ? "; is its variable set, and right?" : "";
      reading
          .reporter()
          .error(
              "bad_identifier",
              path,
              "%s %s must start with a letter or underscore and hold at most 63 letters, digits and underscores%s"
                  .formatted(kind, Suggestions.quote(written), remedy));
    }
    return right;
  }
}
