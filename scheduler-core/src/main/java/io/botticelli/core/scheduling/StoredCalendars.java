package io.botticelli.core.scheduling;

import io.botticelli.core.actor.ActorDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.quartz.Calendar;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of {@code qrtz_calendars} that belong to actors, as one reconcile finds and leaves them.
 * Not thread-safe.
 */
final class StoredCalendars {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCalendars.class);

  private final Scheduler quartz;
  private final Set<String> names;

  private StoredCalendars(Scheduler quartz, Set<String> names) {
    this.quartz = quartz;
    this.names = names;
  }

  /**
   * @throws SchedulingException if the names cannot be read
   */
  static StoredCalendars read(Scheduler quartz) {
    try {
      return new StoredCalendars(
          quartz,
          quartz.getCalendarNames().stream()
              .filter(name -> name.startsWith(TriggerPlan.CALENDARS))
              .collect(Collectors.toCollection(TreeSet::new)));
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("list the calendars", failure);
    }
  }

  /** Without its calendar a trigger is acquired again and again and never fires. */
  boolean isComplete(ActorDefinition actor) {
    return TriggerPlan.calendar(actor).isEmpty()
        || names.contains(TriggerPlan.calendarName(actor.name()));
  }

  /** Stores what the triggers of an actor are about to refer to; they must not be there yet. */
  void store(ActorDefinition actor) throws SchedulerException {
    Optional<Calendar> calendar = TriggerPlan.calendar(actor);
    if (calendar.isPresent()) {
      String name = TriggerPlan.calendarName(actor.name());
      quartz.addCalendar(name, calendar.get(), true, false);
      names.add(name);
    }
  }

  /** Removes what no actor refers to any more; what cannot be removed is harmless. */
  void removeAllBut(List<ActorDefinition> actors) {
    Set<String> unused = new TreeSet<>(names);
    for (ActorDefinition actor : actors) {
      if (actor.enabled() && TriggerPlan.calendar(actor).isPresent()) {
        unused.remove(TriggerPlan.calendarName(actor.name()));
      }
    }
    for (String name : unused) {
      try {
        quartz.deleteCalendar(name);
      } catch (SchedulerException failure) {
        LOG.warn("calendar {} could not be removed: {}", name, failure.getMessage());
      }
    }
  }
}
