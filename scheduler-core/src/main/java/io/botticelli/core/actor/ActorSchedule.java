package io.botticelli.core.actor;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When an actor fires, in normal form: every spelling of the files has become one of these.
 *
 * <p>{@link #source()} keeps what the author wrote, for messages and the console.
 */
public sealed interface ActorSchedule {

  /** Returns the spelling found in the file, for example {@code "every 2 hours"}. */
  String source();

  /**
   * Returns {@code cron}, {@code interval}, {@code once}, {@code immediate}, {@code after} or
   * {@code manual}.
   */
  String type();

  /**
   * Fires at the instants of one or more Quartz cron expressions.
   *
   * @param expressions one Quartz expression (6 or 7 fields, exactly one of day-of-month and
   *     day-of-week is {@code ?}); two when the author restricted both in the five-field dialect
   * @param zone zone the expression is read in; UTC with {@link DstPolicy#UTC}
   * @param dst what happens where the zone's clocks change
   */
  record Cron(List<String> expressions, ZoneId zone, DstPolicy dst, Jitter jitter, String source)
      implements ActorSchedule {
    public Cron {
      expressions = List.copyOf(expressions);
    }

    /** Builds a schedule with {@link DstPolicy#NEXT_VALID}. */
    public Cron(List<String> expressions, ZoneId zone, Jitter jitter, String source) {
      this(expressions, zone, DstPolicy.NEXT_VALID, jitter, source);
    }

    @Override
    public String type() {
      return "cron";
    }
  }

  /**
   * Fires every {@code every}, counted from the start of the previous fire.
   *
   * @param every at least one second
   * @param startAt first fire not before this, or empty
   * @param runOnStart true: an actor that never ran fires at once; false: first after one period
   */
  record Interval(
      Duration every, Optional<Instant> startAt, boolean runOnStart, Jitter jitter, String source)
      implements ActorSchedule {
    @Override
    public String type() {
      return "interval";
    }
  }

  /** Fires once, at {@code at}; at start when that has passed and it never ran. */
  record Once(Instant at, String source) implements ActorSchedule {
    @Override
    public String type() {
      return "once";
    }
  }

  /** Fires once per applied definition, at start. */
  record Immediate(String source) implements ActorSchedule {
    @Override
    public String type() {
      return "immediate";
    }
  }

  /** Fires when another actor succeeded and never by itself; see {@link FiringPolicy#after}. */
  record After(String source) implements ActorSchedule {
    @Override
    public String type() {
      return "after";
    }
  }

  /** Never fires by itself. */
  record Manual(String source) implements ActorSchedule {
    @Override
    public String type() {
      return "manual";
    }
  }
}
