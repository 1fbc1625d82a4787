package io.botticelli.core.scheduling;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.TriggerBlueprints;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.FireIdentity;
import io.botticelli.core.history.FireIdentity.Kind;
import io.botticelli.core.history.FireRecords;
import io.botticelli.core.history.PendingFires;
import io.botticelli.core.history.Receipts;
import io.botticelli.core.resilience.RunGuard;
import io.botticelli.core.scheduling.Fire.Origin;
import io.botticelli.core.scheduling.LeaseKeeper.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.DoubleSupplier;
import javax.sql.DataSource;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of the cluster's schedule: Quartz, the runs it fires, and the upkeep around it.
 *
 * <p>Built in standby; {@link #beginFiring} starts it, {@link #stop} ends it for good. Thread-safe.
 */
public final class ClusterScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterScheduler.class);

  /**
   * A look for due triggers takes no longer while the database is well; usually it gets as long as
   * other nodes wait for a check-in.
   */
  private static final Duration LEAST_MARGIN = Duration.ofSeconds(2);

  private final SchedulerSettings settings;
  private final Ports ports;
  private final Scheduler quartz;
  private final StandbyReasons standby = new StandbyReasons(this::acquire, this::standByQuietly);
  private final Acquisitions acquisitions = new Acquisitions();
  private final SchedulerParts parts;
  private final SchedulerEnding ending;
  private final Upkeep upkeep;
  private volatile boolean started;
  private volatile boolean stopped;

  /**
   * Builds the scheduler in standby; nothing fires and no check-in is made.
   *
   * @param quartzPool connections for Quartz alone; stays open when the scheduler stops
   * @throws SchedulingException if {@code quartz.properties} is refused or Quartz cannot be built
   */
  public ClusterScheduler(SchedulerSettings settings, Ports ports, DataSource quartzPool) {
    this.settings = settings;
    this.ports = ports;
    BlobFilter.install();
    this.quartz = QuartzSchedulers.standby(settings, quartzPool, acquisitions);
    this.upkeep = new Upkeep(ports.random());
    this.parts = new SchedulerParts(settings, ports, quartz);
    this.ending = new SchedulerEnding(quartz, parts.leases);
  }

  /**
   * Brings jobs and triggers in line with the agreed definitions now.
   *
   * @return actors that changed
   * @throws ActorServerException if the database fails
   */
  public Set<ActorName> reconcile() {
    return parts.reconciler.reconcile();
  }

  /** Starts the upkeep, and acquiring triggers unless there is a reason to stand by. */
  public void beginFiring() {
    standby.begin();
    if (!started) {
      started = true;
      upkeep.every(settings.checkInterval(), "reconcile", this::reconcile);
      upkeep.every(settings.sweepInterval(), "sweep", parts.sweeper::sweep);
      upkeep.every(settings.sweepInterval(), "receipts", parts.manual::sweep);
      upkeep.every(settings.sweepInterval(), "owed fires", parts.owed::sweep);
      upkeep.every(settings.sweepInterval(), "look for pauses", parts.pauseWatch::look);
    }
  }

  /**
   * Stops acquiring triggers; runs go on. While the node drains, fires that still reach it are
   * handed over to other nodes.
   *
   * @return false if the reason stood already
   */
  public boolean standBy(StandbyReason reason) {
    if (reason == StandbyReason.DRAINING) {
      parts.runner.drain(true);
    }
    return standby.add(reason);
  }

  /**
   * Takes a reason to stand by away; the node acquires triggers again when it was the last.
   *
   * @return false if the reason did not stand
   */
  public boolean resume(StandbyReason reason) {
    synchronized (this) {
      if (reason == StandbyReason.DRAINING && !stopped) {
        parts.runner.drain(false);
      }
    }
    return standby.remove(reason);
  }

  /** Tells whether nothing new is fired here while runs end: the node drains or stops. */
  public boolean isDraining() {
    return stopped || standby.all().contains(StandbyReason.DRAINING);
  }

  /** Returns why this node does not acquire triggers although it was told to fire. */
  public Set<StandbyReason> standbyReasons() {
    return standby.all();
  }

  private void acquire() {
    acquisitions.restart();
    try {
      quartz.start();
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("start Quartz", failure);
    }
  }

  /** Tells whether this node acquires triggers. */
  public boolean isFiring() {
    try {
      return started && !stopped && quartz.isStarted() && !quartz.isInStandbyMode();
    } catch (SchedulerException failure) {
      return false;
    }
  }

  /** Returns what a person may do to actors. */
  public ActorControl control() {
    return parts.control;
  }

  /** Returns what a person may do to the whole cluster. */
  public ClusterControl clusterControl() {
    return parts.clusterControl;
  }

  /**
   * Runs a fire of an actor here and now, on the calling thread and without acquiring triggers, so
   * that nothing else fires. Pause, breaker, lease and history are as for any other fire.
   *
   * @param receipt 1..100 characters, unique per wish; finds the execution in the history
   */
  public void runHere(ActorName actor, String receipt) {
    Instant now = ports.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    FireIdentity identity = new FireIdentity(actor, now, Kind.MANUAL, receipt);
    parts.runner.run(new Fire(identity, false, false, Map.of(), Origin.CALL), now);
  }

  /**
   * Interrupts a run of this node; it ends as cancelled.
   *
   * @return false if this node does not run it
   */
  public boolean cancel(long executionId) {
    return parts.leases.interrupt(executionId, Reason.CANCELLED);
  }

  /** Tells how this node gets on with looking for due triggers. */
  public Acquisition acquisition() {
    Properties effective = QuartzProperties.effective(settings, "");
    Duration patience =
        Duration.ofMillis(
                Long.parseLong(effective.getProperty(QuartzProperties.IDLE_WAIT))
                    + Long.parseLong(effective.getProperty(QuartzProperties.FIRE_AHEAD)))
            .plus(checkInInterval().compareTo(LEAST_MARGIN) > 0 ? checkInInterval() : LEAST_MARGIN);
    try {
      return new Acquisition(
          acquisitions.age(),
          patience,
          !acquisitions.isDead(),
          quartz.getCurrentlyExecutingJobs().size(),
          quartz.getMetaData().getThreadPoolSize());
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("ask Quartz how it is", failure);
    }
  }

  /** Tells whether this node has begun to stop. */
  public boolean isStopping() {
    return stopped;
  }

  /**
   * Looks whether a run of this node is to be cancelled, soon and on another thread.
   *
   * @param hint id of the execution, anything else = look at all of them
   */
  public void lookForCancellations(String hint) {
    parts.leases.lookAt(hint);
  }

  /** Counts runs of this node. */
  public int countRunning() {
    return parts.leases.size();
  }

  /** Returns what the agreed definitions say about the times of triggers. */
  public TriggerBlueprints blueprints() {
    return parts.planned;
  }

  /** Returns how the doctor has to look at this scheduler's tables. */
  public DoctorSettings doctorSettings() {
    return DoctorSettings.of(
        parts.schedulerName, NarrativeJob.class.getName(), Set.of(NarrativeJob.class.getName()));
  }

  /** Returns the name all nodes of the cluster share. */
  public String schedulerName() {
    return parts.schedulerName;
  }

  /** Returns this node's id. */
  public String instanceId() {
    return settings.instanceId();
  }

  /** Returns how often this node checks in. */
  public Duration checkInInterval() {
    return Duration.ofMillis(
        Long.parseLong(
            QuartzProperties.effective(settings, "").getProperty(QuartzProperties.CHECK_IN)));
  }

  /**
   * Stops in order: acquire nothing more, wait for runs, interrupt the rest, give leases and
   * acquired triggers back. A second call does nothing.
   *
   * @param wait for running actors, zero = interrupt at once
   */
  public void stop(Duration wait) {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    upkeep.shutdown();
    parts.runner.drain(true);
    standby.stop();
    ending.endRuns(wait);
    parts.patience.giveUp();
    ending.shutDown();
    parts.leases.close();
    upkeep.shutdownNow();
    if (started) {
      giveBack();
    }
  }

  private void standByQuietly() {
    try {
      quartz.standby();
    } catch (SchedulerException failure) {
      LOG.warn("Quartz did not stand by: {}", failure.getMessage());
    }
  }

  private void giveBack() {
    try {
      int released = ports.cluster().releaseAcquired(parts.schedulerName, settings.instanceId());
      LOG.info("node left the cluster; {} acquired triggers given back", released);
    } catch (ActorServerException failure) {
      LOG.warn("acquired triggers not given back, other nodes do it: {}", failure.getMessage());
    }
  }

  /**
   * How this node gets on with looking for due triggers.
   *
   * @param age since the last look that got through
   * @param limit above it something keeps this node from firing
   * @param alive false: the thread that looks has ended
   * @param busy workers in use
   * @param workers all workers
   */
  public record Acquisition(Duration age, Duration limit, boolean alive, int busy, int workers) {
    /** Tells whether this node would fire a trigger that is due now. */
    public boolean isFresh() {
      return alive && age.compareTo(limit) <= 0;
    }
  }

  /**
   * What the scheduler works with.
   *
   * @param random uniform in 0 (inclusive) to 1 (exclusive), thread-safe
   */
  public record Ports(
      ActorCatalog catalog,
      ExecutionHistory history,
      Receipts receipts,
      FireRecords records,
      PendingFires pending,
      ActorStates states,
      ClusterPause clusterPause,
      RunGuard guard,
      FireBody body,
      ClusterState cluster,
      FireMetrics metrics,
      Clock clock,
      DoubleSupplier random) {}
}
