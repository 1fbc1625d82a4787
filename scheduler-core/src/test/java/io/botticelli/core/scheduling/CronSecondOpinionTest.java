package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.HolidayCalendar;
import io.botticelli.core.config.ScheduleReader;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSection;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.Trigger;
import org.quartz.spi.OperableTrigger;

/**
 * What schedules mean, held against another implementation of cron and against the definition of
 * each DST policy, over ten years and the zones with the oddest clocks.
 *
 * <p>The other implementation only says which local times an expression names; which instants these
 * are is written down here a second time, in the plainest way there is.
 */
class CronSecondOpinionTest {
  private static final int FIRST_YEAR = 2019;
  private static final int YEARS = 10;

  private static final List<String> ZONES =
      List.of(
          "Australia/Lord_Howe",
          "Pacific/Apia",
          "Africa/Cairo",
          "Africa/Casablanca",
          "Antarctica/Troll",
          "Pacific/Chatham",
          "America/Sao_Paulo",
          "Europe/Berlin",
          "Europe/London",
          "Europe/Dublin",
          "America/New_York",
          "America/Asuncion",
          "America/Santiago",
          "America/Havana",
          "America/Scoresbysund",
          "America/Godthab",
          "Asia/Tehran",
          "Asia/Beirut",
          "Asia/Gaza",
          "America/St_Johns",
          "Atlantic/Azores",
          "Asia/Kolkata",
          "UTC");

  /** The same field as we and as the other implementation write it. */
  private record Field(String ours, String theirs) {}

  /** An expression in both spellings. */
  private record Expression(String ours, String theirs, CronType dialect) {}

  @Property(tries = 700, edgeCases = EdgeCasesMode.NONE)
  void everyDialectNamesTheTimesTheOtherImplementationNames(
      @ForAll("expressions") Expression expression,
      @ForAll @IntRange(max = YEARS * 365 - 1) int day,
      @ForAll @IntRange(max = 86_399) int second) {
    ActorSchedule.Cron cron = read(expression.ours(), "UTC", DstPolicy.NEXT_VALID);
    ExecutionTime theirCron = theirs(expression);
    LocalDateTime at = LocalDateTime.of(FIRST_YEAR, 1, 1, 0, 0).plusDays(day).plusSeconds(second);

    for (int i = 0; i < 8; i++) {
      Optional<LocalDateTime> theirs = next(theirCron, at);
      Optional<Instant> ours =
          JitteredTimes.nominal(cron, FireBounds.NONE, at.toInstant(ZoneOffset.UTC));

      assertThat(ours.map(instant -> LocalDateTime.ofInstant(instant, ZoneOffset.UTC)))
          .as("%s after %s", expression, at)
          .isEqualTo(theirs);
      if (theirs.isEmpty()) {
        return;
      }
      at = theirs.get();
    }
  }

  @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
  void triggersFireWhereThePolicySays(
      @ForAll("expressions") Expression expression,
      @ForAll("zones") String zone,
      @ForAll DstPolicy dst,
      @ForAll @IntRange(max = 1000) int change,
      @ForAll boolean bounded) {
    ActorSchedule.Cron cron = read(expression.ours(), zone, dst);
    Instant middle = around(ZoneId.of(zone), change);
    Instant from = middle.minus(Duration.ofHours(30));
    Instant to = middle.plus(Duration.ofHours(30));
    FireBounds bounds = bounded ? active(cron.zone()) : FireBounds.NONE;

    TreeSet<Instant> expected = defined(expression, cron, from, to);
    expected.removeIf(instant -> bounded && !isActive(instant, cron.zone()));

    assertThat(fired(cron, bounds, from, to))
        .as("%s in %s with %s around %s", expression, zone, dst, middle)
        .isEqualTo(expected);
  }

  @Example
  void theIssuesExamplesAndBothDays() {
    assertThat(next("0 0 9 * * * *", "2026-11-20T09:00:00Z", 2))
        .containsExactly("2026-11-21T09:00:00Z", "2026-11-22T09:00:00Z");
    assertThat(next("0 30 9,15 * * Mon-Fri *", "2026-11-20T09:30:00Z", 3))
        .as("Friday, then over the weekend")
        .containsExactly("2026-11-20T15:30:00Z", "2026-11-23T09:30:00Z", "2026-11-23T15:30:00Z");
    assertThat(next("0 9 1,15 * 1", "2026-11-20T00:00:00Z", 4))
        .as("five fields: either day")
        .containsExactly(
            "2026-11-23T09:00:00Z",
            "2026-11-30T09:00:00Z",
            "2026-12-01T09:00:00Z",
            "2026-12-07T09:00:00Z");
    assertThat(next("0 0 9 ? * 2", "2026-11-20T00:00:00Z", 1))
        .as("six fields: 2 is Monday")
        .containsExactly("2026-11-23T09:00:00Z");
    assertThat(next("0 9 * * 2", "2026-11-20T00:00:00Z", 1))
        .as("five fields: 2 is Tuesday")
        .containsExactly("2026-11-24T09:00:00Z");
    assertThat(next("0 0/30 9 LW * ?", "2026-11-20T00:00:00Z", 3))
        .as("the last weekday, every time of it")
        .containsExactly("2026-11-30T09:00:00Z", "2026-11-30T09:30:00Z", "2026-12-31T09:00:00Z");
    assertThat(next("0 0 9 1W * ?", "2026-10-20T00:00:00Z", 3))
        .as("the first weekday; 1 November is a Sunday")
        .containsExactly("2026-11-02T09:00:00Z", "2026-12-01T09:00:00Z", "2027-01-01T09:00:00Z");
  }

  private static List<String> next(String expression, String after, int count) {
    ActorSchedule.Cron cron = read(expression, "UTC", DstPolicy.NEXT_VALID);
    List<String> fires = new ArrayList<>();
    Instant at = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      at = JitteredTimes.nominal(cron, FireBounds.NONE, at).orElseThrow();
      fires.add(at.toString());
    }
    return fires;
  }

  private static ActorSchedule.Cron read(String text, String zone, DstPolicy dst) {
    Problems problems = new Problems();
    String toml =
        "schedule = { cron = \"%s\", dst = \"%s\" }"
            .formatted(text, dst.name().toLowerCase(Locale.ROOT));
    Optional<ActorSchedule> read =
        new ScheduleReader(ZoneId.of(zone))
            .read(TomlSection.root(problems.in(TomlDocument.parse("a.toml", toml))));
    assertThat(problems.list()).isEmpty();
    return (ActorSchedule.Cron) read.orElseThrow();
  }

  private static ExecutionTime theirs(Expression expression) {
    return ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(expression.dialect()))
            .parse(expression.theirs()));
  }

  private static Optional<LocalDateTime> next(ExecutionTime theirs, LocalDateTime after) {
    return theirs.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }

  /** The policy, word by word. */
  private static TreeSet<Instant> defined(
      Expression expression, ActorSchedule.Cron cron, Instant from, Instant to) {
    ExecutionTime theirs = theirs(expression);
    ZoneId zone = cron.zone();
    boolean everyHour = cron.expressions().stream().allMatch(CronTimes::firesEveryHour);
    TreeSet<Instant> fires = new TreeSet<>();
    LocalDateTime end = LocalDateTime.ofInstant(to, ZoneOffset.UTC).plusDays(2);
    Optional<LocalDateTime> next =
        next(theirs, LocalDateTime.ofInstant(from, ZoneOffset.UTC).minusDays(2));
    while (next.isPresent() && next.get().isBefore(end)) {
      LocalDateTime local = next.get();
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
      if (offsets.isEmpty() && cron.dst() == DstPolicy.NEXT_VALID) {
        fires.add(zone.getRules().getTransition(local).getInstant());
      }
      for (int i = 0; i < (everyHour ? offsets.size() : Math.min(1, offsets.size())); i++) {
        fires.add(local.toInstant(offsets.get(i)));
      }
      next = next(theirs, local);
    }
    return new TreeSet<>(fires.subSet(from, true, to, true));
  }

  /** What Quartz would do with the triggers, step by step. */
  private static TreeSet<Instant> fired(
      ActorSchedule.Cron cron, FireBounds bounds, Instant from, Instant to) {
    var actor = TestActors.bounded("a", cron, bounds);
    @Nullable Calendar calendar = TriggerPlan.calendar(actor).orElse(null);
    TreeSet<Instant> fires = new TreeSet<>();
    for (Trigger planned :
        new TriggerPlan(new JitteredTimes(() -> 0.5)).triggers(actor, Optional.empty(), from)) {
      OperableTrigger trigger = (OperableTrigger) planned;
      trigger.computeFirstFireTime(calendar);
      @Nullable Date next = trigger.getNextFireTime();
      while (next != null && !next.toInstant().isAfter(to)) {
        fires.add(next.toInstant());
        trigger.triggered(calendar);
        next = trigger.getNextFireTime();
      }
    }
    return fires;
  }

  /** Returns a change of the clocks within the ten years, or some moment where there is none. */
  private static Instant around(ZoneId zone, int choice) {
    Instant start = LocalDateTime.of(FIRST_YEAR, 1, 1, 0, 0).toInstant(ZoneOffset.UTC);
    Instant end = start.plus(Duration.ofDays(YEARS * 365L));
    List<Instant> changes = new ArrayList<>();
    @Nullable ZoneOffsetTransition change = zone.getRules().nextTransition(start);
    while (change != null && change.getInstant().isBefore(end)) {
      changes.add(change.getInstant());
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return changes.isEmpty()
        ? start.plus(Duration.ofDays(choice))
        : changes.get(choice % changes.size());
  }

  private static FireBounds active(ZoneId zone) {
    return new FireBounds(
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new ActiveTimes(
                List.of(new Window(LocalTime.of(1, 0), LocalTime.of(23, 0))),
                new TreeSet<>(EnumSet.complementOf(EnumSet.of(DayOfWeek.WEDNESDAY))),
                List.of(HolidayCalendar.of("h", Set.of(), Set.of(MonthDay.of(3, 30)))),
                zone)));
  }

  /** The times above, by the clock on the wall; where it stands twice, the first time counts. */
  private static boolean isActive(Instant instant, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    return local.getDayOfWeek() != DayOfWeek.WEDNESDAY
        && !MonthDay.from(local).equals(MonthDay.of(3, 30))
        && !instant.isBefore(first(local.toLocalDate().atTime(1, 0), zone))
        && instant.isBefore(first(local.toLocalDate().atTime(23, 0), zone));
  }

  private static Instant first(LocalDateTime local, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    return offsets.isEmpty()
        ? zone.getRules().getTransition(local).getInstant()
        : local.toInstant(offsets.get(0));
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(ZONES);
  }

  @Provide
  Arbitrary<Expression> expressions() {
    return Arbitraries.oneOf(classic(), quartz());
  }

  private static Arbitrary<Expression> classic() {
    return Combinators.combine(
            minutes(),
            hours(),
            same("*", "*", "*", "1", "15", "28-31", "1,15,30", "*/10"),
            months(),
            fields(
                "*|*",
                "*|*",
                "*|*",
                "0|0",
                "7|0",
                "1-5|1-5",
                "mon-fri|1-5",
                "Sun|0",
                "5-7|5,6,0",
                "sat,sun|6,0",
                "*/2|0,2,4,6"))
        .as(
            (minute, hour, day, month, week) ->
                new Expression(
                    spaced(minute.ours(), hour.ours(), day.ours(), month.ours(), week.ours()),
                    spaced(
                        minute.theirs(),
                        hour.theirs(),
                        day.theirs(),
                        month.theirs(),
                        week.theirs()),
                    CronType.UNIX));
  }

  private static Arbitrary<Expression> quartz() {
    Arbitrary<Field> days =
        fields(
            "* *|* ?",
            "* *|* ?",
            "? *|* ?",
            "* ?|* ?",
            "1 *|1 ?",
            "28-31 ?|28-31 ?",
            "L *|L ?",
            "15W ?|15W ?",
            "* Mon-Fri|? 2-6",
            "? 1|? 1",
            "* 7|? 7",
            "* SUN|? 1",
            "? 2-6|? 2-6",
            "* 6#3|? 6#3",
            "? 6L|? 6L",
            "* FRI-MON|? 6,7,1,2",
            "1,15 *|1,15 ?");
    return Combinators.combine(
            same("0", "0", "0", "30", "15,45"),
            minutes(),
            hours(),
            days,
            months(),
            fields("|", "|", " *| *", " 2019-2026| 2019-2026", " 2020/2| 2020/2", " 2024| 2024"))
        .as(
            (second, minute, hour, day, month, year) -> {
              String[] ours = day.ours().split(" ");
              String[] theirs = day.theirs().split(" ");
              return new Expression(
                  spaced(second.ours(), minute.ours(), hour.ours(), ours[0], month.ours(), ours[1])
                      + year.ours(),
                  spaced(
                          second.theirs(),
                          minute.theirs(),
                          hour.theirs(),
                          theirs[0],
                          month.theirs(),
                          theirs[theirs.length - 1])
                      + year.theirs(),
                  CronType.QUARTZ);
            });
  }

  private static Arbitrary<Field> minutes() {
    return fields(
        "0|0",
        "0|0",
        "30|30",
        "15|15",
        "*/20|*/20",
        "0,15,45|0,15,45",
        "5-25/10|5-25/10",
        "50-10/10|50,0,10",
        "10/25|10/25");
  }

  private static Arbitrary<Field> hours() {
    return fields(
        "*|*",
        "*|*",
        "*/1|*",
        "*/2|*/2",
        "2|2",
        "0|0",
        "3|3",
        "1,2,3|1,2,3",
        "0-5|0-5",
        "22-2|22,23,0,1,2",
        "23|23",
        "9,15|9,15",
        "0-23|0-23");
  }

  private static Arbitrary<Field> months() {
    return fields(
        "*|*",
        "*|*",
        "*|*",
        "3,10|3,10",
        "Mar-Apr|3-4",
        "*/3|1,4,7,10",
        "nov-feb|11,12,1,2",
        "2-11|2-11");
  }

  private static Arbitrary<Field> same(String... texts) {
    return Arbitraries.of(texts).map(text -> new Field(text, text));
  }

  private static Arbitrary<Field> fields(String... pairs) {
    return Arbitraries.of(pairs)
        .map(
            pair -> {
              int bar = pair.indexOf('|');
              return new Field(pair.substring(0, bar), pair.substring(bar + 1));
            });
  }

  private static String spaced(String... fields) {
    return String.join(" ", fields);
  }
}
