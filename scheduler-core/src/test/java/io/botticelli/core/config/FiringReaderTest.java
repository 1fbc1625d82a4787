package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.FiringPolicy;
import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.actor.MisfirePolicy;
import io.botticelli.core.actor.OverlapPolicy;
import io.botticelli.core.toml.Problem;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringReaderTest {
  private static final String ENTRY = "actor_server.toml";
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void saysNothingUnlessTheFileDoes() {
    assertThat(posting("schedule = \"hourly\"").firing()).isEqualTo(FiringPolicy.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          misfire = "fire_once"                                     | FireOnce[]
          misfire = "Skip"                                          | Skip[grace=PT5M]
          misfire = "skip"; misfire_grace_seconds = 0               | Skip[grace=PT0S]
          misfire_grace_seconds = 90                                | Skip[grace=PT1M30S]
          misfire = "catch_up"                                      | CatchUp[spacing=PT1M, limit=10]
          catch_up_limit = 3                                        | CatchUp[spacing=PT1M, limit=3]
          catch_up_spacing_seconds = 5; catch_up_limit = 2          | CatchUp[spacing=PT5S, limit=2]
          """)
  void readsWhatBecomesOfMissedFires(String toml, String policy) {
    String keys = toml.replace("; ", "\n");

    assertThat(posting("schedule = \"hourly\"\n" + keys).firing().misfire()).hasToString(policy);
    assertThat(posting("[actors.schedule]\nhours = 1\n" + keys).firing().misfire())
        .hasToString(policy);
    assertThat(posting("schedule = \"hourly\"\n[actors.execution]\n" + keys).firing().misfire())
        .hasToString(policy);
  }

  @Test
  void theScheduleWinsOverTheExecutionTable() {
    FiringPolicy firing =
        posting(
                """
                overlap = "queue_one"
                concurrency_group = "llm"

                [actors.schedule]
                hours = 1
                misfire = "skip"

                [actors.execution]
                misfire = "catch_up"
                overlap = "skip"
                """)
            .firing();

    assertThat(firing.misfire()).isEqualTo(new MisfirePolicy.Skip(Duration.ofMinutes(5)));
    assertThat(firing.overlap()).isEqualTo(OverlapPolicy.QUEUE_ONE);
    assertThat(firing.group()).contains("llm");
  }

  @Test
  void theServerEntryWinsOverTheActorFile() {
    WorkingSet set =
        new WorkingSetFiles()
            .withNarrative("poster.toml")
            .with(
                "a.toml",
                """
                [actor]
                name = "a"

                [actor.schedule]
                hours = 1
                overlap = "queue_one"
                misfire = "skip"
                on_start = true

                [skills.narrative_execution]
                narrative_path = "poster.toml"
                """)
            .with(ENTRY, "[[actors]]\nconfig_file = \"a.toml\"\nmisfire = \"catch_up\"\n")
            .load(ENTRY);

    FiringPolicy firing = set.actors().get(0).firing();

    assertThat(set.warnings()).isEmpty();
    assertThat(firing.misfire()).isInstanceOf(MisfirePolicy.CatchUp.class);
    assertThat(firing.overlap()).isEqualTo(OverlapPolicy.QUEUE_ONE);
    assertThat(firing.onStart()).isTrue();
  }

  @Test
  void aKeyOfAnotherPolicyIsAWarning() {
    assertThat(warnings("schedule = \"hourly\"\nmisfire = \"skip\"\ncatch_up_limit = 3"))
        .containsExactly("has no effect with misfire = \"skip\"");
  }

  @Test
  void boundsAndActiveTimesAreReadInTheZoneOfTheSchedule() {
    FireBounds bounds =
        posting(
                """
                [actors.schedule]
                cron = "0 9 * * *"
                timezone = "Europe/Berlin"
                start_at = "2026-02-01"
                end_at = "2026-12-31T22:00:00Z"
                active_hours = ["09:00-12:00", "10pm - 2am"]
                active_days = "Mon-Wed, sat"
                holidays = ["de", "2027-01-06"]
                """)
            .firing()
            .bounds();

    assertThat(bounds)
        .isEqualTo(
            new FireBounds(
                Optional.of(Instant.parse("2026-01-31T23:00:00Z")),
                Optional.of(Instant.parse("2026-12-31T22:00:00Z")),
                Optional.of(
                    new ActiveTimes(
                        List.of(
                            new Window(LocalTime.of(9, 0), LocalTime.NOON),
                            new Window(LocalTime.of(22, 0), LocalTime.of(2, 0))),
                        new TreeSet<>(
                            EnumSet.of(
                                DayOfWeek.MONDAY,
                                DayOfWeek.TUESDAY,
                                DayOfWeek.WEDNESDAY,
                                DayOfWeek.SATURDAY)),
                        List.of(
                            HolidayCalendar.of(
                                "de",
                                Set.of(LocalDate.of(2026, 4, 3)),
                                Set.of(MonthDay.of(12, 25))),
                            HolidayCalendar.of(
                                "own dates", Set.of(LocalDate.of(2027, 1, 6)), Set.of())),
                        BERLIN))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dst = "next_valid"                             | NEXT_VALID | Europe/Berlin
          dst = "skip"                                   | SKIP       | Europe/Berlin
          dst = "utc"                                    | UTC        | UTC
          """)
  void readsWhatACronDoesWhereClocksChange(String toml, DstPolicy dst, String zone) {
    assertThat(posting("schedule = \"30 2 * * *\"\n" + toml).schedule())
        .asInstanceOf(type(ActorSchedule.Cron.class))
        .satisfies(
            cron -> {
              assertThat(cron.dst()).isEqualTo(dst);
              assertThat(cron.zone()).isEqualTo(ZoneId.of(zone));
            });
  }

  @Test
  void aZoneBesideUtcIsAWarning() {
    assertThat(warnings("schedule = \"30 2 * * *\"\ndst = \"utc\"\ntimezone = \"Asia/Tokyo\""))
        .containsExactly("has no effect with dst = \"utc\": the fields are read in UTC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          schedule = "after generation"
          schedule = "After generation"
          schedule = { type = "after", after = "generation" }
          schedule = { after = ["generation"] }
          after = "generation"
          after = ["generation", "generation"]
          """)
  void readsAChainInEverySpelling(String toml) {
    ActorDefinition actor = posting(toml);

    assertThat(actor.schedule().type()).isEqualTo("after");
    assertThat(actor.firing().after()).containsExactly(new ActorName("generation"));
  }

  @Test
  void aChainMayStandBesideASchedule() {
    ActorDefinition actor = posting("schedule = \"daily\"\nafter = \"generation, curation\"");

    assertThat(actor.schedule().type()).isEqualTo("interval");
    assertThat(actor.firing().after())
        .containsExactly(new ActorName("generation"), new ActorName("curation"));
  }

  @Test
  void aLoopIsRefusedAndShown() {
    assertThat(
            errors(
                () ->
                    set(
                        """
                        [actors.one]
                        narrative = "poster"
                        after = "three"
                        [actors.two]
                        narrative = "poster"
                        after = ["one", "outside"]
                        [actors.three]
                        narrative = "poster"
                        schedule = "hourly"
                        after = "two"
                        [actors.outside]
                        narrative = "poster"
                        schedule = "hourly"
                        """)))
        .containsExactly(
            "actors would fire one another for ever: two -> three -> one -> two; take one"
                + " \"after\" away");
  }

  @Test
  void anActorAfterItselfIsALoop() {
    assertThat(errors(() -> posting("after = \"posting\"")))
        .containsExactly(
            "actors would fire one another for ever: posting -> posting; take one \"after\" away");
  }

  @Test
  void aChainOfThousandsIsNoProblem() {
    StringBuilder toml = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      toml.append("[actors.a" + i + "]\nnarrative = \"poster\"\nafter = \"a" + (i + 1) + "\"\n");
    }
    toml.append("[actors.a3000]\nnarrative = \"poster\"\nschedule = \"manual\"\n");

    assertThat(set(toml.toString()).actors()).hasSize(3001);
  }

  @Test
  void aDisabledPredecessorIsAWarning() {
    WorkingSet set =
        set(
            """
            [actors.one]
            enabled = false
            [actors.two]
            narrative = "poster"
            after = "one"
            """);

    assertThat(set.warnings())
        .extracting(Problem::message)
        .containsExactly(
            "actor \"two\" is to fire after \"one\", which is disabled and never runs");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          after = "genration"                                     | no such actor; did you mean "generation"?
          after = "  "                                            | expected the name of an actor
          schedule = { type = "after" }                           | has no "after"
          schedule = "hourly"; overlap = "queue"                  | expected one of skip, queue_one
          schedule = "hourly"; misfire = "ignore"                 | expected one of fire_once, skip, catch_up
          schedule = "hourly"; misfire_grace_seconds = -1         | is -1
          schedule = "hourly"; catch_up_limit = 0                 | is 0
          schedule = "hourly"; concurrency_group = "a b"          | expected 1..100 characters
          schedule = "hourly"; active_hours = "9-17"              | is not understood
          schedule = "hourly"; active_hours = "09:00"             | expected for example "09:00-17:00"
          schedule = "hourly"; active_hours = "09:00-09:00"       | expected for example two different times
          schedule = "hourly"; active_hours = "09:00-25:00"       | no time of day
          schedule = "hourly"; active_days = "Mon-Fry"            | expected for example "Mon-Fri"
          schedule = "hourly"; holidays = "dee"                   | did you mean "de"?
          schedule = "hourly"; holidays = "2026-02-30"            | expected a date
          schedule = "hourly"; start_at = "2026-02-01"; end_at = "2026-01-01" | is not after start_at
          schedule = "0 9 * * *"; end_at = "soon"                 | not a point in time
          schedule = "0 9 * * *"; dst = "ignore"                  | expected one of next_valid, skip, utc
          """)
  void mistakesAreExplained(String toml, String message) {
    assertThat(errors(() -> posting(toml.replace("; ", "\n"))))
        .singleElement()
        .asString()
        .contains(message);
  }

  @Test
  void boundsOfASchedulesThatHasNoneAreWarnings() {
    assertThat(warnings("schedule = \"manual\"\nactive_days = \"Sat\"\nend_at = \"2030-01-01\""))
        .containsExactlyInAnyOrder(
            "has no effect on a schedule of type manual",
            "has no effect on a schedule of type manual");
  }

  @Test
  void groupsAndCalendarsAreReadFromTheServerFile() {
    ServerConfig.Firing firing = set("").server().firing();

    assertThat(firing.concurrencyGroups()).isEqualTo(Map.of("llm", 2));
    assertThat(firing.maxRuns("llm")).isEqualTo(2);
    assertThat(firing.maxRuns("other")).isEqualTo(1);
    assertThat(firing.calendars()).containsOnlyKeys("de");
  }

  @Test
  void aGroupTheServerFileDoesNotHaveIsAWarning() {
    assertThat(warnings("schedule = \"hourly\"\nconcurrency_group = \"lllm\""))
        .singleElement()
        .asString()
        .contains("holds one run at a time", "did you mean \"llm\"?");
  }

  @Test
  void aHolidayThatIsNoDateIsRefused() {
    assertThat(
            errors(
                () ->
                    WorkingSetFiles.of(ENTRY, "[calendars.x]\ndates = [\"2026-13-01\"]")
                        .load(ENTRY)))
        .singleElement()
        .asString()
        .contains("holds \"2026-13-01\", expected a date");
  }

  private static List<String> errors(ThrowingCallable loading) {
    List<String> messages = new ArrayList<>();
    assertThatThrownBy(loading)
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                refused.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .map(Problem::message)
                    .forEach(messages::add));
    return messages;
  }

  private static List<String> warnings(String toml) {
    return set(entry(toml)).warnings().stream().map(Problem::message).toList();
  }

  /** Reads one actor of a set that has two more. */
  private static ActorDefinition posting(String toml) {
    return set(entry(toml)).actor(new ActorName("posting")).orElseThrow();
  }

  private static String entry(String toml) {
    return "[actors.generation]\nnarrative = \"poster\"\nschedule = \"manual\"\n"
        + "[actors.curation]\nnarrative = \"poster\"\nschedule = \"manual\"\n"
        + "[actors.posting]\nnarrative = \"poster\"\n"
        + toml.replace("[actors.schedule]", "[actors.posting.schedule]")
            .replace("[actors.execution]", "[actors.posting.execution]")
        + "\n";
  }

  private static WorkingSet set(String actors) {
    return new WorkingSetFiles()
        .withNarrative("poster.toml")
        .with(
            ENTRY,
            """
            [server]
            timezone = "Europe/Berlin"

            [concurrency_groups]
            llm = 2

            [calendars.de]
            dates = ["2026-04-03", "12-25"]

            """
                + actors)
        .load(ENTRY);
  }
}
