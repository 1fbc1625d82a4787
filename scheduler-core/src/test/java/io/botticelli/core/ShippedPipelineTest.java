package io.botticelli.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.engine.EnginePorts;
import io.botticelli.core.engine.EngineSettings;
import io.botticelli.core.engine.NarrativeEngine;
import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.offline.OfflineLanguageModel;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.platform.noop.NoopPlatform;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.security.InMemoryApprovals;
import io.botticelli.core.state.NarrativeState;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.core.toml.MemorySourceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs the shipped working set from candidate to message with the offline model. */
class ShippedPipelineTest {
  private static final Path ROOT = Path.of(System.getProperty("botticelli.project.root"));
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-05T09:00:00Z"), ZoneOffset.UTC);
  private static final String CANDIDATES = "potential_discord_posts";
  private static final String APPROVED = "approved_discord_posts";

  private final WorkingSet set =
      new ConfigLoader(new DiskSourceFiles(ROOT, Optional.empty(), ROOT), new Environment(Map.of()))
          .load("narratives/actor_server.toml");
  private final PipelineTables tables = new PipelineTables();
  private final List<OutboundPosts.OutboundMessage> sent = new ArrayList<>();
  private int runs;

  @Test
  void generatesFifteenDifferentCandidatesInSeventyFiveCalls() {
    RunResult result = run("generation");

    assertThat(result.status()).as(result.toString()).isEqualTo(Status.COMPLETED);
    assertThat(result.modelCalls()).isEqualTo(75);
    assertThat(result.rowsStored()).isEqualTo(15);
    List<ObjectNode> candidates = tables.rows(CANDIDATES);
    assertThat(candidates).hasSize(15);
    assertThat(candidates)
        .allSatisfy(
            row -> {
              assertThat(row.path("text_content").asText()).hasSizeBetween(50, 1800);
              assertThat(row.path("title").asText()).isNotBlank();
              assertThat(row.path("angle").asText())
                  .isEqualTo(row.path("source_narrative").asText());
            });
    assertThat(texts(CANDIDATES)).as("no post twice").hasSize(15);
  }

  @Test
  void givesEachAngleASubjectOfItsOwn() {
    run("generation");

    Map<String, Set<String>> headings =
        tables.rows(CANDIDATES).stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.path("angle").asText(),
                    Collectors.mapping(
                        row -> row.path("text_content").asText().split(":")[0],
                        Collectors.toSet())));
    assertThat(headings)
        .containsEntry("feature", Set.of("**Feature"))
        .containsEntry("usecase", Set.of("**Use case"))
        .containsEntry("tutorial", Set.of("**Tutorial"))
        .containsEntry("community", Set.of("**Question for readers"))
        .containsEntry("problem_solution", Set.of("**Problem and solution"));
  }

  @Test
  void curatesTenAndThenFiveAndKeepsTheCandidatesWordForWord() {
    run("generation");
    Set<String> candidates = texts(CANDIDATES);

    RunResult first = run("curation");
    int leftAfterFirst = tables.rows(CANDIDATES).size();
    RunResult second = run("curation");

    assertThat(first.status()).isEqualTo(Status.COMPLETED);
    assertThat(leftAfterFirst).isEqualTo(5);
    assertThat(second.status()).isEqualTo(Status.COMPLETED);
    assertThat(tables.rows(CANDIDATES)).isEmpty();
    assertThat(first.rowsStored()).isBetween(2, 3);
    assertThat(second.rowsStored()).isBetween(2, 3);
    assertThat(texts(APPROVED))
        .hasSize(first.rowsStored() + second.rowsStored())
        .isSubsetOf(candidates);
    assertThat(tables.rows(APPROVED))
        .allSatisfy(
            row -> {
              assertThat(row.path("score").isInt()).isTrue();
              assertThat(row.path("score").asInt()).isBetween(0, 100);
              assertThat(row.path("reason").asText()).isNotBlank();
            });
  }

  @Test
  void failsInsteadOfInventingWhenThereIsNothingToChooseFrom() {
    assertThat(run("curation").status()).isEqualTo(Status.FAILED);
    assertThat(tables.rows(APPROVED)).isEmpty();
  }

  @Test
  void postsOneApprovedMessageAtATimeAndMarksExactlyThatRow() {
    run("generation");
    run("curation");
    List<ObjectNode> approved = tables.rows(APPROVED);

    RunResult result = run("posting");

    assertThat(result.status()).as(result.toString()).isEqualTo(Status.COMPLETED);
    assertThat(result.postsSent()).isEqualTo(1);
    assertThat(sent)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.channelId()).isEqualTo("general");
              assertThat(message.content())
                  .isEqualTo(approved.get(0).path("text_content").asText());
              assertThat(message.source())
                  .contains(
                      new OutboundPosts.SourceRow(APPROVED, approved.get(0).get("id").asLong()));
            });
    assertThat(approved.get(0).path("review_status").asText()).isEqualTo("posted");
    assertThat(approved.subList(1, approved.size()))
        .allSatisfy(row -> assertThat(row.path("review_status").asText()).isEqualTo("pending"));
  }

  @Test
  void postsWithoutAModelWhenTheFileIsChangedAsItsCommentSays() throws Exception {
    run("generation");
    run("curation");
    String changed =
        Files.readString(ROOT.resolve("narratives/discord/posting.toml"))
            .replaceFirst("(?sm)^\\[acts\\.prepare\\].*?\n\\]\n", "")
            .replace("[acts]\n", "[acts]\nprepare = \"tables.next_post\"\n")
            .replace("{{prepare}}", "{{prepare[0].text_content}}");
    Narrative narrative =
        new NarrativeParser(
                new MemorySourceFiles(Map.of("posting.toml", changed)), name -> Optional.empty())
            .parse("posting.toml")
            .choose(Optional.empty())
            .narrative();

    RunResult result = run("posting", narrative);

    assertThat(result.status()).as(result.toString()).isEqualTo(Status.COMPLETED);
    assertThat(result.modelCalls()).isZero();
    assertThat(sent)
        .extracting(OutboundPosts.OutboundMessage::content)
        .containsExactly(tables.rows(APPROVED).get(0).path("text_content").asText());
  }

  @Test
  void skipsWhenNothingIsApproved() {
    RunResult result = run("posting");

    assertThat(result.status()).isEqualTo(Status.SKIPPED);
    assertThat(sent).isEmpty();
    assertThat(result.modelCalls()).isZero();
  }

  @Test
  void givesOtherTextsInTheNextBatch() {
    run("generation");
    Set<String> first = texts(CANDIDATES);

    run("generation");

    assertThat(texts(CANDIDATES).size() - first.size())
        .as("new texts in the second batch")
        .isGreaterThanOrEqualTo(8);
  }

  private Set<String> texts(String table) {
    return tables.rows(table).stream()
        .map(row -> row.path("text_content").asText())
        .collect(Collectors.toSet());
  }

  private RunResult run(String actorName) {
    ActorDefinition actor = set.actor(new ActorName(actorName)).orElseThrow();
    Skill.NarrativeExecution skill = (Skill.NarrativeExecution) actor.skills().get(0);
    return run(actorName, set.narrative(actor.name(), skill));
  }

  private RunResult run(String actorName, Narrative narrative) {
    ActorDefinition actor = set.actor(new ActorName(actorName)).orElseThrow();
    return engine()
        .run(
            new RunRequest(
                narrative,
                new Fence(++runs, 1),
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
            tables,
            (media, files) -> {
              throw new AssertionError("the pipeline shows nothing");
            },
            name -> Optional.of(platform),
            new RecordingPosts(),
            new NoRecorder(),
            new NoState(),
            name -> Optional.empty(),
            CLOCK,
            () -> "run-" + runs + "-" + System.nanoTime(),
            InMemoryApprovals.permissive()),
        EngineSettings.DEFAULTS);
  }

  private final class RecordingPosts implements OutboundPosts {
    @Override
    public List<PostReceipt> send(Fence fence, PostingPlatform platform, OutboundMessage message) {
      sent.add(message);
      return List.of(new PostReceipt("1", message.channelId(), message.content(), CLOCK.instant()));
    }
  }

  private static final class NoState implements NarrativeState {
    @Override
    public Optional<String> find(String key) {
      return Optional.empty();
    }

    @Override
    public void save(Fence fence, Map<String, String> values) {}
  }

  private static final class NoRecorder implements RunRecorder {
    @Override
    public void startRun(
        Fence fence,
        String runId,
        Optional<String> parentRunId,
        String narrative,
        String description,
        String file,
        int iteration) {}

    @Override
    public void recordAct(Fence fence, String runId, ActRecord act) {}

    @Override
    public void finishRun(
        Fence fence, String runId, String status, String contentStatus, Optional<String> error) {}
  }
}
