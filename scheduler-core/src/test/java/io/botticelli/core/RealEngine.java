package io.botticelli.core;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.engine.ActorRun;
import io.botticelli.core.engine.ActorRunner;
import io.botticelli.core.engine.EnginePorts;
import io.botticelli.core.engine.EngineSettings;
import io.botticelli.core.engine.NarrativeEngine;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.jdbc.JdbcRunRecorder;
import io.botticelli.core.media.InputMediaSources;
import io.botticelli.core.media.http.HttpMediaSettings;
import io.botticelli.core.media.http.HttpUrlMedia;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.platform.preview.PreviewMessages;
import io.botticelli.core.platform.preview.jdbc.JdbcPreviewMessages;
import io.botticelli.core.platform.preview.jdbc.PreviewPlatform;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.JdbcOutboundPosts;
import io.botticelli.core.posting.jdbc.JdbcPostHistory;
import io.botticelli.core.resilience.ResiliencePolicies;
import io.botticelli.core.resilience.RetrySettings;
import io.botticelli.core.security.InMemoryApprovals;
import io.botticelli.core.state.jdbc.JdbcNarrativeState;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.TableSettings;
import io.botticelli.core.table.jdbc.JdbcContentTables;
import io.botticelli.core.toml.DiskSourceFiles;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The engine with every store on a real, fresh database, the preview guild in place of Discord, and
 * a model that answers by a rule. Narratives come from the files of the acceptance tests.
 */
final class RealEngine {
  static final String CHANNEL = "announcements";
  static final String GUILD = "100000000000000001";

  private static final Map<String, String> ENVIRONMENT =
      Map.of("ACCEPTANCE_CHANNEL", CHANNEL, "ACCEPTANCE_GUILD", GUILD);

  private final TestDatabase database = TestDatabase.fresh();
  private final Clock clock = Clock.systemUTC();
  private final AnsweringModel model;
  private final WatchedPlatform platform;
  private final ContentTables tables;
  private final NarrativeEngine engine;
  private final NarrativeParser parser;
  private final DiskSourceFiles sources;
  private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param rule of the model, from the text of the last turn to the answer
   */
  RealEngine(Function<String, String> rule) {
    this.model = new AnsweringModel(rule);
    this.platform = new WatchedPlatform(new PreviewPlatform(database.transactions()));
    this.tables = new JdbcContentTables(database.transactions(), TableSettings.DEFAULT);
    this.engine =
        new NarrativeEngine(
            new EnginePorts(
                model,
                LanguageModel::generate,
                tables,
                new InputMediaSources(new HttpUrlMedia(HttpMediaSettings.of(false, List.of()))),
                name -> Optional.of(platform),
                new JdbcOutboundPosts(database.transactions(), PostingSettings.defaults()),
                new JdbcRunRecorder(database.transactions()),
                new JdbcNarrativeState(database.transactions()),
                RealEngine::environment,
                clock,
                () -> UUID.randomUUID().toString(),
                InMemoryApprovals.permissive()),
            EngineSettings.DEFAULTS);
    Path files = files();
    this.sources = new DiskSourceFiles(files, Optional.empty(), files);
    this.parser = new NarrativeParser(sources, RealEngine::environment);
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(ENVIRONMENT.get(name));
  }

  private static Path files() {
    try {
      return Path.of(
          Objects.requireNonNull(RealEngine.class.getResource("acceptance"), "acceptance").toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  TestDatabase database() {
    return database;
  }

  AnsweringModel model() {
    return model;
  }

  WatchedPlatform platform() {
    return platform;
  }

  ContentTables tables() {
    return tables;
  }

  /** Returns the warnings of all runs so far. */
  List<String> warnings() {
    return warnings;
  }

  /** Loads a narrative of the acceptance files; environment names are those of the fixture. */
  Narrative load(String file, Optional<String> name) {
    return parser.parse(file).choose(name).narrative();
  }

  /** Loads the only narrative of a file and runs it as an execution of its own. */
  RunResult run(String file) {
    return run(load(file, Optional.empty()));
  }

  /** Runs a narrative as an execution of its own. */
  RunResult run(Narrative narrative) {
    return engine.run(
        new RunRequest(
            narrative,
            new Fence(database.openExecution("acceptance"), 1),
            "acceptance",
            "preview",
            Optional.of(CHANNEL),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            true,
            new Listener(),
            "",
            sources::readBytes));
  }

  /** Runs a narrative as the queue-draining skill of an actor. */
  ExecutionResult drain(String file) {
    Skill.NarrativeExecution skill =
        new Skill.NarrativeExecution(
            "drain", true, file, Optional.empty(), Optional.empty(), Map.of());
    ActorDefinition actor =
        new ActorDefinition(
            new ActorName("drainer"),
            "Drainer",
            "",
            true,
            new ActorSchedule.Manual("manual"),
            new ExecutionPolicy(
                true, true, 0, Duration.ofSeconds(1), Duration.ofMinutes(1), true, 100),
            BreakerPolicy.DEFAULT,
            new PlatformBinding("preview", Optional.of(CHANNEL)),
            List.of(),
            List.of(skill));
    return new ActorRunner(
            engine,
            tables,
            new JdbcPostHistory(database.transactions()),
            new ResiliencePolicies(
                new RetrySettings(Optional.empty(), Optional.empty(), 0), () -> 0.5),
            clock)
        .run(
            new ActorRun(
                actor,
                wanted -> load(file, Optional.empty()),
                new Fence(database.openExecution("drainer"), 1),
                Map.of(),
                Optional.empty(),
                new Listener(),
                sources::readBytes));
  }

  /** Counts rows of a content table; the argument may go on with a WHERE clause. */
  long count(String from) {
    return database.number("SELECT count(*) FROM content." + from);
  }

  /** Returns the texts in a channel of the preview guild, oldest first. */
  List<String> messages(String channel) {
    List<String> texts =
        new ArrayList<>(
            new JdbcPreviewMessages(database.transactions())
                .list(Optional.of(channel), Optional.empty(), 100).stream()
                    .map(PreviewMessages.Message::content)
                    .toList());
    Collections.reverse(texts);
    return texts;
  }

  private final class Listener implements ProgressListener {
    @Override
    public void warning(String message) {
      warnings.add(message);
    }
  }
}
