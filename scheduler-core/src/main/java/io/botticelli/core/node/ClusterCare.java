package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.jdbc.JdbcDefinitions;
import io.botticelli.core.doctor.Doctor;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.Finding;
import io.botticelli.core.doctor.FindingKind;
import io.botticelli.core.doctor.jdbc.JdbcFindings;
import io.botticelli.core.doctor.jdbc.JdbcRepairs;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.node.Health.Component;
import io.botticelli.core.node.Health.State;
import io.botticelli.core.retention.Retention;
import io.botticelli.core.retention.RetentionPolicy;
import io.botticelli.core.retention.jdbc.JdbcOldRows;
import io.botticelli.core.scheduling.ClusterScheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does for the whole cluster now and then: the doctor's looks, and deleting what is
 * old. Which node does it is decided in the database, so every node asks. Thread-safe.
 */
final class ClusterCare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterCare.class);

  /** Findings a sentence can name. */
  private static final int SHOWN = 3;

  private static final Duration SWEEP_PERIOD = Duration.ofMinutes(10);

  /** A first sweep after a long time comes back for the rest instead of keeping the disk busy. */
  private static final Duration SWEEP_BUDGET = Duration.ofSeconds(30);

  /** Versions of the working set somebody may want back; those executions name are kept, too. */
  private static final int KEPT_DEFINITIONS = 50;

  private final Doctor doctor;
  private final Retention retention;
  private final Definitions definitions;
  private final Duration tick;
  private final ActorMetrics metrics;
  private final ScheduledExecutorService looks;
  private final ScheduledExecutorService sweeps;
  private volatile List<Finding> findings = List.of();

  ClusterCare(
      ClusterScheduler scheduler,
      Transactions transactions,
      Supplier<ServerConfig> server,
      ActorMetrics metrics) {
    this.doctor = doctor(scheduler, transactions);
    this.retention = retention(transactions, server);
    this.definitions = new JdbcDefinitions(transactions);
    this.tick = scheduler.doctorSettings().tick();
    this.metrics = metrics;
    this.looks = DaemonTimer.named("cluster-doctor");
    this.sweeps = DaemonTimer.named("cluster-retention");
  }

  /** Builds a doctor for a scheduler's tables. */
  static Doctor doctor(ClusterScheduler scheduler, Transactions transactions) {
    DoctorSettings settings = scheduler.doctorSettings();
    return new Doctor(
        settings,
        new JdbcFindings(transactions, settings, scheduler.blueprints()),
        new JdbcRepairs(transactions, settings, scheduler.blueprints()),
        scheduler::reconcile);
  }

  /**
   * Builds what deletes old rows.
   *
   * @param server the settings in force, asked at each sweep
   */
  static Retention retention(Transactions transactions, Supplier<ServerConfig> server) {
    return new Retention(
        new JdbcOldRows(transactions),
        () -> new RetentionPolicy(server.get().historyDays(), server.get().retention()));
  }

  /** Starts. */
  synchronized void start() {
    if (!looks.isShutdown()) {
      looks.scheduleWithFixedDelay(
          this::visit, tick.toMillis(), tick.toMillis(), TimeUnit.MILLISECONDS);
      sweeps.scheduleWithFixedDelay(
          this::sweep,
          SWEEP_PERIOD.dividedBy(10).toMillis(),
          SWEEP_PERIOD.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void visit() {
    try {
      findings = doctor.tick();
      for (FindingKind kind : FindingKind.values()) {
        long standing = findings.stream().filter(finding -> finding.kind() == kind).count();
        metrics.doctorFindings(kind.stored(), Math.toIntExact(standing));
      }
    } catch (ActorServerException failure) {
      LOG.warn("the schedule could not be examined, it is tried again: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("examining the schedule failed, it is tried again", failure);
    }
  }

  private void sweep() {
    try {
      retention.sweep(SWEEP_BUDGET);
      definitions.prune(KEPT_DEFINITIONS);
    } catch (ActorServerException failure) {
      LOG.warn("old rows were not deleted, it is tried again: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("deleting old rows failed, it is tried again", failure);
    }
  }

  /** Tells what the last look saw. */
  Component health() {
    List<Finding> open = findings.stream().filter(Finding::isOpen).toList();
    if (open.isEmpty()) {
      return new Component(State.HEALTHY, "nothing found");
    }
    String named =
        String.join(
            ", ",
            open.stream()
                .limit(SHOWN)
                .map(finding -> finding.kind().stored() + " " + finding.subject())
                .toList());
    return new Component(
        State.DEGRADED,
        open.size()
            + (open.size() == 1 ? " finding: " : " findings: ")
            + named
            + (open.size() > SHOWN ? ", .." : "")
            + "; see botticelli doctor");
  }

  @Override
  public void close() {
    looks.shutdownNow();
    sweeps.shutdownNow();
  }
}
