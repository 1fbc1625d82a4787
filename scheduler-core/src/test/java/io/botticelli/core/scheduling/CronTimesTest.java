package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.DstPolicy;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimesTest {
  /** Clocks go forward on 28 March 2027 at 02:00 and back on 31 October 2027 at 03:00. */
  private static final String BERLIN = "Europe/Berlin";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 30 2 * * ?      | NEXT_VALID | 2027-03-27T02:30+01:00, 2027-03-28T03:00+02:00, 2027-03-29T02:30+02:00
          0 30 2 * * ?      | SKIP       | 2027-03-27T02:30+01:00, 2027-03-29T02:30+02:00, 2027-03-30T02:30+02:00
          0 30 2 * * ?      | UTC        | 2027-03-27T02:30Z, 2027-03-28T02:30Z, 2027-03-29T02:30Z
          0 0 3 * * ?       | NEXT_VALID | 2027-03-27T03:00+01:00, 2027-03-28T03:00+02:00, 2027-03-29T03:00+02:00
          0 0/30 2-3 * * ?  | NEXT_VALID | 2027-03-27T02:00+01:00, 2027-03-27T02:30+01:00, 2027-03-27T03:00+01:00, 2027-03-27T03:30+01:00, 2027-03-28T03:00+02:00, 2027-03-28T03:30+02:00, 2027-03-29T02:00+02:00
          0 0 9 28 3 ?      | NEXT_VALID | 2027-03-28T09:00+02:00
          """)
  void aTimeInTheGapFollowsThePolicy(String expression, DstPolicy dst, String fires) {
    assertThat(fires(expression, BERLIN, dst, "2027-03-27T00:00+01:00", fires)).isEqualTo(fires);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 30 2 * * ?      | NEXT_VALID | 2027-10-31T02:30+02:00, 2027-11-01T02:30+01:00
          0 30 2 * * ?      | SKIP       | 2027-10-31T02:30+02:00, 2027-11-01T02:30+01:00
          0 0 3 * * ?       | NEXT_VALID | 2027-10-31T03:00+01:00, 2027-11-01T03:00+01:00
          0 0/30 2,3 * * ?  | NEXT_VALID | 2027-10-31T02:00+02:00, 2027-10-31T02:30+02:00, 2027-10-31T03:00+01:00, 2027-10-31T03:30+01:00
          0 30 * * * ?      | NEXT_VALID | 2027-10-31T00:30+02:00, 2027-10-31T01:30+02:00, 2027-10-31T02:30+02:00, 2027-10-31T02:30+01:00, 2027-10-31T03:30+01:00
          0 0 0/2 * * ?     | NEXT_VALID | 2027-10-31T00:00+02:00, 2027-10-31T02:00+02:00, 2027-10-31T04:00+01:00
          """)
  void aTimeThatComesTwiceFiresOnceUnlessEveryHourDoes(
      String expression, DstPolicy dst, String fires) {
    assertThat(fires(expression, BERLIN, dst, "2027-10-30T23:59+02:00", fires)).isEqualTo(fires);
  }

  @Test
  void everyTwentyMinutesRunsThroughBothChanges() {
    CronTimes times = new CronTimes("0 0/20 * * * ?", ZoneId.of(BERLIN), DstPolicy.NEXT_VALID);
    for (String night : List.of("2027-03-28T00:00:00Z", "2027-10-31T00:00:00Z")) {
      Instant at = Instant.parse(night);
      for (int i = 0; i < 12; i++) {
        Instant next = times.next(at).orElseThrow();

        assertThat(next).isEqualTo(at.plusSeconds(1200));
        at = next;
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Lord Howe, half an hour | Australia/Lord_Howe | 0 15 2 * * ?  | 2026-10-03T02:15+10:30, 2026-10-04T02:30+11:00, 2026-10-05T02:15+11:00
          Apia, a whole day       | Pacific/Apia        | 0 0 9 * * ?   | 2011-12-29T09:00-10:00, 2011-12-31T00:00+14:00, 2011-12-31T09:00+14:00
          Cairo, at midnight      | Africa/Cairo        | 0 0 0 * * ?   | 2026-04-23T00:00+02:00, 2026-04-24T01:00+03:00, 2026-04-25T00:00+03:00
          Troll, two hours        | Antarctica/Troll    | 0 30 1 * * ?  | 2027-03-27T01:30Z, 2027-03-28T03:00+02:00, 2027-03-29T01:30+02:00
          """)
  void oddGapsAreNoDifferent(String name, String zone, String expression, String fires) {
    Instant first = instant(fires.split(", ")[0]);

    assertThat(fires(expression, zone, DstPolicy.NEXT_VALID, first.minusSeconds(1), fires))
        .isEqualTo(fires);
  }

  @Test
  void aFireAtTheVeryEndOfAGapComesOnce() {
    CronTimes times = new CronTimes("0 0 2,3 * * ?", ZoneId.of(BERLIN), DstPolicy.NEXT_VALID);
    Instant end = Instant.parse("2027-03-28T01:00:00Z");

    assertThat(times.next(end.minusSeconds(1))).contains(end);
    assertThat(times.next(end)).contains(Instant.parse("2027-03-29T00:00:00Z"));
  }

  @Test
  void yearsThatAreOverHaveNoFire() {
    CronTimes times = new CronTimes("0 0 9 * * ? 2020-2021", ZoneId.of(BERLIN), DstPolicy.SKIP);

    assertThat(times.next(Instant.parse("2026-01-01T00:00:00Z"))).isEqualTo(Optional.empty());
  }

  @Test
  void fractionsOfASecondDoNotRepeatAFire() {
    CronTimes times = new CronTimes("0 0 9 * * ?", ZoneId.of("UTC"), DstPolicy.NEXT_VALID);

    assertThat(times.next(Instant.parse("2026-01-01T09:00:00.5Z")))
        .contains(Instant.parse("2026-01-02T09:00:00Z"));
    assertThat(times.next(Instant.parse("2026-01-01T08:59:59.5Z")))
        .contains(Instant.parse("2026-01-01T09:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "0 0 * * * ?, true",
    "0 0 0/1 * * ?, true",
    "0 0 */1 * * ?, true",
    "0 0 0-23 * * ?, true",
    "0 0 */2 * * ?, false",
    "0 0 0-22 * * ?, false",
    "0 0 9 * * ?, false"
  })
  void onlyEveryHourIsEveryHour(String expression, boolean every) {
    assertThat(CronTimes.firesEveryHour(expression)).isEqualTo(every);
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static String fires(
      String expression, String zone, DstPolicy dst, String after, String expected) {
    return fires(expression, zone, dst, instant(after), expected);
  }

  /** Returns as many fires as are expected, or fewer if there are no more this year. */
  private static String fires(
      String expression, String zone, DstPolicy dst, Instant after, String expected) {
    ZoneId shown = dst == DstPolicy.UTC ? ZoneId.of("Z") : ZoneId.of(zone);
    CronTimes times = new CronTimes(expression, ZoneId.of(zone), dst);
    List<String> fires = new ArrayList<>();
    Instant at = after;
    for (int i = 0; i < expected.split(", ").length; i++) {
      at = times.next(at).orElseThrow();
      fires.add(LocalDateTime.ofInstant(at, shown) + shown.getRules().getOffset(at).getId());
    }
    return String.join(", ", fires);
  }
}
