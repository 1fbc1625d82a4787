package io.botticelli.core.table.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the column a JSON field belongs to. Pure. */
final class FieldMatch {
  private FieldMatch() {}

  /** First hit of: exact, lower-case, snake_case, camelCase, the name a new column would get. */
  static Optional<TableColumn> find(Columns columns, String field) {
    for (String candidate :
        List.of(
            field,
            field.toLowerCase(Locale.ROOT),
            Identifiers.snakeCase(field),
            Identifiers.camelCase(field),
            Identifiers.columnFor(field))) {
      Optional<TableColumn> column = columns.find(candidate);
      if (column.isPresent()) {
        return column;
      }
    }
    return Optional.empty();
  }
}
