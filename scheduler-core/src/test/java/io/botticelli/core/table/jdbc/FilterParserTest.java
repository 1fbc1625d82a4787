package io.botticelli.core.table.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.botticelli.core.table.TableException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FilterParserTest {

  @ParameterizedTest
  @MethodSource("io.botticelli.core.table.jdbc.FilterCorpus#legitimate")
  void acceptsWhatPeopleWrite(String filter) {
    SqlFragment sql = FilterParser.parse(filter, FilterCorpus.COLUMNS);

    assertThat(sql.sql()).doesNotContain("'").doesNotContain(";").doesNotContain("--");
    assertThat(sql.sql().chars().filter(c -> c == '?').count()).isEqualTo(sql.values().size());
  }

  @ParameterizedTest
  @MethodSource("io.botticelli.core.table.jdbc.FilterCorpus#hostile")
  void refusesWhatIsNotAPlainCondition(String filter) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> FilterParser.parse(filter, FilterCorpus.COLUMNS))
                .isInstanceOf(TableException.class)
                .extracting(failure -> ((TableException) failure).code())
                .isIn("filter_refused", "column_missing", "identifier_invalid"));
  }

  @Test
  void keepsTokensOrderAndBindsLiterals() {
    SqlFragment sql =
        FilterParser.parse(
            "Review_Status = 'pen''ding' AND (rating > 3 OR id IN (1, 2.50)) AND created_at"
                + " > NOW() - INTERVAL '7 days'",
            FilterCorpus.COLUMNS);

    assertThat(sql.sql().replace(" ", ""))
        .isEqualTo(
            "\"review_status\"=?and(\"rating\">?or\"id\"in(?,?))and\"created_at\">now()-CAST(?ASinterval)");
    assertThat(sql.values()).containsExactly("pen'ding", 3, 1, new BigDecimal("2.50"), "7 days");
  }

  @Test
  void namesTheMissingColumnAndTheOffendingToken() {
    assertThatThrownBy(() -> FilterParser.parse("aprroved = 1", FilterCorpus.COLUMNS))
        .hasMessageContaining("aprroved")
        .hasMessageContaining("review_status");
    assertThatThrownBy(() -> FilterParser.parse("pg_sleep(1) = 1", FilterCorpus.COLUMNS))
        .hasMessageContaining("pg_sleep");
    assertThatThrownBy(() -> FilterParser.parse("1=1 UNION SELECT 1", FilterCorpus.COLUMNS))
        .hasMessageContaining("union");
    assertThatThrownBy(() -> FilterParser.parse("id = 1; x", FilterCorpus.COLUMNS))
        .hasMessageContaining("\";\"");
  }

  @Property(tries = 500)
  void anyTextInALiteralComesOutAsThatText(@ForAll @StringLength(max = 60) String text) {
    String value = text.replace("\0", "");

    SqlFragment sql =
        FilterParser.parse("title = '" + value.replace("'", "''") + "'", FilterCorpus.COLUMNS);

    assertThat(sql.sql().replace(" ", "")).isEqualTo("\"title\"=?");
    assertThat(sql.values()).isEqualTo(List.of(value));
  }

  @Property(tries = 2000)
  void anyTextIsRefusedOrRenderedFromTheAllowList(@ForAll @StringLength(max = 40) String text) {
    check(text);
  }

  @Property(tries = 3000)
  void anyMixOfTokensIsRefusedOrRenderedFromTheAllowList(@ForAll("pieces") List<String> pieces) {
    check(String.join(" ", pieces));
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.of(
            "id",
            "title",
            "=",
            "<",
            "'x'",
            "1",
            "(",
            ")",
            "AND",
            "OR",
            "NOT",
            "IN",
            "(1, 2)",
            "IS",
            "NULL",
            "BETWEEN",
            "LIKE",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "::text",
            "INTERVAL",
            "NOW()",
            "LOWER(",
            "ANY(",
            ",",
            "-",
            "+",
            "*",
            "||",
            "TRUE",
            "date",
            "SELECT",
            "--",
            ";",
            "pg_sleep(1)",
            "CURRENT_DATE",
            "\"tags\"",
            "INTERVAL '1 day'")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  private static void check(String text) {
    try {
      SqlFragment sql = FilterParser.parse(text, FilterCorpus.COLUMNS);

      assertThat(sql.sql()).matches("[A-Za-z0-9_\"? =<>+\\-*/%|(),:\\[\\]]+");
      assertThat(sql.sql()).doesNotContain("--").doesNotContain("/*");
    } catch (TableException refused) {
      assertThat(refused.code()).isIn("filter_refused", "column_missing", "identifier_invalid");
    }
  }
}
