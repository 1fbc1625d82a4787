package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Jitter;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.toml.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every form of server and actor files leads to the same normalised actor. */
class ActorFormsTest {
  private static final String PATH = "narratives/discord/poster.toml";

  /** What every form below describes. */
  private static final ActorDefinition POSTING =
      new ActorDefinition(
          new ActorName("posting"),
          "posting",
          "",
          true,
          new ActorSchedule.Interval(
              Duration.ofHours(2),
              Optional.empty(),
              false,
              new Jitter(25, Duration.ZERO),
              "every 2 hours"),
          ExecutionPolicy.DEFAULT,
          BreakerPolicy.DEFAULT,
          new PlatformBinding("discord", Optional.of("123456789012345678")),
          List.of(),
          List.of(
              new Skill.NarrativeExecution(
                  "narrative_execution",
                  true,
                  PATH,
                  Optional.of("poster"),
                  Optional.empty(),
                  Map.of())));

  @Test
  void canonicalServerEntryWithScheduleAndListsOfSkills() {
    WorkingSet set =
        set("""
                [server]
                name = "pipeline"

                [[actors]]
                name = "posting"
                config_file = "actors/posting.toml"
                channel_id = "123456789012345678"
                enabled = true

                [actors.schedule]
                type = "Interval"
                seconds = 7200
                jitter_percent = 25
                run_on_start = false
                """)
            .with(
                "actors/posting.toml",
                """
                [actor]
                name = "posting"
                description = ""
                knowledge = []
                skills = ["narrative_execution"]

                [actor.execution]
                max_retries = 3

                [skills.narrative_execution]
                enabled = true
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"
                """)
            .load("actor_server.toml");

    assertSame(set);
  }

  @Test
  void serverEntryWithFileOnlyAndEverythingInTheActorFile() {
    WorkingSet set =
        set("""
                [[actors]]
                config_file = "actors/posting.toml"
                """)
            .with(
                "actors/posting.toml",
                """
                [actor]
                name = "posting"

                [actor.schedule]
                type = "interval"
                hours = 2
                jitter_percent = 25
                run_on_start = false

                [skills.narrative_execution]
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"

                [platform]
                type = "discord"
                channel_id = "${POSTING_CHANNEL_ID}"
                """)
            .withVariable("POSTING_CHANNEL_ID", "123456789012345678")
            .load("actor_server.toml");

    assertSame(set);
  }

  @Test
  void tableOfInlineActors() {
    assertSame(
        set("""
                [actors.posting]
                narrative = "discord/poster"
                narrative_name = "poster"
                schedule = "every 2 hours"
                jitter_percent = 25
                run_on_start = false
                platform = "discord"
                channel_id = "123456789012345678"
                enabled = true
                """)
            .load("actor_server.toml"));
  }

  @Test
  void threeBotFile() {
    assertSame(
        set("""
                [posting]
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"
                base_interval_hours = 2
                jitter_percent = 25
                channel_id = "123456789012345678"
                """)
            .load("actor_server.toml"));
  }

  @Test
  void threeBotSectionsOfTheLimitsFile() {
    assertSame(
        set("""
                [bot_server.generation]
                enabled = false

                [bot_server.posting]
                enabled = true
                narrative = "discord/poster"
                narrative_name = "poster"
                base_interval_hours = 2
                jitter_percent = 25
                channel_id = "123456789012345678"

                [providers.gemini]
                default_tier = "free"
                """)
            .load("actor_server.toml"));
  }

  @Test
  void actorFileWithListOfSkillTablesAndRootExecution() {
    assertSame(
        actorFile(
            """
            [actor]
            name = "posting"
            schedule = "every 2 hours"
            jitter_percent = 25
            run_on_start = false

            [[skills]]
            name = "narrative_execution"
            config = { narrative_path = "narratives/discord/poster.toml", narrative_name = "poster" }

            [execution]
            max_retries = 3

            [platform]
            channel_id = 123456789012345678
            """));
  }

  @Test
  void actorFileWithSkillsAndKnowledgeBelowActor() {
    assertSame(
        actorFile(
            """
            [actor]
            name = "posting"
            platform = "discord"
            channel_id = "123456789012345678"

            [[actor.skills]]
            name = "narrative_execution"
            enabled = true

            [skills.narrative_execution]
            narrative = "discord/poster"
            narrative_name = "poster"

            [schedule]
            every = "2 hours"
            jitter_percent = 25
            run_on_start = false
            """));
  }

  @Test
  void legacyFileWithUnknownSkillsLoadsButDoesNothing() {
    WorkingSet set =
        set("[[actors]]\nconfig_file = \"actors/old.toml\"\n")
            .with(
                "actors/old.toml",
                """
                [actor]
                name = "old"
                description = "legacy"
                knowledge = []
                skills = ["content_generation", "posting"]
                """)
            .load("actor_server.toml");

    assertThat(set.actors().get(0).skills())
        .hasSize(2)
        .allSatisfy(skill -> assertThat(skill).isInstanceOf(Skill.ReportOnly.class));
    assertThat(set.warnings())
        .extracting(Problem::code)
        .contains("unknown_skill", "actor_inert", "schedule_missing");
  }

  @Test
  void aSingleActorFileIsAWorkingSet() {
    WorkingSet set =
        WorkingSetFiles.of(
                "actors/posting.toml",
                """
                [actor]
                name = "posting"
                schedule = "manual"

                [skills.narrative_execution]
                narrative_path = "../narratives/discord/poster.toml"
                """)
            .withNarrative(PATH)
            .load("actors/posting.toml");

    assertThat(set.actors()).hasSize(1);
    assertThat(set.server().http().port()).isEqualTo(8080);
    Skill.NarrativeExecution skill = (Skill.NarrativeExecution) set.actors().get(0).skills().get(0);
    assertThat(set.narrative(new ActorName("posting"), skill).name()).isEqualTo("poster");
  }

  @Test
  void serverEntryWinsOverTheActorFileForWhatItSets() {
    WorkingSet set =
        set("""
                [server.circuit_breaker]
                failure_threshold = 7
                reset_timeout_seconds = 60

                [[actors]]
                name = "a"
                config_file = "actors/posting.toml"
                channel_id = "1"
                schedule = "manual"
                circuit_breaker = { failure_threshold = 2 }
                """)
            .with(
                "actors/posting.toml",
                """
                [actor]
                name = "Posting bot"
                enabled = true
                schedule = "hourly"
                [actor.circuit_breaker]
                failure_threshold = 3
                success_threshold = 4
                [platform]
                type = "noop"
                channel_id = "2"
                [skills.narrative_execution]
                narrative_path = "narratives/discord/poster.toml"
                """)
            .load("actor_server.toml");

    ActorDefinition actor = set.actors().get(0);
    assertThat(actor.name()).isEqualTo(new ActorName("a"));
    assertThat(actor.displayName()).isEqualTo("Posting bot");
    assertThat(actor.schedule()).isInstanceOf(ActorSchedule.Manual.class);
    assertThat(actor.platform()).isEqualTo(new PlatformBinding("noop", Optional.of("1")));
    assertThat(actor.breaker())
        .isEqualTo(new BreakerPolicy(true, 2, true, true, Duration.ofSeconds(60), 4));
  }

  @Test
  void disabledActorsAreKnownButNeitherLoadedNorChecked() {
    WorkingSet set =
        set("""
                [[actors]]
                name = "one"
                config_file = "actors/missing.toml"
                enabled = false

                [[actors]]
                name = "two"
                config_file = "actors/two.toml"
                channel_id = "${UNSET_CHANNEL}"

                [[actors]]
                name = "three"
                narrative = "nowhere"
                enabled = "${THREE:-false}"
                channel_id = "${UNSET_CHANNEL}"
                """)
            .with(
                "actors/two.toml",
                """
                [actor]
                enabled = false
                description = "${UNSET_TEXT}"
                [skills.narrative_execution]
                narrative_path = "nowhere"
                """)
            .load("actor_server.toml");

    assertThat(set.actors()).hasSize(3).noneMatch(ActorDefinition::enabled);
    assertThat(set.actors())
        .extracting(actor -> actor.name().value())
        .containsExactly("one", "two", "three");
  }

  @Test
  void allThreeBotsBecomeActorsOfThePipeline() {
    WorkingSet set =
        set("""
                [generation]
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"
                interval_hours = 24

                [curation]
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"
                check_interval_hours = 12
                check_interval_minutes = 30
                batch_size = 10

                [posting]
                narrative_path = "narratives/discord/poster.toml"
                narrative_name = "poster"
                base_interval_hours = 2
                jitter_minutes = 30
                """)
            .load("actor_server.toml");

    ActorDefinition generation = set.actor(new ActorName("generation")).orElseThrow();
    ActorDefinition curation = set.actor(new ActorName("curation")).orElseThrow();
    ActorDefinition posting = set.actor(new ActorName("posting")).orElseThrow();
    assertThat(generation.platform().type()).isEqualTo("noop");
    assertThat(((ActorSchedule.Interval) generation.schedule()).runOnStart()).isTrue();
    assertThat(curation.execution().drainQueue()).isTrue();
    assertThat(((ActorSchedule.Interval) curation.schedule()).every())
        .isEqualTo(Duration.ofMinutes(30));
    assertThat(((Skill.NarrativeExecution) curation.skills().get(0)).variables())
        .containsEntry("batch_size", "10");
    assertThat(posting.platform().type()).isEqualTo("discord");
    assertThat(((ActorSchedule.Interval) posting.schedule()).runOnStart()).isFalse();
    assertThat(((ActorSchedule.Interval) posting.schedule()).jitter())
        .isEqualTo(new Jitter(0, Duration.ofMinutes(30)));
  }

  private static WorkingSetFiles set(String server) {
    return WorkingSetFiles.of("actor_server.toml", server).withNarrative(PATH);
  }

  private static WorkingSet actorFile(String text) {
    return set("[[actors]]\nconfig_file = \"actors/posting.toml\"\n")
        .with("actors/posting.toml", text)
        .load("actor_server.toml");
  }

  private static void assertSame(WorkingSet set) {
    assertThat(set.warnings()).isEmpty();
    assertThat(set.actors()).containsExactly(POSTING);
    assertThat(set.narrative(POSTING.name(), (Skill.NarrativeExecution) POSTING.skills().get(0)))
        .satisfies(narrative -> assertThat(narrative.file()).isEqualTo(PATH));
  }
}
