package io.botticelli.web.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.scheduling.FireForecast;
import io.botticelli.core.scheduling.PlannedFire;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An actor of a file that is checked, with its next fires as if it were scheduled now.
 *
 * @param schedule as written
 * @param type {@code cron}, {@code interval}, {@code once}, {@code immediate}, {@code after} or
 *     {@code manual}
 * @param after actors after whose success it fires
 * @param nextFires earliest first
 */
record ScheduledActor(
    String name, String schedule, String type, List<String> after, List<Fire> nextFires) {
  private static final int SHOWN = 5;
  private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

  /**
   * A coming fire.
   *
   * @param at UTC
   * @param local with offset and zone
   * @param note "" = nothing to say
   */
  record Fire(String at, String local, String note, boolean approximate, @JsonIgnore String text) {
    static Fire of(PlannedFire fire) {
      ZonedDateTime local = fire.local().truncatedTo(ChronoUnit.SECONDS);
      DateTimeFormatter format = local.getSecond() == 0 ? MINUTES : SECONDS;
      return new Fire(
          fire.at().truncatedTo(ChronoUnit.SECONDS).toString(),
          local.toString(),
          fire.note(),
          fire.approximate(),
          (fire.approximate() ? "~" : "") + format.format(local));
    }
  }

  /** Returns the enabled actors of a set. */
  static List<ScheduledActor> of(WorkingSet set, Instant now) {
    return set.actors().stream()
        .filter(ActorDefinition::enabled)
        .map(actor -> of(actor, now))
        .toList();
  }

  private static ScheduledActor of(ActorDefinition actor, Instant now) {
    return new ScheduledActor(
        actor.name().value(),
        actor.schedule().source(),
        actor.schedule().type(),
        actor.firing().after().stream().map(previous -> previous.value()).toList(),
        FireForecast.of(actor, Optional.empty(), now, SHOWN).stream().map(Fire::of).toList());
  }

  /** Tells whether the schedule should fire by itself, but never does again. */
  @JsonIgnore
  boolean isOver() {
    return nextFires.isEmpty() && !type.equals("manual") && !type.equals("after");
  }

  /** Returns what people are shown: one line, and one for each thing to be said. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String fires =
        nextFires.isEmpty()
            ? isOver() ? "never" : "not by itself"
            : nextFires.stream().map(Fire::text).collect(Collectors.joining(", "))
                + " "
                + zone(nextFires.get(0).local());
    String chain = after.isEmpty() ? "" : "; after " + String.join(", ", after);
    lines.add("actor " + name + " (" + schedule + ") fires " + fires + chain);
    String told = "";
    for (Fire fire : nextFires) {
      // What holds for one fire after another is said once.
      if (!fire.note().isEmpty() && !fire.note().equals(told)) {
        lines.add("  " + fire.text() + ": " + fire.note());
      }
      told = fire.note();
    }
    return lines;
  }

  private static String zone(String local) {
    int bracket = local.indexOf('[');
    return bracket < 0 ? "UTC" : local.substring(bracket + 1, local.length() - 1);
  }
}
