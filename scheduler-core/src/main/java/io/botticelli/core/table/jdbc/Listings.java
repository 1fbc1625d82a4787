package io.botticelli.core.table.jdbc;

import java.util.List;
import java.util.Optional;

/** The selections behind what people look at. */
final class Listings {
  private static final int MAX_LISTED = 1_000;

  private Listings() {}

  /**
   * Newest first, at most {@value #MAX_LISTED} rows.
   *
   * @param columns what is returned
   * @param status value of {@code review_status}; ignored when there is no such column
   */
  static Selection newest(
      Relation table, List<TableColumn> columns, Optional<String> status, int limit) {
    Optional<SqlFragment> where =
        status.flatMap(
            wanted ->
                table
                    .columns()
                    .find("review_status")
                    .map(
                        column ->
                            new SqlFragment(column.quoted() + "::text = ?", List.of(wanted))));
    return new Selection(columns, where, OrderBy.byAge(table.columns(), true), clamped(limit), 0);
  }

  /**
   * One row by id.
   *
   * @throws io.botticelli.core.table.TableException if the table has no {@code id}
   */
  static Selection one(Relation table, List<TableColumn> columns, long id) {
    TableColumn key = table.columns().get(MetadataColumns.ID);
    // As text, since an id that came with the data may be of any type.
    SqlFragment where =
        key.type().isInteger()
            ? new SqlFragment(key.quoted() + " = ?", List.of(id))
            : new SqlFragment(key.quoted() + "::text = ?", List.of(String.valueOf(id)));
    return new Selection(columns, Optional.of(where), "", 1, 0);
  }

  static int clamped(int limit) {
    return Math.max(1, Math.min(limit, MAX_LISTED));
  }
}
