package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.CronExpression;

class CronDialectTest {
  /** A Monday. */
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 9 * * *               | 0 0 9 * * ?
          */5 * * * *             | 0 */5 * * * ?
          0 9 * * 1               | 0 0 9 ? * MON
          0 9 * * 0               | 0 0 9 ? * SUN
          0 9 * * 7               | 0 0 9 ? * SUN
          0 9 * * 1-5             | 0 0 9 ? * MON-FRI
          0 9 * * mon-fri         | 0 0 9 ? * MON-FRI
          0 9 * * 5-7             | 0 0 9 ? * SUN,FRI,SAT
          0 9 * * fri-mon         | 0 0 9 ? * SUN,MON,FRI,SAT
          0 9 * * 0-7             | 0 0 9 * * ?
          0 9 * * 1-7             | 0 0 9 * * ?
          0 9 * * */2             | 0 0 9 ? * SUN,TUE,THU,SAT
          0 9 * * 1-5/2           | 0 0 9 ? * MON,WED,FRI
          0 9 1 * *               | 0 0 9 1 * ?
          0 9 1,15 jan-mar *      | 0 0 9 1,15 1-3 ?
          0 9 ? * ?               | 0 0 9 * * ?
          0 9 L * *               | 0 0 9 L * ?
          0 9 LW * ?              | 0 0 9 LW * ?
          0 9 15W * *             | 0 0 9 15W * ?
          0 9 * * 5#3             | 0 0 9 ? * FRI#3
          0 9 * * 5L              | 0 0 9 ? * FRIL
          0 22-2 * * *            | 0 0 0,1,2,22,23 * * ?
          5/15 * * * *            | 0 5/15 * * * ?
          0 0 9 * * * *           | 0 0 9 * * ?
          0 30 9,15 * * Mon-Fri * | 0 30 9,15 ? * MON-FRI
          0 0 9 * * 1             | 0 0 9 ? * SUN
          0 0 9 * * 7             | 0 0 9 ? * SAT
          0 0 9 ? * 2-6           | 0 0 9 ? * MON-FRI
          0 0 9 ? * 6#3           | 0 0 9 ? * FRI#3
          0 0 9 ? * 6L            | 0 0 9 ? * FRIL
          0 0 9 ? * L             | 0 0 9 ? * SAT
          0 0 9 L-3 * ?           | 0 0 9 L-3 * ?
          */10 * * * * ?          | */10 * * * * ?
          0 0 9 1 1 ? 2027        | 0 0 9 1 1 ? 2027
          0 0 9 1 JAN ? 2027-2030 | 0 0 9 1 1 ? 2027-2030
          0 0 9 29 2 ? 2027-2029  | 0 0 9 29 2 ? 2027-2029
          0 0 9 31 2/2 ?          | 0 0 9 31 2/2 ?
          @daily                  | 0 0 0 * * ?
          @WEEKLY                 | 0 0 0 ? * SUN
          """)
  void normalisesEveryDialectToOneQuartzExpression(String written, String expected)
      throws ParseException {
    List<String> expressions = CronDialect.normalise(written);

    assertThat(expressions).containsExactly(expected);
    assertThat(fires(expressions, 1)).as("Quartz accepts it and it fires").hasSize(1);
  }

  @Test
  void bothDaysRestrictedInFiveFieldsMeanEither() throws ParseException {
    List<String> expressions = CronDialect.normalise("0 9 13 * 5");

    assertThat(expressions).containsExactly("0 0 9 13 * ?", "0 0 9 ? * FRI");
    assertThat(fires(expressions, 3))
        .extracting(Instant::toString)
        .containsExactly("2026-01-09T09:00:00Z", "2026-01-13T09:00:00Z", "2026-01-16T09:00:00Z");
  }

  @Test
  void classicMondayIsMondayAndQuartzTwoIsMondayToo() throws ParseException {
    assertThat(fires(CronDialect.normalise("0 9 * * 1"), 1))
        .containsExactly(Instant.parse("2026-01-05T09:00:00Z"));
    assertThat(fires(CronDialect.normalise("0 0 9 * * 2"), 1))
        .containsExactly(Instant.parse("2026-01-05T09:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 9 1 * MON           | restricts day of month ("1") and day of week ("MON") at once
          0 0 9 * * 0             | 1 = Sunday .. 7 = Saturday
          0 0 9 * * 8             | 1 = Sunday .. 7 = Saturday
          0 9 * * 8               | 0..7 with 0 and 7 = Sunday
          60 9 * * *              | expected 0..59
          0 24 * * *              | expected 0..23
          0 9 0 * *               | expected 1..31
          0 9 32 * *              | expected 1..31
          0 9 * 13 *              | expected 1..12 or JAN..DEC
          0 9 * foo *             | "FOO" is out of range
          */0 * * * *             | step 0 must be 1..59
          */60 * * * *            | step 60 must be 1..59
          0 9 * * MONDAY          | expected names (MON, FRI)
          0 9 * * L               | write SAT
          0 9 * * 5#6             | must be 1..5
          0 9 30 2 *              | never fires
          0 9 31 4,6 *            | never fires
          0 0 9 L-30 2 ?          | never fires
          0 0 9 30W 2 ?           | never fires
          0 0 9 30/2 2 ?          | never fires
          0 0 9 31/1 4-6/2 ?      | never fires
          0 0 9 29 2 ? 2027/2     | never fires: no month of "2" in "2027/2" has a day "29"
          1,,2 9 * * *            | not a value, range or step
          1- 9 * * *              | not a value, range or step
          -5 9 * * *              | not a value, range or step
          * * * *                 | has 4 fields, expected 5
          * * * * * * * *         | has 8 fields, expected 5
          0 0 9 1 1 ? 1969        | expected 1970..2199
          0 0 9 1 1 ? 2030-2027   | runs backwards
          0 0 9 L-31 * ?          | must be 0..30
          """)
  void refusesWhatNoDialectMeans(String written, String message) {
    assertThatThrownBy(() -> CronDialect.normalise(written))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "9", "\u0000", "* * * * *\u0000"})
  void refusesWhatIsNoExpression(String written) {
    assertThatThrownBy(() -> CronDialect.normalise(written))
        .isInstanceOf(InvalidScheduleException.class);
  }

  @Property(tries = 3000)
  void everyAcceptedExpressionIsAcceptedByQuartz(@ForAll("expressions") String written)
      throws ParseException {
    List<String> expressions;
    try {
      expressions = CronDialect.normalise(written);
    } catch (InvalidScheduleException e) {
      return;
    }

    assertThat(expressions).isNotEmpty().hasSizeLessThanOrEqualTo(2);
    for (String expression : expressions) {
      if (expression.split(" ").length == 6) {
        assertThat(fires(List.of(expression), 1)).as(expression + " fires").hasSize(1);
      } else {
        assertThat(new CronExpression(expression)).isNotNull();
      }
      assertThat(CronDialect.normalise(expression))
          .as("normal form is stable")
          .containsExactly(expression);
    }
  }

  @Provide
  Arbitrary<String> expressions() {
    Arbitrary<String> number = Arbitraries.integers().between(0, 61).map(String::valueOf);
    Arbitrary<String> day =
        Arbitraries.of("MON", "tue", "Wed", "THU", "fri", "SAT", "SUN", "0", "1", "5", "6", "7");
    Arbitrary<String> month = Arbitraries.of("JAN", "feb", "12", "1", "6", "Nov");
    Arbitrary<String> value = Arbitraries.oneOf(number, day, month);
    Arbitrary<String> range =
        net.jqwik.api.Combinators.combine(value, value).as((a, b) -> a + "-" + b);
    Arbitrary<String> step =
        net.jqwik.api.Combinators.combine(
                Arbitraries.oneOf(value, range, Arbitraries.of("*", "")), number)
            .as((a, b) -> a + "/" + b);
    Arbitrary<String> special =
        Arbitraries.of("L", "LW", "15W", "L-3", "L-3W", "FRIL", "6L", "2#1", "MON#2", "?", "*");
    Arbitrary<String> item = Arbitraries.oneOf(value, range, step, Arbitraries.just("*"), special);
    Arbitrary<String> field = item.list().ofMinSize(1).ofMaxSize(3).map(l -> String.join(",", l));
    Arbitrary<String> star =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(2, Arbitraries.just("*")),
            net.jqwik.api.Tuple.of(2, item),
            net.jqwik.api.Tuple.of(1, field));
    return star.list().ofMinSize(5).ofMaxSize(7).map(l -> String.join(" ", l));
  }

  private static List<Instant> fires(List<String> expressions, int count) throws ParseException {
    List<Instant> fires = new ArrayList<>();
    for (String text : expressions) {
      CronExpression expression = new CronExpression(text);
      expression.setTimeZone(TimeZone.getTimeZone("UTC"));
      Date next = Date.from(START);
      for (int i = 0; i < count; i++) {
        next = expression.getNextValidTimeAfter(next);
        if (next == null) {
          break;
        }
        fires.add(next.toInstant());
      }
    }
    return fires.stream().distinct().sorted().limit(count).toList();
  }
}
