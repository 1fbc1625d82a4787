package io.botticelli.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.engine.EnginePorts;
import io.botticelli.core.engine.EngineSettings;
import io.botticelli.core.engine.NarrativeEngine;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.jdbc.JdbcRunRecorder;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.offline.OfflineLanguageModel;
import io.botticelli.core.platform.noop.NoopPlatform;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.JdbcOutboundPosts;
import io.botticelli.core.security.InMemoryApprovals;
import io.botticelli.core.state.NarrativeState;
import io.botticelli.core.table.TableSettings;
import io.botticelli.core.table.jdbc.JdbcContentTables;
import io.botticelli.core.toml.DiskSourceFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the shipped working set on the real tables, with the offline model. */
@Tag("db")
class ShippedPipelineDbTest {
  private static final Path ROOT = Path.of(System.getProperty("botticelli.project.root"));
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestDatabase database = TestDatabase.fresh();
  private final WorkingSet set =
      new ConfigLoader(new DiskSourceFiles(ROOT, Optional.empty(), ROOT), new Environment(Map.of()))
          .load("narratives/actor_server.toml");

  @Test
  void carriesCandidatesThroughCurationToOnePostedRow() {
    RunResult generated = run("generation");

    assertThat(generated.status()).as(generated.toString()).isEqualTo(Status.COMPLETED);
    assertThat(generated.modelCalls()).isEqualTo(75);
    assertThat(count("potential_discord_posts")).isEqualTo(15);

    RunResult curated = run("curation");

    assertThat(curated.status()).as(curated.toString()).isEqualTo(Status.COMPLETED);
    assertThat(count("potential_discord_posts")).isEqualTo(5);
    assertThat(count("approved_discord_posts")).isBetween(2L, 3L);

    RunResult posted = run("posting");

    assertThat(posted.status()).as(posted.toString()).isEqualTo(Status.COMPLETED);
    assertThat(posted.postsSent()).isEqualTo(1);
    assertThat(
            count(
                "approved_discord_posts WHERE review_status = 'posted' AND posted_at IS NOT NULL"))
        .isEqualTo(1);
    assertThat(database.value("SELECT string_agg(status, ',') FROM outbound_posts"))
        .isEqualTo("sent");
    assertThat(
            database.value(
                "SELECT review_status FROM content.approved_discord_posts"
                    + " ORDER BY generated_at, id LIMIT 1"))
        .as("the oldest row went first")
        .isEqualTo("posted");
  }

  private long count(String from) {
    return database.number("SELECT count(*) FROM content." + from);
  }

  private RunResult run(String actorName) {
    ActorDefinition actor = set.actor(new ActorName(actorName)).orElseThrow();
    Skill.NarrativeExecution skill = (Skill.NarrativeExecution) actor.skills().get(0);
    return engine()
        .run(
            new RunRequest(
                set.narrative(actor.name(), skill),
                new Fence(database.openExecution(actorName), 1),
                actorName,
                "noop",
                actor.platform().channelId(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                true,
                ProgressListener.NONE,
                "",
                MediaFiles.NONE));
  }

  private NarrativeEngine engine() {
    NoopPlatform platform = new NoopPlatform(CLOCK);
    OfflineLanguageModel model = new OfflineLanguageModel();
    return new NarrativeEngine(
        new EnginePorts(
            name -> new LanguageModels.Selection(model, OfflineLanguageModel.NAME),
            LanguageModel::generate,
            new JdbcContentTables(database.transactions(), TableSettings.DEFAULT),
            (media, files) -> {
              throw new AssertionError("the pipeline shows nothing");
            },
            name -> Optional.of(platform),
            new JdbcOutboundPosts(database.transactions(), PostingSettings.defaults()),
            new JdbcRunRecorder(database.transactions()),
            new NoState(),
            name -> Optional.empty(),
            CLOCK,
            () -> UUID.randomUUID().toString(),
            InMemoryApprovals.permissive()),
        EngineSettings.DEFAULTS);
  }

  private static final class NoState implements NarrativeState {
    @Override
    public Optional<String> find(String key) {
      return Optional.empty();
    }

    @Override
    public void save(Fence fence, Map<String, String> values) {}
  }
}
