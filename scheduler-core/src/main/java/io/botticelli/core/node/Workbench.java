package io.botticelli.core.node;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.alert.AlertStore;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.DataSources;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.doctor.Checkup;
import io.botticelli.core.doctor.Doctor;
import io.botticelli.core.doctor.jdbc.JdbcDatabaseFacts;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.Cancellations;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.Receipts;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.platform.preview.PreviewMessages;
import io.botticelli.core.scheduling.ActorControl;
import io.botticelli.core.scheduling.ClusterControl;
import io.botticelli.core.scheduling.ClusterScheduler;
import io.botticelli.core.scheduling.FireMetrics;
import io.botticelli.core.scheduling.LeaseKeeper;
import io.botticelli.core.scheduling.jdbc.JdbcClusterState;
import io.botticelli.core.signal.Signals;
import io.botticelli.core.state.StateEntries;
import io.botticelli.core.table.ContentReview;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.toml.SourceFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Database, stores and engine without a scheduler, for one-shot commands. Opening it migrates the
 * database. Thread-safe.
 */
public final class Workbench implements AutoCloseable {
  /** Actor under which executions of the command line stand in the history. */
  public static final ActorName ACTOR = new ActorName("cli");

  private final NodeSettings settings;
  private final LocalFiles files;
  private final ServerConfig server;
  private final Storage storage;
  private final Components components;
  private final LeaseKeeper leases;
  private final String nodeId;
  private @Nullable ClusterScheduler idle;

  private Workbench(
      NodeSettings settings,
      LocalFiles files,
      ServerConfig server,
      Storage storage,
      boolean reachesDiscord) {
    this.settings = settings;
    this.files = files;
    this.server = server;
    this.storage = storage;
    this.components = new Components(settings, server, storage, reachesDiscord);
    this.leases = new LeaseKeeper(components.history);
    this.nodeId = NodeIdentity.nodeId(settings);
  }

  /**
   * Opens a workbench. The local server file is read when there is one, else defaults and the
   * environment count.
   *
   * @param reachesDiscord true when what will be run names the platform {@code discord}
   * @throws io.botticelli.core.config.ConfigException if the server file is broken
   * @throws io.botticelli.core.ActorServerException if the database cannot be used
   */
  public static Workbench open(NodeSettings settings, boolean reachesDiscord) {
    LocalFiles files = new LocalFiles(settings);
    ServerConfig server = files.server();
    Components.requireModel(settings, server, reachesDiscord);
    Storage storage = Storage.open(settings, server);
    try {
      return new Workbench(settings, files, server, storage, reachesDiscord);
    } catch (RuntimeException failure) {
      storage.close();
      throw failure;
    }
  }

  /**
   * Runs a narrative on the calling thread, as an execution of its own. An interrupt of the thread
   * ends it as cancelled.
   *
   * @throws StaleExecutionException if this process slept so long that the execution was closed
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Outcome runNarrative(Request request) {
    return new NarrativeExecutions(
            components.history,
            components.narratives,
            leases,
            nodeId,
            settings,
            files.files()::readBytes)
        .run(request);
  }

  /**
   * Sends recorded prompts again, on the calling thread, as an execution of its own. Only models
   * are asked: nothing is posted, no row is stored, no table is touched.
   *
   * @param executionId execution whose prompts are sent
   * @param act only acts of this name, or empty for all
   * @param model model to ask, or empty for those that answered then
   * @throws NodeException {@code execution_missing} or {@code nothing_to_replay}
   * @throws io.botticelli.core.model.ModelException if the thread is interrupted
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Replay replay(long executionId, Optional<String> act, Optional<String> model) {
    return new Replays(
            components.history,
            components.recorder,
            components.replay,
            leases,
            nodeId,
            settings.clock())
        .replay(ACTOR, executionId, act, model);
  }

  /**
   * Returns what a person may do to actors, through the database alone: the scheduler behind it is
   * never started, so a fire asked for here runs on a node of the cluster.
   *
   * @throws io.botticelli.core.ActorServerException if {@code quartz.properties} is refused or the
   *     database fails
   */
  public ActorControl control() {
    return idle().control();
  }

  /**
   * Returns what a person may do to the whole cluster, in the same way.
   *
   * @throws io.botticelli.core.ActorServerException as {@link #control}
   */
  public ClusterControl clusterControl() {
    return idle().clusterControl();
  }

  private synchronized ClusterScheduler idle() {
    if (idle == null) {
      idle =
          Schedulers.build(
              nodeId,
              1,
              settings,
              server,
              storage,
              components,
              new AgreedDefinitions(components.definitions, settings.environment()),
              (actor, version, fence, parameters) -> {
                throw new IllegalStateException("a workbench fires nothing");
              },
              new JdbcClusterState(storage.sources().application()),
              FireMetrics.NONE);
    }
    return idle;
  }

  /**
   * Returns the doctor of the cluster's schedule.
   *
   * @throws io.botticelli.core.ActorServerException as {@link #control}
   */
  public Doctor doctor() {
    return ClusterCare.doctor(idle(), storage.transactions());
  }

  /**
   * Looks at what nodes need around them.
   *
   * @throws io.botticelli.core.ActorServerException as {@link #control}
   */
  public List<Checkup.Check> checkup() {
    Optional<ServerConfig> inForce =
        new AgreedDefinitions(components.definitions, settings.environment())
            .workingSet()
            .map(WorkingSet::server);
    ClockGuard clock =
        new ClockGuard(settings.clock(), new JdbcClusterState(storage.sources().application()));
    int pooled = storage.sources().figures().stream().mapToInt(DataSources.PoolFigures::max).sum();
    return Checkup.judge(
        new JdbcDatabaseFacts(storage.transactions(), idle().schedulerName()).ask(),
        clock.measure(),
        pooled,
        ClusterCare.retention(storage.transactions(), () -> inForce.orElse(server))
            .preview(Checkup.COUNTED));
  }

  /** Returns where people look at what the local files would change, and apply them. */
  public DefinitionDesk definitionDesk() {
    return new DefinitionDesk(
        files::load,
        components.definitions,
        settings.environment(),
        DefinitionDesk.forecast(this::control, components.states, settings.clock()),
        () -> components.signals.publish(Signals.DEFINITION, ""));
  }

  /** Returns the alerts and the messages about them. */
  public AlertStore alerts() {
    return components.alerts;
  }

  /**
   * Sends a test message to a channel of the local server file, now and from here.
   *
   * @return the message, delivered or with what went wrong
   * @throws NodeException if the file has no such channel
   */
  public AlertStore.Delivery testAlert(String channel, String by) {
    AlertSettings local = server.alerts();
    if (local.channel(channel).isEmpty()) {
      List<String> names = local.channels().stream().map(AlertSettings.Channel::name).toList();
      throw new NodeException(
          "channel_unknown",
          "there is no [alerts.channels."
              + channel
              + "] in the server file"
              + (names.isEmpty() ? "; add one" : ", expected one of " + String.join(", ", names)));
    }
    long id = components.alerts.storeTest(channel, by);
    return AlertWatch.dispatcher(
            nodeId,
            components.alerts,
            () -> local,
            settings.environment(),
            server,
            settings.clock())
        .dispatch(id);
  }

  /** Returns the pause of the whole cluster. */
  public ClusterPause clusterPause() {
    return components.clusterPause;
  }

  /** Returns what people and scripts asked to fire. */
  public Receipts receipts() {
    return components.receipts;
  }

  /**
   * Returns the definition of an actor as the cluster agreed on it, with this process's variables.
   *
   * @throws io.botticelli.core.config.ConfigException if it needs variables that are not set here
   */
  public Optional<ActorDefinition> findDefinition(ActorName actor) {
    return new AgreedDefinitions(components.definitions, settings.environment())
        .current()
        .find(actor);
  }

  /** Returns the files of the working directory. */
  public SourceFiles files() {
    return files.files();
  }

  /** Returns the settings of the server file, or the defaults. */
  public ServerConfig server() {
    return server;
  }

  /** Returns the executions. */
  public ExecutionHistory history() {
    return components.history;
  }

  /** Returns where the end of a run is asked for, on whichever node it runs. */
  public Cancellations cancellations() {
    return components.cancellations;
  }

  /** Returns the members of the cluster. */
  public Cluster cluster() {
    return new Cluster(components.nodes, components.signals);
  }

  /** Returns the actors' states. */
  public ActorStates states() {
    return components.states;
  }

  /** Returns where people decide about commands that wait. */
  public ApprovalDesk approvals() {
    return new ApprovalDesk(
        components.approvals,
        components.platforms,
        components.posts,
        components.history,
        leases,
        settings.clock(),
        nodeId,
        server.security().mode() == ServerConfig.SecurityMode.DRY_RUN);
  }

  /** Returns the content tables. */
  public ContentTables tables() {
    return components.tables;
  }

  /** Returns what people do to rows of content tables. */
  public ContentReview review() {
    return components.review;
  }

  /** Returns the narrative state, outside any run. */
  public StateEntries state() {
    return components.state;
  }

  /** Returns the stored definitions. */
  public Definitions definitions() {
    return components.definitions;
  }

  /** Returns what the preview platform received. */
  public PreviewMessages preview() {
    return components.preview;
  }

  /** Returns lines a person should see, at most a few. */
  public List<String> notices() {
    return components.notices;
  }

  /** Returns where the data is, without secrets. */
  public String databaseDescription() {
    return storage.describe();
  }

  @Override
  public synchronized void close() {
    if (idle != null) {
      idle.stop(Duration.ZERO);
    }
    leases.close();
    storage.close();
  }

  /**
   * What to run.
   *
   * @param platform {@code discord}, {@code preview} or {@code noop}
   * @param channelId default channel, or empty
   * @param defaultModel model when the narrative names none, or empty
   * @param variables extra placeholders
   * @param saveContent false: no rows are stored
   * @param listener told about progress on the calling thread
   */
  public record Request(
      Narrative narrative,
      String platform,
      Optional<String> channelId,
      Optional<String> defaultModel,
      Map<String, String> variables,
      boolean saveContent,
      ProgressListener listener) {
    public Request {
      variables = Map.copyOf(variables);
    }
  }

  /**
   * How it ended.
   *
   * @param executionId id in the history
   */
  public record Outcome(long executionId, RunResult result) {}
}
