package io.botticelli.core.table.jdbc;

import java.util.Set;

/**
 * A column's type as far as values are concerned.
 *
 * @param name as PostgreSQL spells it without modifiers, for example {@code timestamp with time
 *     zone}; for an array the element's
 * @param array true: an array of {@code name}
 * @param length most characters for {@code character varying(n)} and {@code character(n)}, digits
 *     for {@code numeric(p,s)}; -1 = unlimited
 * @param scale digits after the point for {@code numeric(p,s)}
 * @param builtin false: an enum, domain or other type that is not PostgreSQL's own
 */
record ColumnType(String name, boolean array, int length, int scale, boolean builtin) {
  private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");
  private static final int VARLENA_HEADER = 4;

  static ColumnType of(String name) {
    return new ColumnType(name, false, -1, 0, true);
  }

  /**
   * @param modifier {@code atttypmod} of pg_attribute (PostgreSQL source, numeric.c and varchar.c)
   */
  static ColumnType of(String formatted, int modifier, boolean builtin) {
    boolean array = formatted.endsWith("[]");
    String name = array ? formatted.substring(0, formatted.length() - 2) : formatted;
    if (modifier < VARLENA_HEADER) {
      return new ColumnType(name, array, -1, 0, builtin);
    }
    int bits = modifier - VARLENA_HEADER;
    return switch (name) {
      case "numeric" ->
          new ColumnType(name, array, bits >> 16 & 0xffff, (bits & 0x7ff ^ 1024) - 1024, builtin);
      case "character varying", "character" -> new ColumnType(name, array, bits, 0, builtin);
      default -> new ColumnType(name, array, -1, 0, builtin);
    };
  }

  ColumnType element() {
    return new ColumnType(name, false, length, scale, builtin);
  }

  boolean isInteger() {
    return !array && INTEGERS.contains(name);
  }

  boolean isJson() {
    return !array && (name.equals("json") || name.equals("jsonb"));
  }

  boolean isTime() {
    return !array && (name.startsWith("timestamp") || name.equals("date"));
  }

  boolean isText() {
    return !array && (name.equals("text") || name.startsWith("character"));
  }

  boolean hasLength() {
    return length >= 0 && name.startsWith("character");
  }

  /** The type for DDL; only ever built from what the catalog or this package spelled. */
  String ddl() {
    String modifier = "";
    if (hasLength()) {
      modifier = "(" + length + ")";
    } else if (length >= 0) {
      modifier = "(" + length + "," + scale + ")";
    }
    return name + modifier + (array ? "[]" : "");
  }
}
