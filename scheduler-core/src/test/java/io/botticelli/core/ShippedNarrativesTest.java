package io.botticelli.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.core.toml.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The working set in {@code narratives/}, as a user gets it. */
class ShippedNarrativesTest {
  private static final Path ROOT = Path.of(System.getProperty("botticelli.project.root"));

  private final WorkingSet set = load(Map.of());

  @Test
  void loadsWithoutAnyVariableSetAndWithoutWarnings() {
    assertThat(set.warnings()).extracting(Problem::render).isEmpty();
    assertThat(set.server().http().port()).isEqualTo(8080);
    assertThat(set.actors())
        .extracting(actor -> actor.name().value())
        .containsExactly("generation", "curation", "posting");
    assertThat(set.actors()).allMatch(ActorDefinition::enabled);
  }

  @Test
  void postsToTheChannelTheEnvironmentNames() {
    assertThat(actor("posting").platform().channelId()).contains("general");
    assertThat(load(Map.of("POSTING_CHANNEL_ID", "4711")).actor(new ActorName("posting")))
        .hasValueSatisfying(posting -> assertThat(posting.platform().channelId()).contains("4711"));
  }

  @Test
  void drainsTheQueueOfCandidatesAndRunsTheOthersOnce() {
    assertThat(actor("generation").execution().drainQueue()).isFalse();
    assertThat(actor("curation").execution().drainQueue()).isTrue();
    assertThat(actor("posting").execution().drainQueue()).isFalse();
  }

  @Test
  void writesFromFiveAnglesInFiveActsEachThreeTimes() {
    Narrative batch = narrative("generation");

    assertThat(batch.carousel().orElseThrow().iterations()).isEqualTo(3);
    assertThat(batch.acts())
        .extracting(act -> act.composition().orElseThrow().name())
        .containsExactly("feature", "usecase", "tutorial", "community", "problem_solution");
    for (Act act : batch.acts()) {
      Narrative angle = act.composition().orElseThrow();
      assertThat(angle.target()).contains("potential_discord_posts");
      assertThat(angle.acts())
          .extracting(Act::name)
          .containsExactlyElementsOf(
              List.of("generate", "critique", "refine", "format", "audit").stream()
                  .map(step -> angle.name() + "_" + step)
                  .toList());
    }
  }

  @Test
  void readsCandidatesDestructivelyTenAtATime() {
    Narrative curation = narrative("curation");

    assertThat(curation.target()).contains("approved_discord_posts");
    assertThat(curation.acts().get(0).inputs())
        .filteredOn(io.botticelli.core.narrative.ActInput.TableRead.class::isInstance)
        .singleElement()
        .satisfies(
            input -> {
              var read = (io.botticelli.core.narrative.ActInput.TableRead) input;
              assertThat(read.table()).isEqualTo("potential_discord_posts");
              assertThat(read.limit()).contains(10);
              assertThat(read.pullAndDelete()).contains(true);
            });
  }

  private ActorDefinition actor(String name) {
    return set.actor(new ActorName(name)).orElseThrow();
  }

  private Narrative narrative(String actor) {
    Skill.NarrativeExecution skill =
        actor(actor).skills().stream()
            .filter(Skill.NarrativeExecution.class::isInstance)
            .map(Skill.NarrativeExecution.class::cast)
            .findFirst()
            .orElseThrow();
    return set.narrative(new ActorName(actor), skill);
  }

  private static WorkingSet load(Map<String, String> environment) {
    return new ConfigLoader(
            new DiskSourceFiles(ROOT, Optional.empty(), ROOT), new Environment(environment))
        .load("narratives/actor_server.toml");
  }
}
