package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import io.botticelli.core.table.jdbc.FilterToken.Kind;
import java.util.List;
import java.util.Set;

/**
 * Checks in one pass, without going back, that tokens form one condition. The scanner has bounded
 * their number, the nesting and the signs in a row, so neither time nor stack can run away. Pure;
 * one use only.
 *
 * <pre>
 * condition := conjunction { OR conjunction }
 * conjunction := negation { AND negation }
 * negation := { NOT } predicate
 * predicate := sum [ comparison ( ANY ( condition ) | sum ) | IS [NOT] (NULL | TRUE | FALSE)
 *              | [NOT] ( LIKE sum | ILIKE sum | BETWEEN sum AND sum | IN list ) ]
 * sum := sign { operator sign }
 * sign := { + | - } value { :: type }
 * value := literal | column | prefix string | function ( [ arguments ] ) | ( condition ) | CASE ..
 * </pre>
 */
final class FilterGrammar {
  private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final Set<String> OPERATORS = Set.of("+", "-", "*", "/", "%", "||");
  private static final Set<String> CONSTANTS =
      Set.of("null", "true", "false", "current_date", "current_timestamp");

  private final List<FilterToken> tokens;
  private int position;

  private FilterGrammar(List<FilterToken> tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws TableException {@code filter_refused} naming the first token out of place
   */
  static void check(List<FilterToken> tokens) {
    FilterGrammar grammar = new FilterGrammar(tokens);
    grammar.condition();
    if (grammar.position < tokens.size()) {
      throw grammar.unexpected();
    }
  }

  private void condition() {
    do {
      do {
        while (accept(Kind.KEYWORD, "not")) {
          // The scanner bounds how many stand in a row.
        }
        predicate();
      } while (accept(Kind.KEYWORD, "and"));
    } while (accept(Kind.KEYWORD, "or"));
  }

  private void predicate() {
    sum();
    if (acceptOneOf(Kind.OPERATOR, COMPARISONS)) {
      if (accept(Kind.FUNCTION, "any")) {
        arguments(1);
      } else {
        sum();
      }
    } else if (accept(Kind.KEYWORD, "is")) {
      accept(Kind.KEYWORD, "not");
      if (!acceptOneOf(Kind.KEYWORD, Set.of("null", "true", "false"))) {
        throw unexpected();
      }
    } else {
      boolean not = accept(Kind.KEYWORD, "not");
      if (acceptOneOf(Kind.KEYWORD, Set.of("like", "ilike"))) {
        sum();
      } else if (accept(Kind.KEYWORD, "between")) {
        sum();
        expect(Kind.KEYWORD, "and");
        sum();
      } else if (accept(Kind.KEYWORD, "in")) {
        arguments(1);
      } else if (not) {
        throw unexpected();
      }
    }
  }

  private void sum() {
    do {
      while (acceptOneOf(Kind.OPERATOR, Set.of("+", "-"))) {
        // The scanner bounds how many stand in a row.
      }
      value();
      while (accept(Kind.OPERATOR, "::")) {
        position++; // The scanner lets "::" through only before a type.
      }
    } while (acceptOneOf(Kind.OPERATOR, OPERATORS));
  }

  private void value() {
    if (position >= tokens.size()) {
      throw unexpected();
    }
    FilterToken token = tokens.get(position);
    switch (token.kind()) {
      case STRING, NUMBER, COLUMN -> position++;
      case FUNCTION -> {
        if (token.text().equals("any")) {
          throw FilterScanner.refused("ANY stands only at the right of a comparison");
        }
        position++;
        arguments(0);
      }
      case KEYWORD -> keyword(token.text());
      default -> {
        expect(Kind.OPERATOR, "(");
        condition();
        expect(Kind.OPERATOR, ")");
      }
    }
  }

  private void keyword(String word) {
    if (CONSTANTS.contains(word)) {
      position++;
    } else if (FilterScanner.LITERAL_PREFIXES.contains(word)) {
      position++;
      if (position >= tokens.size() || tokens.get(position++).kind() != Kind.STRING) {
        throw unexpected();
      }
    } else {
      expect(Kind.KEYWORD, "case");
      choice();
    }
  }

  private void choice() {
    if (!is(Kind.KEYWORD, "when")) {
      condition();
    }
    do {
      expect(Kind.KEYWORD, "when");
      condition();
      expect(Kind.KEYWORD, "then");
      condition();
    } while (is(Kind.KEYWORD, "when"));
    if (accept(Kind.KEYWORD, "else")) {
      condition();
    }
    expect(Kind.KEYWORD, "end");
  }

  private void arguments(int atLeast) {
    expect(Kind.OPERATOR, "(");
    if (atLeast == 0 && accept(Kind.OPERATOR, ")")) {
      return;
    }
    do {
      condition();
    } while (accept(Kind.OPERATOR, ","));
    expect(Kind.OPERATOR, ")");
  }

  private boolean is(Kind kind, String text) {
    return position < tokens.size()
        && tokens.get(position).kind() == kind
        && tokens.get(position).text().equals(text);
  }

  private boolean accept(Kind kind, String text) {
    boolean found = is(kind, text);
    if (found) {
      position++;
    }
    return found;
  }

  private boolean acceptOneOf(Kind kind, Set<String> texts) {
    boolean found =
        position < tokens.size()
            && tokens.get(position).kind() == kind
            && texts.contains(tokens.get(position).text());
    if (found) {
      position++;
    }
    return found;
  }

  private void expect(Kind kind, String text) {
    if (!accept(kind, text)) {
      throw unexpected();
    }
  }

  private TableException unexpected() {
    return FilterScanner.refused(
        position < tokens.size()
            ? "it is not understood at " + Identifiers.shown(tokens.get(position).text())
            : "it ends too early; expected for example \"review_status = 'pending'\"");
  }
}
