package io.botticelli.core.table.jdbc;

/**
 * One token of a filter.
 *
 * @param kind what it is
 * @param text canonical spelling: words and functions lower-case, columns folded, operators as
 *     written with {@code !=} spelled {@code <>}, strings unquoted, types as PostgreSQL spells them
 */
record FilterToken(Kind kind, String text) {
  enum Kind {
    KEYWORD,
    FUNCTION,
    COLUMN,
    TYPE,
    STRING,
    NUMBER,
    OPERATOR
  }
}
