package io.botticelli.core.scheduling;

import io.botticelli.core.actor.DstPolicy;
import java.text.ParseException;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.CronTrigger;
import org.quartz.ScheduleBuilder;
import org.quartz.impl.triggers.CronTriggerImpl;
import org.quartz.spi.MutableTrigger;

/**
 * Quartz's cron trigger with the times of {@link CronTimes}. It lies in {@code qrtz_cron_triggers}
 * like any other; the rule for clock changes is in its job data.
 *
 * <p>Quartz steps over excluded times one by one, under the lock of the whole cluster; this trigger
 * asks its calendar where to go on. A fire that is made up while its calendar is closed waits for
 * the next opening.
 */
public final class ZonedCronTrigger extends CronTriggerImpl {
  private static final long serialVersionUID = 1L;

  /** Key in the trigger's data: a {@link DstPolicy} in lower case; absent = next valid. */
  static final String DST = "dst";

  /** Openings looked at before a calendar counts as one that never lets the expression through. */
  private static final int PATIENCE = 10_000;

  private transient @Nullable CronTimes times;

  private ZonedCronTrigger() {}

  /** Builds triggers of an expression in a zone, misfire instruction {@code FIRE_ONCE_NOW}. */
  static ScheduleBuilder<CronTrigger> schedule(String expression, TimeZone zone) {
    CronTriggerImpl plain = new CronTriggerImpl();
    try {
      plain.setCronExpression(expression);
    } catch (ParseException failure) {
      throw new SchedulingException(
          "schedule_invalid",
          "cron expression \"" + expression + "\" is not understood: " + failure.getMessage(),
          false,
          failure);
    }
    plain.setTimeZone(zone);
    plain.setMisfireInstruction(MISFIRE_INSTRUCTION_FIRE_ONCE_NOW);
    return schedule(plain);
  }

  /** Builds triggers like one that Quartz read from its table. */
  public static ScheduleBuilder<CronTrigger> schedule(CronTriggerImpl read) {
    return new ScheduleBuilder<>() {
      @Override
      protected MutableTrigger build() {
        ZonedCronTrigger trigger = new ZonedCronTrigger();
        try {
          trigger.setCronExpression(read.getCronExpression());
        } catch (ParseException failure) {
          throw new IllegalStateException("it was read before", failure);
        }
        trigger.setTimeZone(read.getTimeZone());
        trigger.setMisfireInstruction(read.getMisfireInstruction());
        return trigger;
      }
    };
  }

  @Override
  protected @Nullable Date getTimeAfter(Date after) {
    return times().next(after.toInstant()).map(Date::from).orElse(null);
  }

  @Override
  public @Nullable Date computeFirstFireTime(@Nullable Calendar calendar) {
    setNextFireTime(
        included(getFireTimeAfter(new Date(getStartTime().getTime() - 1000)), calendar));
    return getNextFireTime();
  }

  @Override
  public void triggered(@Nullable Calendar calendar) {
    setPreviousFireTime(getNextFireTime());
    setNextFireTime(includedTimeAfter(getNextFireTime(), calendar));
  }

  /** Returns the first fire later than another that a calendar lets through. */
  @Nullable Date includedTimeAfter(Date after, @Nullable Calendar calendar) {
    return included(getFireTimeAfter(after), calendar);
  }

  @Override
  public void updateAfterMisfire(@Nullable Calendar calendar) {
    super.updateAfterMisfire(calendar);
    @Nullable Date next = getNextFireTime();
    if (calendar != null && next != null && !calendar.isTimeIncluded(next.getTime())) {
      Date opening = new Date(calendar.getNextIncludedTime(next.getTime()));
      @Nullable Date end = getEndTime();
      setNextFireTime(end == null || opening.before(end) ? opening : null);
    }
  }

  private @Nullable Date included(@Nullable Date first, @Nullable Calendar calendar) {
    @Nullable Date next = first;
    for (int i = 0; i < PATIENCE; i++) {
      if (calendar == null || next == null || calendar.isTimeIncluded(next.getTime())) {
        return next;
      }
      long opening = calendar.getNextIncludedTime(next.getTime());
      next = getFireTimeAfter(new Date(Math.max(opening - 1, next.getTime())));
    }
    return null;
  }

  private CronTimes times() {
    @Nullable CronTimes known = times;
    if (known == null) {
      known = new CronTimes(getCronExpression(), getTimeZone().toZoneId(), dst());
      times = known;
    }
    return known;
  }

  private DstPolicy dst() {
    return Optional.ofNullable(getJobDataMap().getString(DST))
        .map(word -> DstPolicy.valueOf(word.toUpperCase(Locale.ROOT)))
        .orElse(DstPolicy.NEXT_VALID);
  }
}
