package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.alert.jdbc.JdbcAlertFacts;
import io.botticelli.core.cluster.ClusterNodes.ClusterStart;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.jdbc.JdbcDefinitions;
import io.botticelli.core.engine.ActorRun;
import io.botticelli.core.engine.NarrativeRunner;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.Cancellations;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.platform.preview.PreviewMessages;
import io.botticelli.core.scheduling.ActorControl;
import io.botticelli.core.scheduling.ClusterControl;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.FireBody;
import io.botticelli.core.scheduling.OverdueActors;
import io.botticelli.core.scheduling.QuartzProperties;
import io.botticelli.core.scheduling.jdbc.JdbcClusterState;
import io.botticelli.core.scheduling.jdbc.JdbcDueActors;
import io.botticelli.core.signal.Signals;
import io.botticelli.core.table.ContentTables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the cluster.
 *
 * <p>{@link #start} opens the database, migrates it, applies the local working set and builds the
 * scheduler in standby; {@link #beginFiring} is called when everything that shows the node to the
 * outside is up. {@link #stop} ends it in order. Thread-safe.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Executions of one actor looked through for a receipt; others may run it at the same time. */
  private static final int RECENT = 50;

  private final NodeSettings settings;
  private final LocalFiles files;
  private final ServerConfig server;
  private final Storage storage;
  private final Components components;
  private final AgreedDefinitions agreed;
  private final ClusterScheduler scheduler;
  private final HealthMonitor health;
  private final SharedAnswer<List<OverdueActors.Overdue>> overdue;
  private final Membership membership;
  private final SelfWatch watch;
  private final NodeFigures figures;
  private final DefinitionWatch definitionWatch;
  private volatile Optional<LocalWatch> localWatch = Optional.empty();
  private final ClusterCare care;
  private final AlertWatch alertWatch;
  private volatile boolean started;
  private volatile boolean stopped;

  private Node(
      NodeSettings settings,
      LocalFiles files,
      Optional<WorkingSet> local,
      ServerConfig server,
      Storage storage) {
    this.settings = settings;
    this.files = files;
    this.server = server;
    this.storage = storage;
    JdbcClusterState cluster = new JdbcClusterState(storage.sources().application());
    ClockGuard clock = new ClockGuard(settings.clock(), cluster);
    clock.requireInTime();
    String nodeId = NodeIdentity.nodeId(settings);
    Definitions definitions = agree(local, storage, nodeId);
    this.agreed = new AgreedDefinitions(definitions, settings.environment());
    WorkingSet set =
        agreed
            .workingSet()
            .orElseThrow(
                () ->
                    new NodeException(
                        "definition_missing",
                        "the cluster has agreed on nothing yet; start one node without --join"));
    this.components = new Components(settings, server, storage, reachesDiscord(set));
    this.scheduler =
        Schedulers.build(
            nodeId,
            server.maxConcurrentActors(),
            settings,
            server,
            storage,
            components,
            agreed,
            body(),
            cluster,
            new MeteredFires(components.metrics, settings.clock()));
    this.care =
        new ClusterCare(
            scheduler,
            storage.transactions(),
            () -> agreed.workingSet().orElseThrow().server(),
            components.metrics);
    OverdueActors late =
        new OverdueActors(
            new JdbcDueActors(storage.transactions()), agreed, scheduler.schedulerName());
    this.alertWatch =
        new AlertWatch(
            nodeId,
            components,
            new JdbcAlertFacts(storage.transactions()),
            late,
            agreed,
            settings,
            server);
    HealthChecks checks =
        new HealthChecks(
            scheduler,
            cluster,
            components.states,
            components.clusterPause,
            late,
            components.models,
            components.breakers,
            clock,
            agreed,
            storage.sources()::figures,
            server.discordToken().isPresent(),
            care::health,
            () -> started);
    this.health =
        new HealthMonitor(checks::check, () -> checks.withoutDatabase(HealthMonitor.PATIENCE));
    this.overdue = new SharedAnswer<>("node-overdue", late::list);
    this.definitionWatch = new DefinitionWatch(components.definitions, scheduler::reconcile);
    CheckInLag checkIn = new CheckInLag(scheduler, cluster);
    this.membership =
        new Membership(
            components.nodes,
            components.signals,
            scheduler,
            clock,
            components.metrics,
            NodeIdentity.host(),
            BuiltVersion.read());
    components.signals.subscribe(Signals.DEFINITION, changed -> definitionWatch.hint());
    components.signals.subscribe(Signals.CANCEL, scheduler::lookForCancellations);
    this.watch = new SelfWatch(clock, checkIn, scheduler, components.metrics);
    this.figures =
        new NodeFigures(components.metrics, scheduler, storage.sources(), clock, checkIn);
  }

  /**
   * Starts a node up to the point where it could fire.
   *
   * @throws ConfigException if the working set is broken; nothing was changed
   * @throws NodeException if the clock is off or there is nothing to join
   * @throws ActorServerException if the database cannot be used
   */
  public static Node start(NodeSettings settings) {
    LocalFiles files = new LocalFiles(settings);
    Optional<WorkingSet> local = settings.join() ? Optional.empty() : Optional.of(check(settings));
    QuartzProperties.check(settings.workingDirectory());
    ServerConfig server = local.map(WorkingSet::server).orElseGet(files::server);
    Storage storage = Storage.open(settings, server);
    try {
      Node node = new Node(settings, files, local, server, storage);
      try {
        node.scheduler.reconcile();
        node.localWatch = LocalWatch.open(node, files, settings, server.watching());
        node.figures.show();
        if (server.observability().metricsEnabled()) {
          node.components.metrics.startJmx();
        }
        return node;
      } catch (RuntimeException failure) {
        node.scheduler.stop(Duration.ZERO);
        throw failure;
      }
    } catch (RuntimeException failure) {
      storage.close();
      throw failure;
    }
  }

  /**
   * Checks what can be checked without a database: the working set, its variables, {@code
   * quartz.properties} and whether there is a model to write.
   *
   * @return the local working set
   * @throws ConfigException if it is broken
   * @throws ActorServerException if another setting would keep a node from starting
   */
  public static WorkingSet check(NodeSettings settings) {
    WorkingSet set = new LocalFiles(settings).load();
    QuartzProperties.check(settings.workingDirectory());
    Components.requireModel(settings, set.server(), reachesDiscord(set));
    return set;
  }

  private static Definitions agree(Optional<WorkingSet> local, Storage storage, String nodeId) {
    Definitions definitions = new JdbcDefinitions(storage.transactions());
    local.ifPresent(
        set -> {
          set.warnings().forEach(warning -> LOG.warn("{}", warning.render()));
          definitions.apply(set, nodeId);
        });
    return definitions;
  }

  private FireBody body() {
    return (actor, version, fence, parameters) ->
        components.actors.run(
            new ActorRun(
                actor,
                skill -> agreed.workingSet(version).narrative(actor.name(), skill),
                fence,
                parameters,
                settings.overrideModel(),
                NarrativeRunner.ProgressListener.NONE,
                path -> agreed.workingSet(version).files().readBytes(path)));
  }

  /** Starts firing, and watching this node's clock and check-ins. */
  public void beginFiring() {
    if (!started) {
      components.signals.start();
      ClusterStart cluster = membership.join();
      if (cluster.first()) {
        LOG.info("the cluster starts with this node");
      }
      scheduler.beginFiring();
      started = true;
      watch.start();
      definitionWatch.start();
      localWatch.ifPresent(LocalWatch::start);
      care.start();
      alertWatch.start();
      health.start();
      LOG.info("node {} fires; database {}", nodeId(), storage.describe());
    }
  }

  /** Looks at clock and check-ins once, on the calling thread. */
  void watch() {
    watch.look();
  }

  /**
   * Applies the local working set again.
   *
   * @return the version in force and the actors whose schedule changed
   * @throws ConfigException if the set is broken; the old one stays in force
   */
  public Reloaded reload() {
    try {
      WorkingSet set = files.load();
      String version = components.definitions.apply(set, nodeId());
      tellOfDefinition();
      return new Reloaded(version, scheduler.reconcile());
    } catch (ConfigException broken) {
      components.metrics.configReloadFailed();
      throw broken;
    }
  }

  private void tellOfDefinition() {
    components.signals.publish(Signals.DEFINITION, "");
  }

  /** Returns where people look at what the local files would change, and apply them. */
  public DefinitionDesk definitionDesk() {
    return new DefinitionDesk(
        files::load,
        components.definitions,
        settings.environment(),
        DefinitionDesk.forecast(this::control, components.states, settings.clock()),
        this::tellOfDefinition);
  }

  /**
   * What a reload did.
   *
   * @param changed actors added, changed, removed, paused or resumed
   */
  public record Reloaded(String version, Set<ActorName> changed) {
    public Reloaded {
      changed = Set.copyOf(changed);
    }
  }

  DefinitionWatch definitionWatch() {
    return definitionWatch;
  }

  AlertWatch alertWatch() {
    return alertWatch;
  }

  /**
   * Asks every component how it is, now. Answers within two seconds, also while the database hangs:
   * then with what is known without it.
   */
  public Health health() {
    return health.now();
  }

  /**
   * Lists enabled actors of the whole cluster that missed their time by more than their grace.
   *
   * @return empty if the database does not answer within two seconds
   * @throws ActorServerException if it refuses
   */
  public Optional<List<OverdueActors.Overdue>> overdue() {
    return overdue.get(HealthMonitor.PATIENCE);
  }

  /** Returns what a person may do to actors. */
  public ActorControl control() {
    return scheduler.control();
  }

  /** Returns what a person may do to the whole cluster. */
  public ClusterControl clusterControl() {
    return scheduler.clusterControl();
  }

  /**
   * Runs an actor once on the calling thread, without firing anything else; an interrupt of the
   * thread ends it as cancelled.
   *
   * @return its execution, or empty when the fire left none
   */
  public Optional<ExecutionHistory.Execution> runOnce(ActorName actor) {
    String receipt = UUID.randomUUID().toString();
    scheduler.runHere(actor, receipt);
    ExecutionHistory.Filter newest =
        new ExecutionHistory.Filter(
            Optional.of(actor),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            RECENT,
            Optional.empty());
    return components.history.list(newest).stream()
        .filter(execution -> execution.fire().receipt().equals(receipt))
        .findFirst();
  }

  /**
   * Interrupts a run of this node.
   *
   * @return false if this node does not run it
   */
  public boolean cancel(long executionId) {
    return scheduler.cancel(executionId);
  }

  /** Returns where the end of a run is asked for, on whichever node it runs. */
  public Cancellations cancellations() {
    return components.cancellations;
  }

  /** Returns the members of the cluster. */
  public Cluster cluster() {
    return new Cluster(components.nodes, components.signals);
  }

  /** Returns the settings of the server file. */
  public ServerConfig server() {
    return server;
  }

  /** Returns the working set in force. */
  public WorkingSet workingSet() {
    return agreed.workingSet().orElseThrow();
  }

  /** Returns the executions. */
  public ExecutionHistory history() {
    return components.history;
  }

  /** Returns the actors' states. */
  public ActorStates states() {
    return components.states;
  }

  /** Returns the content tables. */
  public ContentTables tables() {
    return components.tables;
  }

  /** Returns the stored definitions. */
  public Definitions definitions() {
    return components.definitions;
  }

  /** Returns what the preview platform received. */
  public PreviewMessages preview() {
    return components.preview;
  }

  /** Returns the metrics of this process. */
  public ActorMetrics metrics() {
    return components.metrics;
  }

  /** Returns lines a person should see at start, at most a few. */
  public List<String> notices() {
    return components.notices;
  }

  /** Returns this node's id. */
  public String nodeId() {
    return scheduler.instanceId();
  }

  /** Returns where the data is, without secrets. */
  public String databaseDescription() {
    return storage.describe();
  }

  /**
   * Stops in order. A second call does nothing.
   *
   * @param wait for running actors before they are interrupted; their fires go to other nodes
   */
  public void stop(Duration wait) {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    health.beQuiet();
    watch.close();
    alertWatch.close();
    definitionWatch.close();
    localWatch.ifPresent(LocalWatch::close);
    care.close();
    LOG.info(
        "node {} stops: fires nothing more, waits up to {} s for {} runs",
        nodeId(),
        wait.toSeconds(),
        scheduler.countRunning());
    scheduler.stop(wait);
    health.close();
    overdue.close();
    membership.close();
    components.signals.close();
    components.metrics.close();
    storage.close();
    LOG.info("node {} stopped", nodeId());
  }

  /** Stops with the server file's {@code shutdown_timeout_seconds}. */
  @Override
  public void close() {
    stop(server.shutdownTimeout());
  }

  private static boolean reachesDiscord(WorkingSet set) {
    return set.actors().stream()
        .filter(ActorDefinition::enabled)
        .anyMatch(actor -> actor.platform().type().equals("discord"));
  }
}
