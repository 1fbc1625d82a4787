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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  /** Interrupted runs get this long to put themselves away. */
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

  /**
   * A look for due triggers takes no longer while the database is well; usually it gets as long as
   * other nodes wait for a check-in.
   */
  private static final Duration LEAST_MARGIN = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(20);

  private final SchedulerSettings settings;
  private final Ports ports;
  private final Scheduler quartz;
  private final StandbyReasons standby = new StandbyReasons(this::acquire, this::standByQuietly);
  private final Acquisitions acquisitions = new Acquisitions();
  private final Patience patience = new Patience();
  private final LeaseKeeper leases;
  private final FireRunner runner;
  private final OwedFires owed;
  private final ManualFires manual;
  private final ActorControl control;
  private final Reconciler reconciler;
  private final PlannedTriggers planned;
  private final AbandonedExecutionSweeper sweeper;
  private final PauseWatch pauseWatch;
  private final ClusterControl clusterControl;
  private final ScheduledExecutorService upkeep;
  private final String schedulerName;
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
    this.upkeep = upkeepThreads();
    this.leases = new LeaseKeeper(ports.history());
    TriggerPlan plan = new TriggerPlan(new JitteredTimes(ports.random()));
    ActorScheduler actors = new ActorScheduler(quartz, ports.states(), plan, ports.clock());
    this.planned = new PlannedTriggers(quartz, ports.catalog(), plan, ports.clock());
    Takeovers takeovers = new Takeovers(quartz, ports.clock(), patience);
    this.owed =
        new OwedFires(
            settings.instanceId(), ports.catalog(), ports.history(), ports.pending(), takeovers);
    KnownActors known = new KnownActors(ports.states());
    Pauses pauses = new Pauses(ports.states(), ports.clusterPause());
    this.runner =
        new FireRunner(
            settings.instanceId(),
            new FireOpening(
                settings.instanceId(),
                ports.catalog(),
                ports.history(),
                ports.records(),
                new FirePolicies(
                    settings.instanceId(),
                    ports.history(),
                    ports.records(),
                    takeovers,
                    ports.metrics(),
                    ports.clock()),
                takeovers,
                actors,
                ports.metrics(),
                leases.lease(),
                ports.clock()),
            ports.states(),
            pauses,
            ports.guard(),
            ports.body(),
            leases,
            actors,
            takeovers,
            ports.metrics(),
            patience,
            new FireClosing(
                ports.catalog(),
                ports.history(),
                owed,
                new Verdicts(ports.guard(), ports.metrics(), patience),
                patience));
    this.manual =
        new ManualFires(
            settings.instanceId(),
            quartz,
            ports.catalog(),
            known,
            pauses,
            ports.history(),
            ports.receipts(),
            ports.clock());
    this.sweeper =
        new AbandonedExecutionSweeper(ports.history(), ports.catalog(), takeovers, ports.metrics());
    this.schedulerName = nameOf(quartz);
    PauseAlignment alignment =
        new PauseAlignment(
            schedulerName,
            actors,
            ports.states(),
            ports.clusterPause(),
            ports.cluster(),
            ports.metrics());
    this.pauseWatch = new PauseWatch(ports.states(), ports.clusterPause(), alignment);
    this.clusterControl = new ClusterControl(ports.clusterPause(), alignment, ports.clock());
    this.control =
        new ActorControl(
            quartz,
            actors,
            manual,
            ports.states(),
            ports.catalog(),
            known,
            ports.clusterPause(),
            ports.guard(),
            ports.clock());
    this.reconciler =
        new Reconciler(
            schedulerName,
            ports.catalog(),
            actors,
            ports.states(),
            ports.cluster(),
            ports.clusterPause(),
            alignment);
    try {
      HistoryListener listener = new HistoryListener(ports.metrics(), ports.clock());
      quartz.setJobFactory(
          new AllowListJobFactory(Map.of(NarrativeJob.class, () -> new NarrativeJob(runner))));
      quartz.getListenerManager().addTriggerListener(listener);
      quartz.getListenerManager().addJobListener(listener);
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("set up Quartz", failure);
    }
  }

  /**
   * Brings jobs and triggers in line with the agreed definitions now.
   *
   * @return actors that changed
   * @throws ActorServerException if the database fails
   */
  public Set<ActorName> reconcile() {
    return reconciler.reconcile();
  }

  /** Starts the upkeep, and acquiring triggers unless there is a reason to stand by. */
  public void beginFiring() {
    standby.begin();
    if (!started) {
      started = true;
      every(settings.checkInterval(), "reconcile", this::reconcile);
      every(settings.sweepInterval(), "sweep", sweeper::sweep);
      every(settings.sweepInterval(), "receipts", manual::sweep);
      every(settings.sweepInterval(), "owed fires", owed::sweep);
      every(settings.sweepInterval(), "look for pauses", pauseWatch::look);
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
      runner.drain(true);
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
        runner.drain(false);
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
    return control;
  }

  /** Returns what a person may do to the whole cluster. */
  public ClusterControl clusterControl() {
    return clusterControl;
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
    runner.run(new Fire(identity, false, false, Map.of(), Origin.CALL), now);
  }

  /**
   * Interrupts a run of this node; it ends as cancelled.
   *
   * @return false if this node does not run it
   */
  public boolean cancel(long executionId) {
    return leases.interrupt(executionId, Reason.CANCELLED);
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
    leases.lookAt(hint);
  }

  /** Counts runs of this node. */
  public int countRunning() {
    return leases.size();
  }

  /** Returns what the agreed definitions say about the times of triggers. */
  public TriggerBlueprints blueprints() {
    return planned;
  }

  /** Returns how the doctor has to look at this scheduler's tables. */
  public DoctorSettings doctorSettings() {
    return DoctorSettings.of(
        schedulerName, NarrativeJob.class.getName(), Set.of(NarrativeJob.class.getName()));
  }

  /** Returns the name all nodes of the cluster share. */
  public String schedulerName() {
    return schedulerName;
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
    runner.drain(true);
    standby.stop();
    if (!awaitIdle(wait)) {
      LOG.warn(
          "{} runs did not end in time; they are interrupted",
          leases.interruptAll(Reason.STOPPING));
      awaitIdle(AFTER_INTERRUPT);
    }
    patience.giveUp();
    shutDown();
    leases.close();
    upkeep.shutdownNow();
    if (started) {
      giveBack();
    }
  }

  private static String nameOf(Scheduler quartz) {
    try {
      return quartz.getSchedulerName();
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("set up Quartz", failure);
    }
  }

  private void standByQuietly() {
    try {
      quartz.standby();
    } catch (SchedulerException failure) {
      LOG.warn("Quartz did not stand by: {}", failure.getMessage());
    }
  }

  private boolean awaitIdle(Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!isIdle()) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        never.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isIdle() {
    try {
      return leases.size() == 0 && quartz.getCurrentlyExecutingJobs().isEmpty();
    } catch (SchedulerException failure) {
      return true;
    }
  }

  /**
   * Waits for Quartz to record the ends of jobs, but not for ever: while the database is away it
   * repeats that until it is shut down.
   */
  private void shutDown() {
    Thread orderly = new Thread(() -> shutDown(true), "quartz-shutdown");
    orderly.setDaemon(true);
    orderly.start();
    try {
      orderly.join(AFTER_INTERRUPT.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    if (orderly.isAlive()) {
      LOG.warn("Quartz does not end in time; it is left behind");
    }
  }

  private void shutDown(boolean waitForJobs) {
    try {
      quartz.shutdown(waitForJobs);
    } catch (SchedulerException failure) {
      LOG.warn("Quartz did not shut down cleanly: {}", failure.getMessage());
    }
  }

  private void giveBack() {
    try {
      int released = ports.cluster().releaseAcquired(schedulerName, settings.instanceId());
      LOG.info("node left the cluster; {} acquired triggers given back", released);
    } catch (ActorServerException failure) {
      LOG.warn("acquired triggers not given back, other nodes do it: {}", failure.getMessage());
    }
  }

  /** Work that throws would end its schedule; nodes are spread so that they do not work at once. */
  private void every(Duration period, String what, Runnable work) {
    long millis = period.toMillis();
    long first = Math.max(1, (long) (millis * (0.5 + 0.5 * ports.random().getAsDouble())));
    upkeep.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (ActorServerException failure) {
            LOG.warn("{} is tried again: {}", what, failure.getMessage());
          } catch (RuntimeException failure) {
            LOG.error("{} failed, it is tried again", what, failure);
          }
        },
        first,
        millis,
        TimeUnit.MILLISECONDS);
  }

  private static ScheduledExecutorService upkeepThreads() {
    return Executors.newScheduledThreadPool(
        2,
        work -> {
          Thread thread = new Thread(work, "scheduling-upkeep");
          thread.setDaemon(true);
          return thread;
        });
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
