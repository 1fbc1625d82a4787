package io.botticelli.core.node;

import io.botticelli.core.alert.AlertStore;
import io.botticelli.core.alert.jdbc.JdbcAlertStore;
import io.botticelli.core.cluster.ClusterNodes;
import io.botticelli.core.cluster.jdbc.JdbcClusterNodes;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.jdbc.JdbcDefinitions;
import io.botticelli.core.engine.ActorRunner;
import io.botticelli.core.engine.EnginePorts;
import io.botticelli.core.engine.EngineSettings;
import io.botticelli.core.engine.NarrativeEngine;
import io.botticelli.core.engine.NarrativeRunner;
import io.botticelli.core.engine.Platforms;
import io.botticelli.core.engine.PromptReplay;
import io.botticelli.core.history.ActorStates;
import io.botticelli.core.history.Cancellations;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.FireRecords;
import io.botticelli.core.history.PendingFires;
import io.botticelli.core.history.Receipts;
import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.history.jdbc.JdbcActorStates;
import io.botticelli.core.history.jdbc.JdbcCancellations;
import io.botticelli.core.history.jdbc.JdbcClusterPause;
import io.botticelli.core.history.jdbc.JdbcExecutionHistory;
import io.botticelli.core.history.jdbc.JdbcFireRecords;
import io.botticelli.core.history.jdbc.JdbcPendingFires;
import io.botticelli.core.history.jdbc.JdbcReceipts;
import io.botticelli.core.history.jdbc.JdbcRunRecorder;
import io.botticelli.core.media.InputMediaSources;
import io.botticelli.core.media.MediaSources;
import io.botticelli.core.media.http.HttpMediaSettings;
import io.botticelli.core.media.http.HttpUrlMedia;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ProviderDirectory;
import io.botticelli.core.platform.Platform;
import io.botticelli.core.platform.noop.NoopPlatform;
import io.botticelli.core.platform.preview.PreviewMessages;
import io.botticelli.core.platform.preview.jdbc.JdbcPreviewMessages;
import io.botticelli.core.platform.preview.jdbc.PreviewPlatform;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.JdbcOutboundPosts;
import io.botticelli.core.posting.jdbc.JdbcPostHistory;
import io.botticelli.core.resilience.DependencyBreakers;
import io.botticelli.core.resilience.ResiliencePolicies;
import io.botticelli.core.security.Approvals;
import io.botticelli.core.security.CommandGate;
import io.botticelli.core.security.CommandSecurity;
import io.botticelli.core.security.SecurityMode;
import io.botticelli.core.security.jdbc.JdbcApprovals;
import io.botticelli.core.security.jdbc.JdbcTokenBuckets;
import io.botticelli.core.signal.PostgresSignals;
import io.botticelli.core.state.StateEntries;
import io.botticelli.core.state.jdbc.JdbcNarrativeState;
import io.botticelli.core.table.ContentReview;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.TableSettings;
import io.botticelli.core.table.jdbc.JdbcContentReview;
import io.botticelli.core.table.jdbc.JdbcContentTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The stores, platforms, models and the engine of this process, wired over one database. */
final class Components {
  private static final String DISCORD = "discord";

  final PostgresSignals signals;
  final ClusterNodes nodes;
  final Cancellations cancellations;
  final ExecutionHistory history;
  final Receipts receipts;
  final FireRecords fires;
  final PendingFires pending;
  final ActorStates states;
  final ClusterPause clusterPause;
  final ContentTables tables;
  final ContentReview review;
  final StateEntries state;
  final Definitions definitions;
  final PreviewMessages preview;
  final Approvals approvals;
  final AlertStore alerts;
  final ProviderDirectory models;
  final NarrativeRunner narratives;
  final Platforms platforms;
  final OutboundPosts posts;
  final RunRecorder recorder;
  final PromptReplay replay;
  final ActorRunner actors;
  final ActorMetrics metrics = new ActorMetrics();
  final DependencyBreakers breakers;
  final List<String> notices;

  /**
   * @param reachesDiscord true when something that is to be run names the platform {@code discord}
   */
  Components(NodeSettings settings, ServerConfig server, Storage storage, boolean reachesDiscord) {
    var transactions = storage.transactions();
    boolean token = server.discordToken().isPresent();
    this.signals = new PostgresSignals(storage.sources().kept(), transactions);
    this.nodes = new JdbcClusterNodes(transactions);
    this.cancellations = new JdbcCancellations(transactions, signals);
    this.history = new JdbcExecutionHistory(transactions);
    this.pending = new JdbcPendingFires(transactions);
    this.fires = new JdbcFireRecords(transactions);
    this.receipts = new JdbcReceipts(transactions);
    this.states = new JdbcActorStates(transactions);
    this.clusterPause = new JdbcClusterPause(transactions);
    this.definitions = new JdbcDefinitions(transactions);
    this.preview = new JdbcPreviewMessages(transactions);
    this.tables = new JdbcContentTables(storage.interruptible(), tableSettings(server));
    this.review = new JdbcContentReview(transactions, tableSettings(server));
    JdbcNarrativeState narrativeState = new JdbcNarrativeState(transactions);
    this.state = narrativeState;
    this.approvals = new JdbcApprovals(transactions);
    this.breakers =
        new DependencyBreakers(
            settings.clock(),
            settings.retries(),
            (dependency, state) ->
                metrics.dependencyBreaker(dependency, () -> state.get().ordinal()));
    this.platforms = platforms(settings, storage, breakers);
    this.alerts = new JdbcAlertStore(transactions);
    this.posts = new JdbcOutboundPosts(transactions, PostingSettings.defaults());
    this.models =
        Providers.directory(
            settings.environment(), server, !(token && reachesDiscord), settings.clock());
    requireModel(settings, server, reachesDiscord);
    ResiliencePolicies policies =
        new ResiliencePolicies(settings.retries(), () -> ThreadLocalRandom.current().nextDouble());
    MeteredCalls calls = new MeteredCalls(policies, metrics, breakers);
    this.recorder = new JdbcRunRecorder(transactions);
    this.replay = new PromptReplay(models, calls, EngineSettings.DEFAULTS.modelTimeout());
    this.narratives =
        new NarrativeEngine(
            new EnginePorts(
                models,
                calls,
                tables,
                media(server),
                platforms,
                posts,
                recorder,
                narrativeState,
                settings.environment()::find,
                settings.clock(),
                () -> UUID.randomUUID().toString(),
                commandSecurity(settings, server, transactions)),
            EngineSettings.DEFAULTS);
    this.actors =
        new ActorRunner(
            narratives, tables, new JdbcPostHistory(transactions), policies, settings.clock());
    this.notices = notices(token, reachesDiscord);
  }

  /**
   * Invented text must never reach a live channel by accident, nor a node run that can do nothing.
   *
   * @throws NodeException if Discord can be reached but no model is there to write
   */
  static void requireModel(NodeSettings settings, ServerConfig server, boolean reachesDiscord) {
    boolean live = reachesDiscord && server.discordToken().isPresent();
    if (!live || settings.overrideModel().isPresent()) {
      return;
    }
    try {
      Providers.directory(settings.environment(), server, false, settings.clock()).select("");
    } catch (ModelException missing) {
      throw new NodeException(
          "setting_invalid",
          "DISCORD_TOKEN is set and an actor posts to Discord, but there is no model to write: "
              + missing.getMessage());
    }
  }

  private List<String> notices(boolean token, boolean reachesDiscord) {
    List<String> lines = new ArrayList<>();
    if (reachesDiscord) {
      lines.add(
          token
              ? "Posting to Discord arrives in a later version: although DISCORD_TOKEN is set,"
                  + " messages go to the preview channel and nothing reaches Discord."
              : "DISCORD_TOKEN is not set: messages go to the preview channel instead of Discord.");
    }
    models.notice().ifPresent(lines::add);
    return List.copyOf(lines);
  }

  /** This version has no connection to Discord: its commands go to the preview guild. */
  private static Platforms platforms(
      NodeSettings settings, Storage storage, DependencyBreakers breakers) {
    Platform preview = new GuardedPlatform(new PreviewPlatform(storage.transactions()), breakers);
    Platform noop = new NoopPlatform(settings.clock());
    Map<String, Platform> byName = Map.of(DISCORD, preview, "preview", preview, "noop", noop);
    return name -> Optional.ofNullable(byName.get(name));
  }

  private static MediaSources media(ServerConfig server) {
    ServerConfig.Media limits = server.media();
    return new InputMediaSources(
        new HttpUrlMedia(
            HttpMediaSettings.of(limits.allowPrivateAddresses(), limits.allowedHosts())));
  }

  private CommandSecurity commandSecurity(
      NodeSettings settings, ServerConfig server, Transactions transactions) {
    return new CommandSecurity(
        SecurityMode.valueOf(server.security().mode().name()),
        server.security().policy(),
        new CommandGate(new JdbcTokenBuckets(transactions), settings.clock()),
        approvals);
  }

  private static TableSettings tableSettings(ServerConfig server) {
    ServerConfig.Tables limits = server.tables();
    return new TableSettings(
        limits.defaultLimit(),
        limits.maxLimit(),
        Set.copyOf(limits.allowSystem()),
        Set.copyOf(limits.updatable()),
        server.content().addColumns(),
        TableSettings.DEFAULT.statementTimeout(),
        TableSettings.DEFAULT.claimLease(),
        limits.schemas().stream().filter(schema -> !schema.equals("content")).toList());
  }
}
