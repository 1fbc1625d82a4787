package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.actor.ActiveTimes;
import io.botticelli.core.actor.ActiveTimes.Window;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.db.TestDatabase;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerKey;

/** Clock changes, active times and ends, as they lie in Quartz's tables. */
@Tag("db")
class BoundedSchedulesDbTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final TestDatabase database = TestDatabase.fresh();

  @Test
  void cronRowsAreQuartzsOwnAndComeBackWithThePolicy() throws Exception {
    try (TestNode node = new TestNode(database)) {
      node.agree(
          "v1",
          TestNode.actor("shifted", cron(DstPolicy.NEXT_VALID, "0 30 2 * * ?")),
          TestNode.actor("skipped", cron(DstPolicy.SKIP, "0 30 2 * * ?")));

      assertThat(database.number("SELECT count(*) FROM qrtz_triggers WHERE trigger_type = 'CRON'"))
          .isEqualTo(2);
      assertThat(
              database.value(
                  "SELECT cron_expression || ' ' || time_zone_id FROM qrtz_cron_triggers"
                      + " WHERE trigger_name = 'shifted'"))
          .isEqualTo("0 30 2 * * ? Europe/Berlin");
      assertThat(after("shifted", "2027-03-27T12:00:00Z")).isEqualTo("2027-03-28T01:00:00Z");
      assertThat(after("skipped", "2027-03-27T12:00:00Z")).isEqualTo("2027-03-29T00:30:00Z");
    }
  }

  @Test
  void activeTimesAreACalendarThatFollowsTheDefinition() throws Exception {
    ActorSchedule hourly = cron(DstPolicy.NEXT_VALID, "0 0 * * * ?");
    FireBounds morning = active("06:00", "08:00", EnumSet.allOf(DayOfWeek.class));
    FireBounds evening = active("20:00", "22:00", EnumSet.allOf(DayOfWeek.class));
    try (TestNode node = new TestNode(database)) {
      node.agree("v1", TestActors.bounded("poster", hourly, morning));

      assertThat(localHour(next("poster"))).isBetween(6, 7);
      assertThat(database.number("SELECT count(*) FROM qrtz_calendars")).isEqualTo(1);

      node.agree("v2", TestActors.bounded("poster", hourly, evening));

      assertThat(localHour(next("poster"))).isBetween(20, 21);
      assertThat(node.scheduler.reconcile()).as("nothing is left to change").isEmpty();

      database.execute("DELETE FROM qrtz_calendars");

      assertThat(node.scheduler.reconcile()).as("a lost calendar is stored again").hasSize(1);
      assertThat(database.number("SELECT count(*) FROM qrtz_calendars")).isEqualTo(1);

      node.agree("v3", TestNode.actor("poster", hourly));

      assertThat(database.number("SELECT count(*) FROM qrtz_calendars")).isZero();
    }
  }

  @Test
  void aCronFiresThroughItsCalendar() {
    try (TestNode node = new TestNode(database)) {
      node.agree(
          "v1",
          TestActors.bounded(
              "poster",
              cron(DstPolicy.NEXT_VALID, "* * * * * ?"),
              bounds(Window.ALL_DAY, EnumSet.allOf(DayOfWeek.class))));

      node.scheduler.beginFiring();

      await().atMost(Duration.ofSeconds(20)).until(() -> node.executions("poster").size() >= 2);
    }
  }

  @Test
  void anIntervalOutsideItsActiveTimesWaitsForTheNextOpening() throws Exception {
    DayOfWeek later = Instant.now().atZone(BERLIN).getDayOfWeek().plus(3);
    try (TestNode node = new TestNode(database)) {
      node.agree(
          "v1",
          TestActors.bounded(
              "poster",
              TestNode.every(Duration.ofSeconds(1)),
              active("09:00", "17:00", Set.of(later))));

      assertThat(next("poster").atZone(BERLIN))
          .satisfies(
              fire -> {
                assertThat(fire.getDayOfWeek()).isEqualTo(later);
                assertThat(fire.toLocalTime()).isEqualTo(LocalTime.of(9, 0));
              });
    }
  }

  @Test
  void aScheduleThatIsOverHarmsNobody() throws Exception {
    ActorSchedule past = cron(DstPolicy.NEXT_VALID, "0 0 9 * * ? 2020");
    ActorSchedule both = cron(DstPolicy.NEXT_VALID, "0 0 9 * * ? 2020", "0 0 10 * * ?");
    FireBounds ended =
        new FireBounds(
            Optional.empty(), Optional.of(Instant.parse("2021-01-01T00:00:00Z")), Optional.empty());
    try (TestNode node = new TestNode(database)) {
      node.agree(
          "v1",
          TestNode.actor("past", past),
          TestNode.actor("both", both),
          TestActors.bounded("ended", TestNode.every(Duration.ofHours(1)), ended),
          TestActors.bounded(
              "night",
              cron(DstPolicy.NEXT_VALID, "0 0 3 * * ?"),
              active("09:00", "17:00", EnumSet.allOf(DayOfWeek.class))),
          TestNode.actor("other", cron(DstPolicy.NEXT_VALID, "0 0 9 * * ?")));

      assertThat(database.number("SELECT count(*) FROM qrtz_job_details")).isEqualTo(5);
      assertThat(
              database.value(
                  "SELECT string_agg(job_name, ',' ORDER BY job_name) FROM qrtz_triggers"))
          .isEqualTo("both,other");
      assertThat(node.scheduler.reconcile()).isEmpty();
    }
  }

  private static ActorSchedule cron(DstPolicy dst, String... expressions) {
    return new ActorSchedule.Cron(List.of(expressions), BERLIN, dst, Jitter.NONE, "cron");
  }

  private static FireBounds active(String from, String to, Set<DayOfWeek> days) {
    return bounds(new Window(LocalTime.parse(from), LocalTime.parse(to)), days);
  }

  private static FireBounds bounds(Window window, Set<DayOfWeek> days) {
    return new FireBounds(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new ActiveTimes(List.of(window), new TreeSet<>(days), List.of(), BERLIN)));
  }

  private static int localHour(Instant instant) {
    return instant.atZone(BERLIN).getHour();
  }

  private Instant next(String actor) throws Exception {
    return read(actor).getNextFireTime().toInstant();
  }

  private String after(String actor, String instant) throws Exception {
    return read(actor).getFireTimeAfter(Date.from(Instant.parse(instant))).toInstant().toString();
  }

  /** Reads a trigger as any node would, from its rows. */
  private Trigger read(String actor) throws Exception {
    Scheduler quartz =
        QuartzSchedulers.standby(
            new SchedulerSettings(
                "reader-" + actor + System.nanoTime(),
                1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Map.of()),
            database.dataSource());
    try {
      return quartz.getTrigger(new TriggerKey(actor, FireData.SCHEDULE));
    } finally {
      quartz.shutdown();
    }
  }
}
