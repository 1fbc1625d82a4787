package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.DstPolicy;
import io.botticelli.core.actor.FireBounds;
import io.botticelli.core.actor.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.quartz.CronTrigger;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;

class TriggerPlanTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final ActorName POSTER = new ActorName("poster");

  private final TriggerPlan plan = new TriggerPlan(new JitteredTimes(() -> 0.5));

  @Test
  void anIntervalThatNeverRanStartsNow() {
    assertThat(starts(interval(true, Optional.empty()), Optional.empty())).containsExactly(NOW);
  }

  @Test
  void anIntervalThatShallNotRunOnStartWaitsOnePeriod() {
    assertThat(starts(interval(false, Optional.empty()), Optional.empty()))
        .containsExactly(NOW.plusSeconds(3600));
  }

  @Test
  void anIntervalCountsFromTheLastRun() {
    assertThat(starts(interval(true, Optional.empty()), Optional.of(NOW.minusSeconds(600))))
        .containsExactly(NOW.plusSeconds(3000));
  }

  @Test
  void anOverdueIntervalStartsNowHoweverManyPeriodsWereMissed() {
    assertThat(starts(interval(true, Optional.empty()), Optional.of(NOW.minusSeconds(360_000))))
        .containsExactly(NOW);
  }

  @Test
  void anIntervalDoesNotFireBeforeItsStart() {
    Instant start = NOW.plusSeconds(99_999);

    assertThat(starts(interval(true, Optional.of(start)), Optional.empty())).containsExactly(start);
  }

  @Test
  void everyTriggerSaysWhatToDoAboutAMisfire() {
    SimpleTrigger interval = (SimpleTrigger) only(interval(true, Optional.empty()));
    CronTrigger cron = (CronTrigger) only(cron("0 0 9 * * ?"));

    assertThat(interval.getMisfireInstruction())
        .isEqualTo(SimpleTrigger.MISFIRE_INSTRUCTION_RESCHEDULE_NOW_WITH_EXISTING_REPEAT_COUNT);
    assertThat(cron.getMisfireInstruction())
        .isEqualTo(CronTrigger.MISFIRE_INSTRUCTION_FIRE_ONCE_NOW);
    assertThat(only(new ActorSchedule.Immediate("immediate")).getMisfireInstruction())
        .isEqualTo(SimpleTrigger.MISFIRE_INSTRUCTION_FIRE_NOW);
  }

  @Test
  void cronKeepsItsZone() {
    CronTrigger trigger = (CronTrigger) only(cron("0 0 9 * * ?"));

    assertThat(trigger.getTimeZone().getID()).isEqualTo("Europe/Berlin");
  }

  @Test
  void twoExpressionsBecomeTwoTriggersOfOneJob() {
    List<Trigger> triggers =
        plan.triggers(actor(cron("0 0 9 1 * ?", "0 0 9 ? * MON")), Optional.empty(), NOW);

    assertThat(triggers).hasSize(2);
    assertThat(triggers).extracting(Trigger::getJobKey).containsOnly(FireData.jobKey(POSTER));
    assertThat(triggers)
        .extracting(Trigger::getKey)
        .containsExactlyElementsOf(
            TriggerPlan.standingKeys(actor(cron("0 0 9 1 * ?", "0 0 9 ? * MON"))));
  }

  @Test
  void aOneTimeScheduleThatPassedFiresOnlyIfItNeverRan() {
    ActorSchedule past = new ActorSchedule.Once(NOW.minusSeconds(1), "once");

    assertThat(starts(past, Optional.empty())).containsExactly(NOW);
    assertThat(starts(past, Optional.of(NOW.minusSeconds(1)))).isEmpty();
  }

  @Test
  void aManualScheduleHasNoTrigger() {
    assertThat(starts(new ActorSchedule.Manual("manual"), Optional.empty())).isEmpty();
  }

  @Test
  void onlyAnImmediateScheduleDependsOnTheDefinition() {
    ActorSchedule immediate = new ActorSchedule.Immediate("immediate");
    ActorSchedule interval = interval(true, Optional.empty());

    assertThat(TriggerPlan.fingerprint(actor(immediate), "v1"))
        .isNotEqualTo(TriggerPlan.fingerprint(actor(immediate), "v2"));
    assertThat(TriggerPlan.fingerprint(actor(interval), "v1"))
        .isEqualTo(TriggerPlan.fingerprint(actor(interval), "v2"));
  }

  @Test
  void anotherZoneOrPeriodIsAnotherSchedule() {
    ActorSchedule berlin = cron("0 0 9 * * ?");
    ActorSchedule utc =
        new ActorSchedule.Cron(List.of("0 0 9 * * ?"), ZoneOffset.UTC, Jitter.NONE, "test");

    assertThat(TriggerPlan.fingerprint(actor(berlin), "v"))
        .isNotEqualTo(TriggerPlan.fingerprint(actor(utc), "v"));
    assertThat(TriggerPlan.fingerprint(actor(interval(true, Optional.empty())), "v"))
        .isNotEqualTo(TriggerPlan.fingerprint(actor(interval(false, Optional.empty())), "v"));
  }

  @Test
  void boundsAndTheRuleForClockChangesMakeAnotherSchedule() {
    ActorSchedule next = cron("0 0 9 * * ?");
    ActorSchedule skip =
        new ActorSchedule.Cron(
            List.of("0 0 9 * * ?"),
            ZoneId.of("Europe/Berlin"),
            DstPolicy.SKIP,
            Jitter.NONE,
            "test");
    FireBounds ending =
        new FireBounds(Optional.empty(), Optional.of(NOW.plusSeconds(1)), Optional.empty());

    assertThat(TriggerPlan.fingerprint(actor(next), "v"))
        .isNotEqualTo(TriggerPlan.fingerprint(actor(skip), "v"))
        .isNotEqualTo(TriggerPlan.fingerprint(actor(next, ending), "v"));
  }

  private Trigger only(ActorSchedule schedule) {
    List<Trigger> triggers = plan.triggers(actor(schedule), Optional.empty(), NOW);
    assertThat(triggers).hasSize(1);
    return triggers.get(0);
  }

  private List<Instant> starts(ActorSchedule schedule, Optional<Instant> lastRun) {
    return plan.triggers(actor(schedule), lastRun, NOW).stream()
        .map(trigger -> trigger.getStartTime().toInstant())
        .toList();
  }

  private static ActorDefinition actor(ActorSchedule schedule) {
    return actor(schedule, FireBounds.NONE);
  }

  private static ActorDefinition actor(ActorSchedule schedule, FireBounds bounds) {
    return TestActors.bounded("poster", schedule, bounds);
  }

  private static ActorSchedule interval(boolean runOnStart, Optional<Instant> startAt) {
    return new ActorSchedule.Interval(
        Duration.ofHours(1), startAt, runOnStart, Jitter.NONE, "test");
  }

  private static ActorSchedule cron(String... expressions) {
    return new ActorSchedule.Cron(
        List.of(expressions), ZoneId.of("Europe/Berlin"), Jitter.NONE, "test");
  }
}
