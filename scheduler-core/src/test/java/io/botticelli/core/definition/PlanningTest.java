package io.botticelli.core.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.definition.DefinitionPlan.ActorChange;
import io.botticelli.core.definition.DefinitionPlan.FileChange;
import io.botticelli.core.definition.DefinitionPlan.Kind;
import io.botticelli.core.toml.MemorySourceFiles;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanningTest {
  private static final Instant BEFORE = Instant.parse("2026-01-05T09:00:00Z");
  private static final Instant AFTER = Instant.parse("2026-01-05T10:00:00Z");
  private static final Environment ENVIRONMENT =
      new Environment(Map.of("CHANNEL", "sesame-channel", "TOKEN", "sesame-token", "MORE", "x"));

  private static final Forecast FORECAST =
      new Forecast() {
        @Override
        public List<Instant> current(ActorName actor) {
          return List.of(BEFORE);
        }

        @Override
        public List<Instant> coming(ActorDefinition actor) {
          return List.of(AFTER);
        }
      };

  private final Map<String, String> files = new HashMap<>();

  PlanningTest() {
    files.put(
        "server.toml",
        """
        discord_token = "${TOKEN}"

        [server]
        name = "one"
        max_concurrent_actors = 4

        [[actors]]
        name = "poster"
        config_file = "actors/poster.toml"

        [[actors]]
        name = "quiet"
        narrative = "quiet.toml"
        schedule = "every 3 hours"
        """);
    files.put(
        "actors/poster.toml",
        """
        [actor]
        name = "poster"
        description = "posts"

        [actor.schedule]
        type = "interval"
        hours = 6

        [skills.narrative_execution]
        narrative_path = "../post.toml"

        [platform]
        type = "preview"
        channel_id = "${CHANNEL}"
        """);
    files.put("post.toml", narrative("post", "Write a post."));
    files.put("quiet.toml", narrative("quiet", "Say nothing."));
  }

  @Test
  void findsNoDifferenceToTheSameFiles() {
    DefinitionPlan plan = plan(stored(), files);

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.actors())
        .extracting(ActorChange::name, ActorChange::kind)
        .containsExactly(
            tuple(new ActorName("poster"), Kind.UNCHANGED),
            tuple(new ActorName("quiet"), Kind.UNCHANGED));
    assertThat(plan.files()).isEmpty();
    assertThat(plan.server()).isEmpty();
    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void everythingIsNewWhenNothingIsInForce() {
    DefinitionPlan plan = plan(Optional.empty(), files);

    assertThat(plan.isEmpty()).isFalse();
    assertThat(plan.count(Kind.CREATED)).isEqualTo(2);
    assertThat(plan.actors().get(0).fires().orElseThrow().after()).containsExactly(AFTER);
    assertThat(plan.files()).extracting(FileChange::kind).containsOnly(Kind.CREATED);
  }

  @Test
  void saysASettingInTheWordsOfItsFile() {
    Optional<StoredDefinition> stored = stored();
    edit("actors/poster.toml", "hours = 6", "hours = 12\njitter_percent = 10");

    DefinitionPlan plan = plan(stored, files);

    ActorChange poster = plan.actors().get(0);
    assertThat(poster.kind()).isEqualTo(Kind.CHANGED);
    assertThat(poster.settings())
        .containsExactly(
            new SettingChange(
                "actors/poster.toml", "actor.schedule.hours", Optional.of("6"), Optional.of("12")),
            new SettingChange(
                "actors/poster.toml",
                "actor.schedule.jitter_percent",
                Optional.empty(),
                Optional.of("10")));
    assertThat(poster.fires())
        .contains(new DefinitionPlan.FireChange(List.of(BEFORE), List.of(AFTER)));
    assertThat(plan.actors().get(1).kind()).isEqualTo(Kind.UNCHANGED);
    assertThat(plan.files()).as("its settings are told already").isEmpty();
  }

  @Test
  void neverShowsWhatAVariableHolds() {
    Optional<StoredDefinition> stored = stored();
    edit("actors/poster.toml", "\"${CHANNEL}\"", "\"${CHANNEL:-general}\"");
    edit("server.toml", "\"${TOKEN}\"", "\"${TOKEN:-sesame-default}\"");
    edit(
        "server.toml",
        "name = \"one\"",
        "name = \"one\"\ndatabase_url = \"postgresql://u:sesame@h/d\"");

    DefinitionPlan plan = plan(stored, files);

    assertThat(plan.toString()).doesNotContain("sesame").contains("${CHANNEL:-general}");
    assertThat(plan.server())
        .filteredOn(change -> change.field().equals("discord_token"))
        .containsExactly(
            new SettingChange(
                "server.toml", "discord_token", Optional.of("\"${TOKEN}\""), Optional.of("***")));
  }

  @Test
  void tellsNewGoneAndDisabledActors() {
    Optional<StoredDefinition> stored = stored();
    edit(
        "server.toml",
        """
        name = "quiet"
        narrative = "quiet.toml"
        schedule = "every 3 hours"
        """,
        """
        name = "loud"
        narrative = "quiet.toml"
        schedule = { type = "immediate" }
        """);
    edit("actors/poster.toml", "[actor]\n", "[actor]\nenabled = false\n");

    DefinitionPlan plan = plan(stored, files);

    assertThat(plan.actors())
        .extracting(actor -> actor.name().value(), ActorChange::kind)
        .containsExactly(
            tuple("loud", Kind.CREATED),
            tuple("poster", Kind.CHANGED),
            tuple("quiet", Kind.REMOVED));
    assertThat(plan.actors().get(0).notes()).singleElement().asString().contains("at once");
    assertThat(plan.actors().get(1).notes()).containsExactly("is disabled: fires no more");
    assertThat(plan.actors().get(1).fires().orElseThrow().after()).isEmpty();
  }

  @Test
  void aNarrativeThatDiffersChangesTheActorsThatLeadToIt() {
    files.put("style.md", "Be kind.\nBe short.\n");
    edit(
        "post.toml",
        "write = \"Write a post.\"",
        "write = [{ type = \"document\", file = \"style.md\" }, \"Write a post.\"]");
    Optional<StoredDefinition> stored = stored();
    edit("post.toml", "Write a post.", "Write a good post.");
    files.put("style.md", "Be kind.\nBe long.\nBe good.\n");

    DefinitionPlan plan = plan(stored, files);

    assertThat(plan.actors().get(0).kind()).isEqualTo(Kind.CHANGED);
    assertThat(plan.actors().get(0).files()).contains("post.toml");
    assertThat(plan.actors().get(0).fires()).as("its schedule is the same").isEmpty();
    assertThat(plan.actors().get(1).kind()).isEqualTo(Kind.UNCHANGED);
    FileChange post =
        plan.files().stream().filter(f -> f.path().equals("post.toml")).findFirst().orElseThrow();
    assertThat(post.usedBy()).containsExactly(new ActorName("poster"));
    assertThat(post.settings())
        .singleElement()
        .returns(Optional.of("\"Write a good post.\""), change -> change.after());
  }

  @Test
  void warnsOfVariablesThatNodesNeedAndOfSettingsThatWaitForAStart() {
    Optional<StoredDefinition> stored = stored();
    edit("server.toml", "max_concurrent_actors = 4", "max_concurrent_actors = 8");
    edit("actors/poster.toml", "description = \"posts\"", "description = \"${MORE}\"");

    DefinitionPlan plan = plan(stored, files);

    assertThat(plan.warnings())
        .hasSize(2)
        .anyMatch(line -> line.startsWith("every node must have MORE set"))
        .anyMatch(line -> line.startsWith("server.max_concurrent_actors: "));
  }

  @Test
  void aVersionThatCannotBeReadHereIsSaidNotToBeCompared() {
    StoredDefinition other =
        new StoredDefinition(
            "0".repeat(64),
            "server.toml",
            Map.of("server.toml", "[server]\nname = \"${NOT_HERE}\"\n"),
            BEFORE,
            "");

    DefinitionPlan plan = plan(Optional.of(other), files);

    assertThat(plan.isEmpty()).isFalse();
    assertThat(plan.actors()).isEmpty();
    assertThat(plan.warnings().get(0)).contains("NOT_HERE").contains("not compared");
  }

  private void edit(String path, String old, String now) {
    String text = files.get(path);
    assertThat(text).contains(old);
    files.put(path, text.replace(old, now));
  }

  private Optional<StoredDefinition> stored() {
    WorkingSet set = load(files);
    return Optional.of(
        new StoredDefinition(set.version(), set.entry(), set.sources(), BEFORE, "ann"));
  }

  private static DefinitionPlan plan(Optional<StoredDefinition> stored, Map<String, String> files) {
    return new Planning(ENVIRONMENT, FORECAST).plan(stored, load(files));
  }

  private static WorkingSet load(Map<String, String> files) {
    return new ConfigLoader(new MemorySourceFiles(files), ENVIRONMENT).load("server.toml");
  }

  private static String narrative(String name, String prompt) {
    return """
    [narrative]
    name = "%s"
    description = "d"
    skip_content_generation = true

    [toc]
    order = ["write"]

    [acts]
    write = "%s"
    """
        .formatted(name, prompt);
  }
}
