package io.botticelli.core.scheduling;

import io.botticelli.core.scheduling.ClusterScheduler.Ports;
import java.util.Map;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** What a scheduler is made of, wired over one Quartz that stands by. */
final class SchedulerParts {
  final Patience patience = new Patience();
  final LeaseKeeper leases;
  final FireRunner runner;
  final OwedFires owed;
  final ManualFires manual;
  final ActorControl control;
  final Reconciler reconciler;
  final PlannedTriggers planned;
  final AbandonedExecutionSweeper sweeper;
  final PauseWatch pauseWatch;
  final ClusterControl clusterControl;
  final String schedulerName;

  /**
   * Makes Quartz run actors through these parts; nothing starts.
   *
   * @throws SchedulingException if Quartz refuses
   */
  SchedulerParts(SchedulerSettings settings, Ports ports, Scheduler quartz) {
    this.leases = new LeaseKeeper(ports.history());
    TriggerPlan plan = new TriggerPlan(new JitteredTimes(ports.random()));
    ActorScheduler actors =
        new ActorScheduler(quartz, ports.states(), ports.records(), plan, ports.clock());
    this.planned = new PlannedTriggers(quartz, ports.catalog(), plan, ports.clock());
    Takeovers takeovers = new Takeovers(quartz, ports.clock(), patience);
    this.owed =
        new OwedFires(
            settings.instanceId(),
            ports.catalog(),
            ports.history(),
            ports.pending(),
            takeovers,
            ports.clock());
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

  private static String nameOf(Scheduler quartz) {
    try {
      return quartz.getSchedulerName();
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("set up Quartz", failure);
    }
  }
}
