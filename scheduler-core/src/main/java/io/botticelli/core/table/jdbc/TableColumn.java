package io.botticelli.core.table.jdbc;

import java.util.Optional;

/**
 * A column of an existing table.
 *
 * @param hasDefault PostgreSQL fills it when an INSERT omits it
 * @param sequence the default comes from a sequence or identity
 * @param generated GENERATED ALWAYS: it cannot be written
 * @param unique a unique index or primary key consists of this column alone
 * @param defaultSql expression of a plain default, as the catalog prints it
 */
record TableColumn(
    String name,
    ColumnType type,
    boolean notNull,
    boolean hasDefault,
    boolean sequence,
    boolean generated,
    boolean unique,
    Optional<String> defaultSql) {

  String quoted() {
    return Identifiers.quoted(name);
  }

  static TableColumn plain(String name, String type) {
    return new TableColumn(
        name, ColumnType.of(type, -1, true), false, false, false, false, false, Optional.empty());
  }
}
