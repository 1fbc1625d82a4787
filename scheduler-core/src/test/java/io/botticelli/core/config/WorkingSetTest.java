package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.toml.DiskSourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingSetTest {
  private static final String ENTRY = "actor_server.toml";
  private static final String SERVER =
      """
      [server]
      name = "${NAME:-none}"
      [[actors]]
      config_file = "actors/poster.toml"
      """;
  private static final String ACTOR =
      """
      [actor]
      name = "poster"
      schedule = "manual"
      [skills.narrative_execution]
      narrative_path = "poster"
      """;

  @Test
  void anActorMayBeCalledLikeItsNarrative() {
    WorkingSet set = files().load(ENTRY);

    assertThat(skill(set).path()).isEqualTo("narratives/poster.toml");
    assertThat(set.sources())
        .containsOnlyKeys(ENTRY, "actors/poster.toml", "narratives/poster.toml");
  }

  @Test
  void someActorsAloneAreAVersionOfTheirOwnThatEveryNodeChoosesAlike() {
    WorkingSet all =
        files()
            .with(
                ENTRY,
                SERVER + "[[actors]]\nname = \"second\"\nconfig_file = \"actors/poster.toml\"\n")
            .load(ENTRY);

    WorkingSet alone = all.only(List.of("second"));
    WorkingSet stored =
        ConfigLoader.ofStored(alone.sources(), new Environment(Map.of())).load(ENTRY);

    assertThat(alone.version()).isNotEqualTo(all.version());
    assertThat(alone.actors()).extracting(ActorDefinition::enabled).containsExactly(false, true);
    assertThat(stored).isEqualTo(alone);
    assertThatThrownBy(() -> all.only(List.of("third")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("third")
        .hasMessageContaining("[poster, second]");
  }

  @Test
  void absolutePathsIntoTheBaseDirectoryLeadToTheStoredFiles(@TempDir Path work)
      throws IOException {
    write(work.resolve("actors/poster.toml"), ACTOR);
    write(work.resolve("narratives/poster.toml"), WorkingSetFiles.NARRATIVE);
    write(
        work.resolve(ENTRY),
        "[[actors]]\nconfig_file = '" + work.resolve("actors/poster.toml") + "'\n");
    WorkingSet fromDisk =
        new ConfigLoader(
                new DiskSourceFiles(work, Optional.empty(), work), new Environment(Map.of()))
            .load(ENTRY);

    WorkingSet stored =
        ConfigLoader.ofStored(fromDisk.sources(), new Environment(Map.of())).load(ENTRY);

    assertThat(stored).isEqualTo(fromDisk);
  }

  @Test
  void theVersionFollowsTheFilesAndNothingElse() {
    String version = files().load(ENTRY).version();

    assertThat(version).matches("[0-9a-f]{64}");
    assertThat(files().withVariable("NAME", "x").load(ENTRY).version()).isEqualTo(version);
    assertThat(files().with("unused.toml", "a = 1").load(ENTRY).version()).isEqualTo(version);
    assertThat(files().with("actors/poster.toml", ACTOR + "\n").load(ENTRY).version())
        .isNotEqualTo(version);
  }

  @Test
  void storedSourcesGiveTheSameSetWithoutTheDisk(@TempDir Path directory) throws IOException {
    Path work = directory.resolve("work");
    Path context = directory.resolve("context");
    write(work.resolve(ENTRY), SERVER);
    write(work.resolve("actors/poster.toml"), ACTOR);
    write(
        work.resolve("narratives/deep/er/poster.toml"),
        """
        toc = ["look"]
        [narrative]
        name = "poster"
        [[acts.look.input]]
        type = "text"
        file = "MISSION.md"
        [[acts.look.input]]
        type = "image"
        file = "logo.png"
        [[acts.look.input]]
        type = "narrative"
        path = "other"
        """);
    write(work.resolve("narratives/deep/er/other.toml"), WorkingSetFiles.NARRATIVE);
    write(work.resolve("narratives/deep/er/logo.png"), "\u0089PNG\u0000");
    write(context.resolve("MISSION.md"), "be kind");
    WorkingSet fromDisk =
        new ConfigLoader(
                new DiskSourceFiles(work, Optional.of(context), work), new Environment(Map.of()))
            .load(ENTRY);

    WorkingSet stored =
        ConfigLoader.ofStored(fromDisk.sources(), new Environment(Map.of())).load(ENTRY);

    assertThat(stored).isEqualTo(fromDisk);
    Narrative narrative = stored.narrative(stored.actors().get(0).name(), skill(stored));
    assertThat(narrative.acts().get(0).inputs().get(0))
        .isInstanceOfSatisfying(
            ActInput.Text.class, text -> assertThat(text.content()).isEqualTo("be kind"));
    ActInput.Media logo = (ActInput.Media) narrative.acts().get(0).inputs().get(1);
    assertThat(stored.files().readBytes(logo.file().orElseThrow()))
        .get()
        .isEqualTo(Files.readAllBytes(work.resolve("narratives/deep/er/logo.png")));
  }

  @Test
  void allMistakesOfAllFilesAreReportedAtOnceOnePerLine() {
    assertThatThrownBy(
            () ->
                files()
                    .with(ENTRY, SERVER + "\n[database]\npool_size = -1\n")
                    .with("actors/poster.toml", ACTOR.replace("manual", "now and then"))
                    .with("narratives/poster.toml", "toc = [\"a\"]\n[narrative]\nname = \"x\"\n")
                    .load(ENTRY))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> {
              assertThat(e.code()).isEqualTo("config_invalid");
              assertThat(e.getMessage().lines())
                  .hasSize(3)
                  .anyMatch(line -> line.startsWith("actor_server.toml:7:1: database.pool_size: "))
                  .anyMatch(line -> line.startsWith("actors/poster.toml:3:1: actor.schedule: "))
                  .anyMatch(line -> line.startsWith("narratives/poster.toml:1:8: toc[0]: "));
            });
  }

  @Test
  void aMissingServerFileNamesThePathAndTheRemedy() {
    assertThatThrownBy(() -> files().load("nowhere.toml"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("nowhere.toml: no such file; create it, or name another with --config FILE");
  }

  @Test
  void textThatTheDatabaseCannotHoldIsRefused() {
    assertThatThrownBy(
            () ->
                files()
                    .with(
                        "narratives/poster.toml",
                        """
                        toc = ["a"]
                        [narrative]
                        name = "poster"
                        [[acts.a.input]]
                        type = "text"
                        file = "notes.txt"
                        """)
                    .with("narratives/notes.txt", "a\u0000b")
                    .load(ENTRY))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds a NUL character");
  }

  @Test
  void secretsWrittenIntoTheFileAreUsedButNeverKept() {
    WorkingSet set =
        files()
            .with(
                ENTRY,
                "discord_token = \"hunter2\"\n"
                    + SERVER
                    + """
                    [server.http]
                    auth_token = 'hunter2' # secret
                    [database]
                    url = "postgresql://me:hunter2@db/x"
                    """)
            .load(ENTRY);

    assertThat(set.server().discordToken()).contains(new SecretValue("hunter2"));
    assertThat(set.sources().values()).noneMatch(text -> text.contains("hunter2"));
    assertThat(set.sources().get(ENTRY))
        .startsWith("discord_token = \"${DISCORD_TOKEN:-}\"\n")
        .contains("auth_token = '${BOTTICELLI_AUTH_TOKEN:-}' # secret\n")
        .contains("url = \"${DATABASE_URL:-}\"\n");
    assertThat(set.warnings()).filteredOn(p -> p.code().equals("secret_in_file")).hasSize(3);
    WorkingSet stored =
        ConfigLoader.ofStored(
                set.sources(), new Environment(Map.of("DISCORD_TOKEN", "from-environment")))
            .load(ENTRY);
    assertThat(stored.server().discordToken()).contains(new SecretValue("from-environment"));
    assertThat(stored.server().database().url()).isEmpty();
    assertThat(stored.version()).isEqualTo(set.version());
  }

  @Test
  void aSecretThatCannotBeKeptOutIsRefused() {
    assertThatThrownBy(
            () -> files().with(ENTRY, "discord_token = \"hunter\\u0032\"\n" + SERVER).load(ENTRY))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("write ${DISCORD_TOKEN}")
        .hasMessageNotContaining("hunter2");
  }

  private static WorkingSetFiles files() {
    return WorkingSetFiles.of(ENTRY, SERVER)
        .with("actors/poster.toml", ACTOR)
        .withNarrative("narratives/poster.toml");
  }

  private static Skill.NarrativeExecution skill(WorkingSet set) {
    ActorDefinition actor = set.actors().get(0);
    return (Skill.NarrativeExecution) actor.skills().get(0);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
