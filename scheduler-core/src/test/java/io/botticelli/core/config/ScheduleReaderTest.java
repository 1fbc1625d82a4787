package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSection;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
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

class ScheduleReaderTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          schedule = "every 2 hours"                        | PT2H
          schedule = "Every 30 Minutes"                     | PT30M
          schedule = "every hour"                           | PT1H
          schedule = "every day"                            | PT24H
          schedule = "every 90s"                            | PT1M30S
          schedule = "every 1h30m"                          | PT1H30M
          schedule = "every 1 hour and 30 minutes"          | PT1H30M
          schedule = "hourly"                               | PT1H
          schedule = "daily"                                | PT24H
          schedule = "weekly"                               | PT168H
          schedule = "@every 5m"                            | PT5M
          schedule = { type = "Interval", seconds = 7200 }  | PT2H
          schedule = { type = "INTERVAL", minutes = 5 }     | PT5M
          schedule = { type = "interval", hours = 1.5 }     | PT1H30M
          schedule = { type = "interval", days = 2 }        | PT48H
          schedule = { hours = 1, minutes = 30 }            | PT1H30M
          schedule = { every = "2 hours" }                  | PT2H
          interval_hours = 6                                | PT6H
          interval_minutes = 45                             | PT45M
          check_interval_hours = 12                         | PT12H
          check_interval_minutes = 10                       | PT10M
          base_interval_hours = 3                           | PT3H
          """)
  void readsEveryIntervalSpelling(String toml, String every) {
    Optional<ActorSchedule> schedule = read(toml);

    assertThat(problems.list()).isEmpty();
    assertThat(schedule)
        .get()
        .isInstanceOfSatisfying(
            ActorSchedule.Interval.class,
            interval -> {
              assertThat(interval.every()).isEqualTo(Duration.parse(every));
              assertThat(interval.runOnStart()).isTrue();
              assertThat(interval.jitter()).isEqualTo(Jitter.NONE);
            });
  }

  @Test
  void minutesWinOverHoursInThreeBotFiles() {
    assertThat(read("check_interval_hours = 12\ncheck_interval_minutes = 10"))
        .get()
        .extracting(schedule -> ((ActorSchedule.Interval) schedule).every())
        .isEqualTo(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          schedule = "daily at 09:00"                                    | 0 0 9 * * ?
          schedule = "every day at 9:05"                                 | 0 5 9 * * ?
          schedule = "weekdays at 09:30"                                 | 0 30 9 ? * MON-FRI
          schedule = "every weekday at 9am"                              | 0 0 9 ? * MON-FRI
          schedule = "weekends at noon"                                  | 0 0 12 ? * SUN,SAT
          schedule = "mondays at 12am"                                   | 0 0 0 ? * MON
          schedule = "monday, wed and friday at 17:00:30"                | 30 0 17 ? * MON,WED,FRI
          schedule = "weekly on monday at 5:30pm"                        | 0 30 17 ? * MON
          schedule = "daily at 09:00 and 15:00"                          | 0 0 9,15 * * ?
          schedule = "0 9 * * *"                                         | 0 0 9 * * ?
          schedule = "0 0 9 * * * *"                                     | 0 0 9 * * ?
          schedule = "0 30 9,15 * * Mon-Fri *"                           | 0 30 9,15 ? * MON-FRI
          schedule = "@daily"                                            | 0 0 0 * * ?
          schedule = { type = "Cron", expression = "0 9 * * 1" }         | 0 0 9 ? * MON
          schedule = { type = "cron", cron = "0 0 9 ? * MON" }           | 0 0 9 ? * MON
          schedule = { cron = "0 9 * * *" }                              | 0 0 9 * * ?
          """)
  void readsEveryCronSpelling(String toml, String expression) throws ParseException {
    Optional<ActorSchedule> schedule = read(toml);

    assertThat(problems.list()).isEmpty();
    assertThat(schedule)
        .get()
        .isInstanceOfSatisfying(
            ActorSchedule.Cron.class,
            cron -> {
              assertThat(cron.expressions()).containsExactly(expression);
              assertThat(cron.zone()).isEqualTo(BERLIN);
            });
    assertThat(new CronExpression(expression)).isNotNull();
  }

  @Test
  void timesWithDifferentMinutesBecomeSeveralExpressions() {
    assertThat(read("schedule = \"daily at 09:00, 15:30\""))
        .get()
        .extracting(schedule -> ((ActorSchedule.Cron) schedule).expressions())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .containsExactly("0 0 9 * * ?", "0 30 15 * * ?");
  }

  @Test
  void zoneOfTheScheduleWinsOverTheServers() {
    assertThat(read("schedule = { cron = \"0 9 * * *\", timezone = \"America/New_York\" }"))
        .get()
        .extracting(schedule -> ((ActorSchedule.Cron) schedule).zone())
        .isEqualTo(ZoneId.of("America/New_York"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          schedule = { type = "Once", at = "2026-01-31T09:00:00Z" }      | 2026-01-31T09:00:00Z
          schedule = { type = "once", at = 2026-01-31T09:00:00Z }        | 2026-01-31T09:00:00Z
          schedule = { type = "once", at = "2026-01-31T09:00:00+02:00" } | 2026-01-31T07:00:00Z
          schedule = { type = "once", at = "2026-01-31T09:00:00" }       | 2026-01-31T08:00:00Z
          schedule = { type = "once", at = "2026-01-31 09:00" }          | 2026-01-31T08:00:00Z
          schedule = { type = "once", at = "2026-01-31" }                | 2026-01-30T23:00:00Z
          schedule = { at = "2026-01-31T09:00:00Z" }                     | 2026-01-31T09:00:00Z
          schedule = "once at 2026-01-31T09:00:00Z"                      | 2026-01-31T09:00:00Z
          """)
  void readsOnce(String toml, String at) {
    Optional<ActorSchedule> schedule = read(toml);

    assertThat(problems.list()).isEmpty();
    assertThat(schedule)
        .get()
        .isInstanceOfSatisfying(
            ActorSchedule.Once.class, once -> assertThat(once.at()).isEqualTo(Instant.parse(at)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schedule = \"immediate\"",
        "schedule = \"@startup\"",
        "schedule = { type = \"Immediate\" }"
      })
  void readsImmediate(String toml) {
    assertThat(read(toml)).get().isInstanceOf(ActorSchedule.Immediate.class);
    assertThat(problems.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"schedule = \"manual\"", "schedule = { type = \"manual\" }"})
  void readsManual(String toml) {
    assertThat(read(toml)).get().isInstanceOf(ActorSchedule.Manual.class);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void readsAllOptionsOfAnInterval() {
    Optional<ActorSchedule> schedule =
        read(
            """
            [schedule]
            type = "interval"
            hours = 2
            jitter_percent = 25
            start_at = "2026-02-01T06:00:00Z"
            run_on_start = false
            """);

    assertThat(schedule)
        .contains(
            new ActorSchedule.Interval(
                Duration.ofHours(2),
                Optional.of(Instant.parse("2026-02-01T06:00:00Z")),
                false,
                new Jitter(25, Duration.ZERO),
                "every 2 hours"));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void optionsMayStandBesideAPhrase() {
    assertThat(read("schedule = \"every 2 hours\"\njitter_minutes = 5\njitter_seconds = 30"))
        .get()
        .extracting(schedule -> ((ActorSchedule.Interval) schedule).jitter())
        .isEqualTo(new Jitter(0, Duration.ofSeconds(330)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          schedule = "evry 2 hours"                                      | 1 | is not understood
          schedule = "hourl"                                             | 1 | did you mean "hourly"?
          schedule = "every 0 seconds"                                   | 1 | expected 1 second to 3660 days
          schedule = "every 999999999 weeks"                             | 1 | expected 1 second to 3660 days
          schedule = "every 2 fortnights"                                | 1 | is not understood
          schedule = "daily at 25:00"                                    | 1 | no time of day
          schedule = "daily at 9"                                        | 1 | is not understood
          schedule = "daily at 13pm"                                     | 1 | no time of day
          schedule = ""                                                  | 1 | is not understood
          schedule = 3600                                                | 1 | is an integer, expected a text
          schedule = { type = "Intervall", seconds = 5 }                 | 14 | did you mean "interval"?
          schedule = { type = "interval" }                               | 1 | needs one of seconds
          schedule = { type = "interval", seconds = -5 }                 | 33 | is -5
          schedule = { type = "interval", seconds = "5" }                | 33 | is a string, expected a number
          schedule = { type = "cron" }                                   | 1 | has no "expression"
          schedule = { type = "cron", expression = "nonsense" }          | 29 | has 1 fields
          schedule = { type = "once", at = "tomorrow" }                  | 29 | not a point in time
          schedule = { type = "once" }                                   | 1 | has no "at"
          schedule = { hours = 1, timezone = "Mars", start_at = "2026-01-01" } | 25 | expected an IANA zone
          schedule = { cron = "0 9 * * *", timezone = "Europe/Berlni" }  | 34 | did you mean "Europe/Berlin"?
          schedule = { cron = "0 9 * * *", timezone = "Berlin" }         | 34 | did you mean "Europe/Berlin"?
          schedule = { hours = 1, jitter_percent = 91 }                  | 25 | from 0 to 90
          schedule = { hours = 1, jitter_percent = 9, jitter_minutes = 1 } | 25 | only one kind of jitter
          """)
  void reportsEveryMistakeWithItsPlace(String toml, int column, String message) {
    read(toml);

    assertThat(problems.errors()).hasSize(1);
    Problem problem = problems.errors().get(0);
    assertThat(problem.file()).isEqualTo("a.toml");
    assertThat(problem.line()).isEqualTo(1);
    assertThat(problem.column()).isEqualTo(column);
    assertThat(problem.message()).contains(message);
  }

  @Test
  void optionsWithoutEffectAreWarnings() {
    read("schedule = { type = \"immediate\", jitter_percent = 5, secnds = 5 }");

    assertThat(problems.errors()).isEmpty();
    assertThat(problems.warnings())
        .extracting(Problem::message)
        .containsExactlyInAnyOrder(
            "has no effect on a schedule of type immediate",
            "unknown key \"secnds\" is ignored; did you mean \"seconds\"?");
  }

  @Property(tries = 3000)
  void anyTextGivesAScheduleOrAProblem(@ForAll("texts") String text) {
    Problems found = new Problems();
    TomlDocument document = TomlDocument.parse("a.toml", "schedule = " + quoted(text));

    Optional<ActorSchedule> schedule =
        new ScheduleReader(BERLIN).read(TomlSection.root(found.in(document)));

    assertThat(schedule.isPresent()).isEqualTo(found.errors().isEmpty());
    schedule.ifPresent(
        read -> {
          if (read instanceof ActorSchedule.Cron cron) {
            assertThat(cron.expressions()).allMatch(CronExpression::isValidExpression);
          }
        });
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> words =
        Arbitraries.of(
                "every",
                "2",
                "hours",
                "daily",
                "at",
                "09:00",
                "weekdays",
                "and",
                ",",
                "*",
                "*/5",
                "0",
                "L",
                "99999999999999999999",
                "s",
                "once",
                "2026-01-31",
                "T09:00:00Z",
                "mon",
                "-",
                "1/0",
                "#",
                "am",
                "+99:99",
                "-999999999-01-01")
            .list()
            .ofMaxSize(7)
            .map(list -> String.join(" ", list));
    return Arbitraries.oneOf(words, Arbitraries.strings().ofMaxLength(60));
  }

  private Optional<ActorSchedule> read(String toml) {
    TomlDocument document = TomlDocument.parse("a.toml", toml);
    return new ScheduleReader(BERLIN).read(TomlSection.root(problems.in(document)));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (Character.isSurrogate(c)) {
        quoted.append('?');
      } else {
        quoted.append(String.format("\\u%04x", (int) c));
      }
    }
    return quoted.append('"').toString();
  }
}
