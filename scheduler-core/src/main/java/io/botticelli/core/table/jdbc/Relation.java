package io.botticelli.core.table.jdbc;

import java.util.Optional;

/**
 * A table that exists.
 *
 * @param writable an ordinary or partitioned table, neither view nor foreign table
 */
record Relation(String schema, String name, boolean writable, Columns columns) {
  static final String CONTENT = "content";

  String quoted() {
    return Identifiers.quoted(schema) + "." + Identifiers.quoted(name);
  }

  /** Name under which rows are claimed. */
  String claimName() {
    return schema.equals(CONTENT) ? name : schema + "." + name;
  }

  /**
   * The column that identifies one row: {@code id}, an integer, and unique by an index or because a
   * sequence fills it. An {@code id} a model invented is data, not a key.
   */
  Optional<TableColumn> key() {
    return columns
        .find("id")
        .filter(id -> id.type().isInteger())
        .filter(id -> id.unique() || id.sequence());
  }
}
