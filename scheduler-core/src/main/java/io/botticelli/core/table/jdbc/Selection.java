package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.ContentTables.TableQuery;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query checked against the real table.
 *
 * @param columns what is returned, in select order
 * @param where filter with bound values, or empty for all rows
 * @param orderBy {@code " ORDER BY .."} or an empty string
 */
record Selection(
    List<TableColumn> columns, Optional<SqlFragment> where, String orderBy, int limit, int offset) {

  /**
   * @param oldestFirst the default order: true for claims, false for plain reads
   * @throws TableException if a column, the filter, the order or a number cannot be used
   */
  static Selection of(
      TableQuery query, Relation table, TableSettings settings, boolean oldestFirst) {
    if (query.sample().isPresent() && query.orderBy().isPresent()) {
      throw new TableException(
          "value_invalid", "sample and order_by of table " + table.name() + " exclude each other");
    }
    String order =
        query.sample().isPresent()
            ? " ORDER BY random()"
            : query
                .orderBy()
                .filter(text -> !text.isBlank())
                .map(text -> OrderBy.of(text, table))
                .orElseGet(() -> OrderBy.byAge(table.columns(), !oldestFirst));
    int limit = limit(query, table, settings);
    return new Selection(
        projection(query, table),
        filter(query.where(), table.columns()),
        order,
        limit,
        notNegative("offset", query.offset().orElse(0), table));
  }

  static Optional<SqlFragment> filter(Optional<String> where, Columns columns) {
    return where.filter(text -> !text.isBlank()).map(text -> FilterParser.parse(text, columns));
  }

  private static int limit(TableQuery query, Relation table, TableSettings settings) {
    int limit = notNegative("limit", query.limit().orElse(settings.defaultLimit()), table);
    if (query.sample().isPresent()) {
      int sample = notNegative("sample", query.sample().get(), table);
      limit = query.limit().isPresent() ? Math.min(limit, sample) : sample;
    }
    return Math.min(limit, settings.maxLimit());
  }

  private static List<TableColumn> projection(TableQuery query, Relation table) {
    if (query.columns().isEmpty() || query.columns().equals(List.of("*"))) {
      return table.columns().all();
    }
    List<TableColumn> columns = new ArrayList<>();
    for (String name : query.columns()) {
      TableColumn column = table.columns().get(Identifiers.checked("column", name));
      if (!columns.contains(column)) {
        columns.add(column);
      }
    }
    return columns;
  }

  private static int notNegative(String what, int value, Relation table) {
    if (value < 0) {
      throw new TableException(
          "value_invalid",
          what + " of table " + table.name() + " is " + value + ", expected 0 or more");
    }
    return value;
  }

  String whereClause() {
    return where.map(filter -> " WHERE (" + filter.sql() + ")").orElse("");
  }
}
