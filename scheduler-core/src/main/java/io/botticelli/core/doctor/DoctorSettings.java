package io.botticelli.core.doctor;

import java.time.Duration;
import java.util.Set;

/**
 * How patient the doctor is.
 *
 * @param schedulerName name all nodes of the cluster share
 * @param actorJobClass the only class of actors' jobs
 * @param jobClasses every class of jobs this server runs
 * @param period between two looks of the whole cluster
 * @param settle how long a finding must stand before it is repaired
 * @param overdue how late a waiting trigger may be
 * @param ownerless how long an execution, a message or a fired row may be without its owner
 */
public record DoctorSettings(
    String schedulerName,
    String actorJobClass,
    Set<String> jobClasses,
    Duration period,
    Duration settle,
    Duration overdue,
    Duration ownerless) {
  /** More resets of one trigger within a day would only hide what is wrong with it. */
  public static final int MOST_RESETS = 3;

  public DoctorSettings {
    jobClasses = Set.copyOf(jobClasses);
  }

  /** Returns the settings of a node. */
  public static DoctorSettings of(
      String schedulerName, String actorJobClass, Set<String> jobClasses) {
    return new DoctorSettings(
        schedulerName,
        actorJobClass,
        jobClasses,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(120),
        Duration.ofSeconds(60));
  }

  /** Returns the same with another patience. */
  public DoctorSettings withPatience(Duration newPeriod, Duration newSettle) {
    return new DoctorSettings(
        schedulerName, actorJobClass, jobClasses, newPeriod, newSettle, overdue, ownerless);
  }

  /** Returns how often a node asks whether a look is due. */
  public Duration tick() {
    return period.dividedBy(12);
  }
}
