package io.botticelli.core.table.jdbc;

import static io.botticelli.core.table.jdbc.TableFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoercionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          bigint            | 7                       | 7
          bigint            | 2.5                     | 3
          bigint            | -2.4                    | -2
          bigint            | `12`                    | 12
          bigint            | ` 1e3 `                 | 1000
          bigint            | true                    | 1
          bigint            | `x`                     |
          bigint            | 9223372036854775808     |
          bigint            | `1e999999999`           |
          bigint            | [1]                     |
          integer           | 2147483647              | 2147483647
          integer           | 2147483648              |
          smallint          | 32768                   |
          numeric           | `12.50`                 | 12.50
          numeric           | false                   | 0
          numeric           | `NaN`                   |
          double precision  | `0.25`                  | 0.25
          double precision  | 1e400                   |
          real              | 1e300                   |
          boolean           | true                    | true
          boolean           | 0                       | false
          boolean           | 2                       | true
          boolean           | `Yes`                   | true
          boolean           | `y`                     | true
          boolean           | `1`                     | true
          boolean           | `t`                     | true
          boolean           | `n`                     | false
          boolean           | `maybe`                 | false
          boolean           | {}                      |
          jsonb             | {`a`:[1,null]}          | {"a":[1,null]}
          jsonb             | `[1, 2]`                | [1,2]
          jsonb             | `no json`               | "no json"
          jsonb             | `{"a":1} trailing`      | "{\\"a\\":1} trailing"
          jsonb             | 5                       | 5
          text              | `x`                     | x
          text              | 1.50                    | 1.5
          text              | true                    | true
          text              | {`a`:1}                 | {"a":1}
          text              | [1,`b`]                 | [1,"b"]
          text[]            | [`a`,null,2]            | {"a",NULL,"2"}
          text[]            | []                      | {}
          text[]            | `one`                   | {"one"}
          text[]            | [{`a`:`b`}]             | {"{\\"a\\":\\"b\\"}"}
          text[]            | [`q"uo\\\\te,}`]        | {"q\\"uo\\\\te,}"}
          integer[]         | [1,`2`,true]            | {"1","2","1"}
          timestamp with time zone | `2026-01-02T03:04:05Z`      | 2026-01-02T03:04:05Z
          timestamp with time zone | `2026-01-02T03:04:05+02:00` | 2026-01-02T01:04:05Z
          timestamp with time zone | `2026-01-02T03:04:05.5`     | 2026-01-02T03:04:05.500Z
          timestamp with time zone | `2026-01-02 03:04`          | 2026-01-02T03:04Z
          timestamp with time zone | `2026-01-02 03:04:05 +0530` | 2026-01-01T21:34:05Z
          timestamp with time zone | `2026-01-02`                | 2026-01-02T00:00Z
          timestamp with time zone | 1767322800                  | 2026-01-02T03:00Z
          timestamp with time zone | 1767322800000               | 2026-01-02T03:00Z
          timestamp with time zone | `1767322800`                | 2026-01-02T03:00Z
          timestamp with time zone | `tomorrow`                  |
          timestamp with time zone | `2026-02-30`                |
          timestamp with time zone | 1e300                       |
          date              | `2026-01-02T23:00:00-02:00` | 2026-01-03
          uuid              | `no`                    |
          """)
  void coercesByColumnType(String type, String value, String expected) {
    Coercion.Coerced coerced =
        Coercion.coerce(
            json(value.replace("q\"uo", "q\\\"uo").replace("{\"a\":1} t", "{\\\"a\\\":1} t")),
            ColumnType.of(type, -1, true));

    assertThat(coerced.text()).isEqualTo(expected);
    assertThat(coerced.problem().isPresent()).isEqualTo(expected == null);
  }

  @Test
  void nullIsNullWithoutAWarning() {
    for (String type : new String[] {"bigint", "text", "jsonb", "text[]", "boolean", "date"}) {
      Coercion.Coerced coerced = Coercion.coerce(json("null"), ColumnType.of(type, -1, true));

      assertThat(coerced.text()).isNull();
      assertThat(coerced.problem()).isEmpty();
    }
  }

  @Test
  void cutsByCharactersNotSurrogates() {
    ColumnType three = ColumnType.of("character varying", 7, true);

    assertThat(Coercion.coerce(TextNode.valueOf("😀😀😀😀"), three).text()).isEqualTo("😀😀😀");
    assertThat(Coercion.coerce(TextNode.valueOf("😀😀😀😀"), three).problem()).isPresent();
    assertThat(Coercion.coerce(TextNode.valueOf("😀😀😀"), three).problem()).isEmpty();
  }

  @Test
  void keepsNumericWithinPrecision() {
    ColumnType money = ColumnType.of("numeric", (5 << 16 | 2) + 4, true);

    assertThat(money.ddl()).isEqualTo("numeric(5,2)");
    assertThat(Coercion.coerce(json("999.994"), money).text()).isEqualTo("999.99");
    assertThat(Coercion.coerce(json("999.995"), money).text()).isNull();
    assertThat(Coercion.coerce(json("0.001"), money).text()).isEqualTo("0.00");
  }

  @Test
  void neverWritesOutAnAbsurdNumber() {
    DecimalNode absurd = DecimalNode.valueOf(new BigDecimal("1e999999999"));

    assertThat(Coercion.coerce(absurd, ColumnType.of("numeric")).text()).isNull();
    assertThat(Coercion.coerce(absurd, ColumnType.of("jsonb")).text()).hasSizeLessThan(30);
    assertThat(Coercion.coerce(TextNode.valueOf("{\"a\":1e999999}"), ColumnType.of("jsonb")).text())
        .startsWith("\"");
  }

  @Property
  void anyTextBecomesAValueOrAProblemOfEveryType(
      @ForAll String text, @ForAll("types") String type) {
    Coercion.Coerced coerced =
        Coercion.coerce(TextNode.valueOf(text), ColumnType.of(type, -1, true));

    assertThat(coerced.text() != null || coerced.problem().isPresent())
        .as("nothing is lost in silence")
        .isTrue();
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.of(
        "bigint",
        "integer",
        "smallint",
        "numeric",
        "real",
        "double precision",
        "boolean",
        "text",
        "character varying",
        "jsonb",
        "json",
        "uuid",
        "date",
        "timestamp with time zone",
        "timestamp without time zone",
        "text[]",
        "bigint[]");
  }

  @Property
  void textNeverCarriesWhatPostgresqlCannotStore(@ForAll String text) {
    String stored = Coercion.coerce(TextNode.valueOf(text), ColumnType.of("text")).text();

    assertThat(stored).doesNotContain("\0").hasSameSizeAs(text);
    assertThat(java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(stored)).isTrue();
  }
}
