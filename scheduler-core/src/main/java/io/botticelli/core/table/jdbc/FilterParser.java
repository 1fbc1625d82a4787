package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import java.util.List;

/**
 * Turns a filter into SQL with bound values: {@link FilterScanner} lets through only tokens of a
 * closed list, {@link FilterGrammar} checks that they form one condition, {@link FilterRenderer}
 * writes them anew. Linear in the length of the filter. Pure.
 *
 * <p>A general SQL parser is not used on purpose: JSqlParser 5.3 needs exponential time for some
 * short conditions, well-formed ones included (70 s for {@code CASE ( ( IS title END CASE - ..}),
 * cannot be interrupted while it looks ahead, silently drops {@code //} comments, and would still
 * need every check made here.
 */
final class FilterParser {
  private FilterParser() {}

  /**
   * @param columns the table's columns; the only names the filter may use
   * @throws TableException {@code filter_refused}, {@code identifier_invalid} or {@code
   *     column_missing}
   */
  static SqlFragment parse(String filter, Columns columns) {
    return FilterRenderer.render(checked(filter), columns);
  }

  /** Checks a filter whose table does not exist. */
  static void check(String filter) {
    checked(filter);
  }

  private static List<FilterToken> checked(String filter) {
    List<FilterToken> tokens = FilterScanner.scan(filter);
    FilterGrammar.check(tokens);
    return tokens;
  }
}
