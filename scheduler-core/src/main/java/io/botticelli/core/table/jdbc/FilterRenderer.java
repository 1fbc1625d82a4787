package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import io.botticelli.core.table.jdbc.FilterToken.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes SQL from checked tokens: operators, keywords, functions and types come from closed lists,
 * columns from the catalog, literals become bound values. Order and parentheses stay as written, so
 * precedence is PostgreSQL's. Pure.
 */
final class FilterRenderer {
  private FilterRenderer() {}

  /**
   * @throws TableException {@code column_missing}
   */
  static SqlFragment render(List<FilterToken> tokens, Columns columns) {
    StringBuilder sql = new StringBuilder();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      FilterToken token = tokens.get(i);
      if (i > 0) {
        sql.append(' ');
      }
      switch (token.kind()) {
        case COLUMN -> sql.append(columns.get(token.text()).quoted());
        case STRING -> {
          sql.append('?');
          values.add(token.text());
        }
        case NUMBER -> {
          sql.append('?');
          values.add(number(token.text()));
        }
        case KEYWORD -> {
          if (i + 1 < tokens.size() && tokens.get(i + 1).kind() == Kind.STRING && isType(token)) {
            sql.append("CAST(? AS ").append(token.text()).append(')');
            values.add(tokens.get(++i).text());
          } else {
            sql.append(token.text());
          }
        }
        default -> sql.append(token.text());
      }
    }
    return new SqlFragment(sql.toString(), values);
  }

  /** {@code INTERVAL '7 days'} cannot take a bound value; a cast can. */
  private static boolean isType(FilterToken token) {
    return FilterScanner.LITERAL_PREFIXES.contains(token.text());
  }

  /** As narrow a type as PostgreSQL gives the literal, so that {@code date - 7} keeps working. */
  private static Object number(String text) {
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0) {
      return new BigDecimal(text);
    }
    BigInteger number = new BigInteger(text);
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    if (number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    return new BigDecimal(number);
  }
}
