package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import io.botticelli.core.table.jdbc.FilterToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a filter into tokens from a closed list, the way PostgreSQL would with {@code
 * standard_conforming_strings = on}. Whatever is not on the list (comments, semicolons, parameters,
 * dollar quotes, escape strings, other alphabets outside of literals, unknown functions and types)
 * is an error that names it. Pure.
 */
final class FilterScanner {
  /** Longest filter, not counting what stands inside string literals. */
  static final int MAX_LENGTH = 10_000;

  /** Longest filter altogether; a literal may carry a whole text put in by a placeholder. */
  static final int MAX_TOTAL_LENGTH = 200_000;

  /** Deepest nesting of parentheses and CASE; bounds the stack. People stay below five. */
  static final int MAX_DEPTH = 16;

  static final int MAX_TOKENS = 2_000;

  private static final int MAX_SIGNS_IN_A_ROW = 4;

  private static final Set<String> KEYWORDS =
      Set.of(
          "and",
          "or",
          "not",
          "in",
          "like",
          "ilike",
          "between",
          "is",
          "null",
          "true",
          "false",
          "case",
          "when",
          "then",
          "else",
          "end",
          "current_date",
          "current_timestamp");

  /** {@code INTERVAL '7 days'}, {@code DATE '2026-01-31'} and the like. */
  static final Set<String> LITERAL_PREFIXES =
      Set.of("interval", "date", "timestamp", "timestamptz");

  private static final Set<String> FUNCTIONS =
      Set.of("now", "coalesce", "lower", "upper", "length", "abs", "date", "date_trunc", "any");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("int", "integer"),
          Map.entry("int4", "integer"),
          Map.entry("integer", "integer"),
          Map.entry("int8", "bigint"),
          Map.entry("bigint", "bigint"),
          Map.entry("int2", "smallint"),
          Map.entry("smallint", "smallint"),
          Map.entry("numeric", "numeric"),
          Map.entry("decimal", "numeric"),
          Map.entry("real", "real"),
          Map.entry("float4", "real"),
          Map.entry("float", "double precision"),
          Map.entry("float8", "double precision"),
          Map.entry("double precision", "double precision"),
          Map.entry("text", "text"),
          Map.entry("varchar", "varchar"),
          Map.entry("character varying", "varchar"),
          Map.entry("bool", "boolean"),
          Map.entry("boolean", "boolean"),
          Map.entry("date", "date"),
          Map.entry("time", "time"),
          Map.entry("timestamp", "timestamp"),
          Map.entry("timestamp without time zone", "timestamp"),
          Map.entry("timestamptz", "timestamptz"),
          Map.entry("timestamp with time zone", "timestamptz"),
          Map.entry("interval", "interval"),
          Map.entry("uuid", "uuid"),
          Map.entry("json", "json"),
          Map.entry("jsonb", "jsonb"));

  private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n\\f]+");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern OPERATOR = Pattern.compile("<>|!=|<=|>=|\\|\\||[=<>+\\-*/%(),]");
  private static final Pattern TYPE =
      Pattern.compile(
          "\\s*(timestamp\\s+with(?:out)?\\s+time\\s+zone|double\\s+precision|character\\s+varying"
              + "|[A-Za-z_][A-Za-z0-9_]*)"
              + "(?:\\s*\\(\\s*[0-9]{1,4}\\s*(?:,\\s*[0-9]{1,4}\\s*)?\\))?(\\s*\\[\\s*\\])?",
          Pattern.CASE_INSENSITIVE);

  private final String text;
  private final List<FilterToken> tokens = new ArrayList<>();
  private int position;
  private int structureLength;
  private int depth;
  private int signs;

  private FilterScanner(String text) {
    this.text = text;
  }

  /**
   * @throws TableException {@code filter_refused} naming what is not allowed
   */
  static List<FilterToken> scan(String filter) {
    if (filter.length() > MAX_TOTAL_LENGTH) {
      throw refused("it is " + filter.length() + " characters long, at most " + MAX_TOTAL_LENGTH);
    }
    return new FilterScanner(filter).scan();
  }

  static TableException refused(String why) {
    return new TableException("filter_refused", "filter refused: " + why);
  }

  private List<FilterToken> scan() {
    while (skipSpace()) {
      if (tokens.size() >= MAX_TOKENS || structureLength > MAX_LENGTH) {
        throw refused(
            "it has more than "
                + MAX_TOKENS
                + " parts or "
                + MAX_LENGTH
                + " characters outside of literals");
      }
      refuseComments();
      char c = text.charAt(position);
      if (c == '\'') {
        string();
      } else if (c == '"') {
        quotedColumn();
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (text.startsWith("::", position)) {
        cast();
      } else if (!word() && !operator()) {
        throw refused("character " + Identifiers.shown(character()) + " is not allowed");
      }
    }
    if (tokens.isEmpty()) {
      throw refused("it is empty; write TRUE to select every row");
    }
    return tokens;
  }

  private boolean skipSpace() {
    take(SPACE);
    return position < text.length();
  }

  private void refuseComments() {
    for (String comment : List.of("--", "/*", "*/", "//")) {
      if (text.startsWith(comment, position)) {
        throw refused("comment " + Identifiers.shown(comment) + " is not allowed");
      }
    }
  }

  /** By hand: a pattern with a repeated group needs stack in proportion to the literal. */
  private void string() {
    StringBuilder value = new StringBuilder();
    int next = position + 1;
    while (true) {
      int quote = text.indexOf('\'', next);
      if (quote < 0) {
        throw refused("a string literal is not closed");
      }
      value.append(text, next, quote);
      next = quote + 1;
      if (next >= text.length() || text.charAt(next) != '\'') {
        break;
      }
      value.append('\'');
      next++;
    }
    position = next;
    structureLength += 2;
    if (value.indexOf("\0") >= 0) {
      throw refused("a string literal holds a NUL character");
    }
    add(Kind.STRING, value.toString());
  }

  private void quotedColumn() {
    String quoted = take(QUOTED);
    if (quoted == null) {
      throw refused("a quoted name is not closed");
    }
    String name = quoted.substring(1, quoted.length() - 1);
    refuseQualified();
    if (nextIs('(')) {
      throw refused("function " + Identifiers.shown(name) + " is not allowed");
    }
    add(Kind.COLUMN, Identifiers.checked("column", name));
  }

  private void number() {
    String number = take(NUMBER);
    if (number == null || position < text.length() && isWordPart(text.charAt(position))) {
      throw refused("a number is malformed near " + Identifiers.shown(rest(number)));
    }
    add(Kind.NUMBER, number.toLowerCase(Locale.ROOT));
  }

  private void cast() {
    position += 2;
    Matcher type = matcher(TYPE);
    if (!type.lookingAt()) {
      throw refused("\"::\" is not followed by a type");
    }
    String written = type.group(1).toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    String canonical = TYPES.get(written);
    int after = type.end();
    if (canonical == null || after < text.length() && "([.".indexOf(text.charAt(after)) >= 0) {
      throw refused(
          "cast to "
              + Identifiers.shown(written)
              + " is not allowed; basic types are, for example text, bigint, date, timestamptz");
    }
    String modifier = modifier(type.group(), canonical);
    structureLength += type.end() - position;
    position = type.end();
    add(Kind.OPERATOR, "::");
    add(Kind.TYPE, canonical + modifier + (type.group(2) == null ? "" : "[]"));
  }

  /** Keeps a length or precision where it means something; elsewhere it is an error. */
  private static String modifier(String type, String canonical) {
    int open = type.indexOf('(');
    if (open < 0) {
      return "";
    }
    String modifier = type.substring(open, type.indexOf(')') + 1).replaceAll("\\s", "");
    boolean allowed =
        canonical.equals("numeric") || canonical.equals("varchar") && !modifier.contains(",");
    if (!allowed) {
      throw refused("type " + canonical + " takes no " + modifier);
    }
    return modifier;
  }

  private boolean word() {
    Matcher matcher = matcher(WORD);
    if (!matcher.lookingAt()) {
      return false;
    }
    String word = matcher.group().toLowerCase(Locale.ROOT);
    position = matcher.end();
    refuseQualified();
    if (position < text.length() && text.charAt(position) == '\'') {
      refuseStringPrefix(word);
    }
    boolean call = nextIs('(');
    if (KEYWORDS.contains(word)) {
      keyword(word);
    } else if (call) {
      if (!FUNCTIONS.contains(word)) {
        throw refused(
            "function "
                + Identifiers.shown(word)
                + " is not allowed; use NOW, COALESCE, LOWER, UPPER, LENGTH, ABS, DATE, DATE_TRUNC"
                + " or ANY");
      }
      add(Kind.FUNCTION, word);
    } else if (LITERAL_PREFIXES.contains(word) && nextIs('\'')) {
      add(Kind.KEYWORD, word);
    } else {
      add(Kind.COLUMN, Identifiers.checked("column", word));
    }
    return true;
  }

  /** {@code E'..'}, {@code U&'..'}, {@code B'..'}, {@code N'..'}: other quoting rules. */
  private static void refuseStringPrefix(String word) {
    if (word.length() == 1) {
      throw refused(
          "string literals with the prefix " + Identifiers.shown(word) + " are not allowed");
    }
  }

  private void keyword(String word) {
    if (word.equals("case")) {
      deeper();
    } else if (word.equals("end")) {
      depth--;
    }
    add(Kind.KEYWORD, word);
  }

  private boolean operator() {
    String operator = take(OPERATOR);
    if (operator == null) {
      return false;
    }
    if (operator.equals("(")) {
      deeper();
    } else if (operator.equals(")")) {
      depth--;
    }
    add(Kind.OPERATOR, operator.equals("!=") ? "<>" : operator);
    return true;
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw refused("it is nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  private void add(Kind kind, String canonical) {
    boolean sign = canonical.equals("-") || canonical.equals("+") || canonical.equals("not");
    signs = kind != Kind.STRING && kind != Kind.COLUMN && sign ? signs + 1 : 0;
    if (signs > MAX_SIGNS_IN_A_ROW) {
      throw refused("too many signs or NOTs in a row");
    }
    tokens.add(new FilterToken(kind, canonical));
  }

  private void refuseQualified() {
    if (nextIs('.')) {
      throw refused("qualified names are not allowed; name the column alone");
    }
  }

  private boolean nextIs(char expected) {
    int next = position;
    while (next < text.length() && " \t\r\n\f".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    return next < text.length() && text.charAt(next) == expected;
  }

  private @Nullable String take(Pattern pattern) {
    Matcher matcher = matcher(pattern);
    if (!matcher.lookingAt()) {
      return null;
    }
    structureLength += matcher.end() - position;
    position = matcher.end();
    return matcher.group();
  }

  private Matcher matcher(Pattern pattern) {
    return pattern.matcher(text).region(position, text.length());
  }

  private String character() {
    return new String(Character.toChars(text.codePointAt(position)));
  }

  private static String rest(@Nullable String number) {
    return number == null ? "" : number;
  }

  private static boolean isWordPart(char c) {
    return c == '_' || c == '.' || Character.isLetterOrDigit(c);
  }
}
