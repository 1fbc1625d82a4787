package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The real columns of one table, in order. Immutable. */
final class Columns {
  private static final int NAMES_SHOWN = 20;

  private final String table;
  private final List<TableColumn> all;
  private final Map<String, TableColumn> byName = new LinkedHashMap<>();
  private final Map<String, TableColumn> byFolded = new LinkedHashMap<>();

  Columns(String table, List<TableColumn> columns) {
    this.table = table;
    this.all = List.copyOf(columns);
    for (TableColumn column : all) {
      byName.put(column.name(), column);
      byFolded.putIfAbsent(column.name().toLowerCase(Locale.ROOT), column);
    }
  }

  List<TableColumn> all() {
    return all;
  }

  /** Finds a column by exact name, else ignoring case. */
  Optional<TableColumn> find(String name) {
    TableColumn exact = byName.get(name);
    return Optional.ofNullable(exact != null ? exact : byFolded.get(name.toLowerCase(Locale.ROOT)));
  }

  boolean has(String name) {
    return find(name).isPresent();
  }

  /**
   * @throws TableException {@code column_missing}
   */
  TableColumn get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new TableException(
                    "column_missing",
                    "table "
                        + table
                        + " has no column "
                        + Identifiers.shown(name)
                        + "; it has "
                        + names()));
  }

  private String names() {
    String names =
        all.stream().limit(NAMES_SHOWN).map(TableColumn::name).collect(Collectors.joining(", "));
    return all.size() > NAMES_SHOWN ? names + ", .." : names;
  }
}
