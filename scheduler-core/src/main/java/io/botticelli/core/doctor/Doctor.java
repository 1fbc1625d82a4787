package io.botticelli.core.doctor;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.doctor.Finding.Severity;
import io.botticelli.core.doctor.Repairs.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what Quartz never repairs, repairs what is safe, and keeps the rest for a person.
 *
 * <p>Nodes call {@link #tick} often; the command line uses {@link #examine} and {@link #repair}.
 * Several of them at once do no harm: one look at a time, and each repair checks its finding again
 * under Quartz's lock. Thread-safe.
 */
public final class Doctor {
  private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

  private static final int TOLD_AT_FIRST = 2;
  private static final int TOLD_AGAIN = 60;

  private final DoctorSettings settings;
  private final Findings findings;
  private final Repairs repairs;
  private final Runnable rebuild;

  /**
   * @param rebuild brings jobs and triggers in line with the agreed definitions
   */
  public Doctor(DoctorSettings settings, Findings findings, Repairs repairs, Runnable rebuild) {
    this.settings = settings;
    this.findings = findings;
    this.repairs = repairs;
    this.rebuild = rebuild;
  }

  /**
   * Looks and repairs when it is time for the cluster; else does nothing but read.
   *
   * @return what stands, as far as any node has seen
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public List<Finding> tick() {
    Optional<List<Finding>> seen = findings.lookWhenDue();
    if (seen.isEmpty()) {
      return findings.list();
    }
    treat(seen.get(), settings.settle());
    return findings.list();
  }

  /**
   * Looks now and changes nothing but the findings.
   *
   * @return what stands, worst first
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public List<Finding> examine() {
    return findings.look();
  }

  /**
   * Looks now, repairs what has stood for {@code settle}, and looks again.
   *
   * @param settle how long a finding must stand; call again after that time for what is younger
   * @return what stood or stands; {@link Finding#isRepaired} tells which
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public List<Finding> repair(Duration settle) {
    treat(findings.look(), settle);
    return findings.list();
  }

  /** Repairs in the order of the kinds: a class before the triggers that failed because of it. */
  private void treat(List<Finding> seen, Duration settle) {
    List<Finding> removed = new ArrayList<>();
    boolean changed = false;
    for (FindingKind kind : FindingKind.values()) {
      for (Finding finding : seen) {
        if (finding.kind() == kind && !kind.isRepairable()) {
          report(finding);
        } else if (finding.kind() == kind && isRipe(finding, settle)) {
          Outcome outcome = repair(finding);
          changed |= outcome == Outcome.REPAIRED || outcome == Outcome.REMOVED;
          if (outcome == Outcome.REMOVED) {
            removed.add(finding);
          }
        }
      }
    }
    if (changed) {
      rebuild(removed);
    }
  }

  private static boolean isRipe(Finding finding, Duration settle) {
    // A trigger nobody can read stops every actor once it is due, and no transaction of Quartz
    // leaves one behind: there is nothing to wait for.
    Instant ripe =
        finding.kind() == FindingKind.TRIGGER_PART_LOST
            ? finding.since()
            : finding.since().plus(settle);
    return finding.kind().isRepairable() && !finding.lastSeen().isBefore(ripe);
  }

  private Outcome repair(Finding finding) {
    try {
      Outcome outcome = repairs.repair(finding);
      switch (outcome) {
        case REPAIRED, REMOVED ->
            LOG.warn(
                "{} {} repaired: {}", finding.kind().stored(), finding.subject(), why(finding));
        case HEALED -> LOG.debug("{} {} healed", finding.kind().stored(), finding.subject());
        case REFUSED -> report(finding);
      }
      return outcome;
    } catch (ActorServerException failure) {
      LOG.warn(
          "{} {} not repaired, it is tried again: {}",
          finding.kind().stored(),
          finding.subject(),
          failure.getMessage());
      return Outcome.HEALED;
    }
  }

  /** What stands is said again about once an hour, not at every look. */
  private static void report(Finding finding) {
    if (finding.severity() != Severity.INFO
        && (finding.count() <= TOLD_AT_FIRST || finding.count() % TOLD_AGAIN == 0)) {
      LOG.warn(
          "{} {} is left for a person: {}; {}",
          finding.kind().stored(),
          finding.subject(),
          why(finding),
          finding.advice());
    }
  }

  private static String why(Finding finding) {
    return finding.explanation();
  }

  private void rebuild(List<Finding> removed) {
    try {
      rebuild.run();
      removed.forEach(repairs::restoreTimes);
    } catch (ActorServerException failure) {
      LOG.warn(
          "the schedule could not be brought in line after repairs, the next reconcile does it: {}",
          failure.getMessage());
    }
  }

  /** Tells whether anything of at least this severity stands. */
  public static boolean stands(List<Finding> findings, Severity severity) {
    return findings.stream()
        .anyMatch(finding -> !finding.isRepaired() && finding.severity().compareTo(severity) >= 0);
  }
}
