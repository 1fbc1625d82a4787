package io.botticelli.core.doctor;

import io.botticelli.core.doctor.Finding.Severity;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be wrong. Stored and shown in lower case. */
public enum FindingKind {
  /** A job names a class this server never runs; its triggers end in ERROR. */
  JOB_CLASS_UNKNOWN(Severity.ERROR, true),
  /** A trigger whose job is gone. */
  TRIGGER_WITHOUT_JOB(Severity.ERROR, true),
  /**
   * A trigger lost the row that holds its times. Once it is due, Quartz cannot read it, and its
   * whole look for due triggers fails with it (JobStoreSupport.acquireNextTrigger, 2.5.2): every
   * actor stands still until the row counts as misfired.
   */
  TRIGGER_PART_LOST(Severity.ERROR, true),
  /** A trigger Quartz cannot read for another reason; it does the same harm. */
  TRIGGER_UNREADABLE(Severity.ERROR, true),
  /** A row of times without a trigger. */
  TRIGGER_PART_ORPHANED(Severity.WARN, true),
  /** A trigger names a calendar that is gone; its fires are dropped one by one. */
  CALENDAR_MISSING(Severity.ERROR, true),
  /** ACQUIRED without a fired row: no node will fire it. */
  TRIGGER_ACQUIRED(Severity.ERROR, true),
  /** BLOCKED although its job does not run. */
  TRIGGER_BLOCKED(Severity.ERROR, true),
  /** ERROR: stays so until somebody resets it. */
  TRIGGER_ERROR(Severity.ERROR, true),
  /** COMPLETE but still there. */
  TRIGGER_COMPLETE(Severity.WARN, true),
  /** WAITING without a next time. */
  TRIGGER_WITHOUT_TIME(Severity.ERROR, true),
  /** A single fire that stayed paused although its actor is not. */
  TRIGGER_LEFT_PAUSED(Severity.ERROR, true),
  /** WAITING past its time although nodes are up. */
  TRIGGER_OVERDUE(Severity.ERROR, false),
  /** A marker that makes every new trigger of a group be born paused. */
  GROUP_PAUSED(Severity.ERROR, true),
  /** A fired row of a node that is not in the cluster, so that nobody recovers it. */
  FIRE_ORPHANED(Severity.ERROR, true),
  /** A fired row of a living node that runs nothing for it. */
  FIRE_WITHOUT_RUN(Severity.ERROR, false),
  /** A node whose clock is noticeably off. */
  CLOCK_SKEW(Severity.WARN, false),
  /** A running execution whose owner gave no sign for long. */
  EXECUTION_OWNERLESS(Severity.ERROR, false),
  /** A message whose sender is gone. */
  POST_SENDING(Severity.WARN, false),
  /** A message nobody could look up. */
  POST_UNKNOWN(Severity.WARN, false),
  /** Rows still claimed for executions that ended; they hide nothing. */
  CLAIMS_LEFT(Severity.INFO, false);

  private final Severity severity;
  private final boolean repairable;

  FindingKind(Severity severity, boolean repairable) {
    this.severity = severity;
    this.repairable = repairable;
  }

  /** Returns how bad it is. */
  public Severity severity() {
    return severity;
  }

  /** Tells whether the doctor knows a repair, which may still be refused for one subject. */
  public boolean isRepairable() {
    return repairable;
  }

  /** Returns the name as stored, in JSON and in metrics. */
  public String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the kind stored under a name; empty for one that a newer node knows. */
  public static Optional<FindingKind> ofStored(String name) {
    return Arrays.stream(values()).filter(kind -> kind.stored().equals(name)).findFirst();
  }
}
