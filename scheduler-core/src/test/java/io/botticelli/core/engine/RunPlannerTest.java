package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.RunPlan.Kind;
import io.botticelli.core.engine.RunPlan.PlannedAct;
import io.botticelli.core.engine.RunPlan.PlannedInput;
import io.botticelli.core.engine.RunPlan.PlannedNarrative;
import io.botticelli.core.engine.RunPlan.Totals;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.core.toml.MemorySourceFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunPlannerTest {
  private static final Path ROOT =
      Path.of(System.getProperty("botticelli.project.root")).toAbsolutePath().normalize();

  private final RunPlanner planner =
      new RunPlanner(name -> name.equals("SET") ? Optional.of("x") : Optional.empty());

  private static Narrative shipped(String file, String name) {
    DiskSourceFiles files = new DiskSourceFiles(ROOT, Optional.empty(), ROOT);
    return new NarrativeParser(files, variable -> Optional.empty())
        .parse("narratives/discord/" + file)
        .choose(Optional.of(name), Set.of())
        .narrative();
  }

  private static Narrative written(String toml) {
    return new NarrativeParser(
            new MemorySourceFiles(Map.of("n.toml", toml)), variable -> Optional.empty())
        .parse("n.toml")
        .choose(Optional.of("n"), Set.of("given"))
        .narrative();
  }

  private RunPlan plan(Narrative narrative) {
    return planner.plan(
        new RunPlanner.Request(
            narrative,
            Optional.of("general"),
            Optional.empty(),
            Optional.empty(),
            Map.of("given", "v"),
            true));
  }

  @Test
  void countsSeventyFiveCallsAndFifteenStoresOfTheShippedBatch() {
    RunPlan plan = plan(shipped("generation_carousel.toml", "batch_generate"));

    assertThat(plan.totals().modelCalls()).isEqualTo(75);
    assertThat(plan.totals().stores()).isEqualTo(15);
    assertThat(plan.totals().writeCommands()).isZero();
    assertThat(plan.totals().estimatedTokens()).isGreaterThan(75 * 100);
    assertThat(plan.root().iterations()).isEqualTo(3);
    assertThat(plan.narratives())
        .extracting(PlannedNarrative::name)
        .containsExactly(
            "batch_generate", "feature", "usecase", "tutorial", "community", "problem_solution");
    assertThat(plan.narratives().get(1).acts())
        .allSatisfy(act -> assertThat(act.unresolved()).as(act.name()).isEmpty())
        .last()
        .satisfies(act -> assertThat(act.storesInto()).contains("potential_discord_posts"));
  }

  @Test
  void saysThatPostingClaimsTheRowItSendsAndMarks() {
    RunPlan plan = plan(shipped("posting.toml", "posting"));

    PlannedAct prepare = plan.root().acts().get(0);
    PlannedAct send = plan.root().acts().get(1);
    PlannedAct mark = plan.root().acts().get(2);
    assertThat(prepare.inputs()).extracting(PlannedInput::type).containsExactly("table", "text");
    assertThat(prepare.inputs().get(0).mode()).contains(ReadMode.CLAIM);
    assertThat(send.kind()).isEqualTo(Kind.ACTION);
    assertThat(send.inputs().get(0).subject()).isEqualTo("discord.messages.send");
    assertThat(send.inputs().get(0).writes()).contains("discord");
    assertThat(mark.inputs().get(0).writes()).contains("table approved_discord_posts");
    assertThat(plan.root().acts())
        .allSatisfy(act -> assertThat(act.unresolved()).as(act.name()).isEmpty());
    assertThat(plan.totals()).extracting(Totals::modelCalls).isEqualTo(1L);
    assertThat(plan.totals().writeCommands()).isEqualTo(2);
    assertThat(plan.totals().stores()).isZero();
  }

  @Test
  void saysThatCurationConsumesItsCandidatesAndStoresOnce() {
    RunPlan plan = plan(shipped("curation.toml", "curation"));

    assertThat(plan.root().acts().get(0).inputs())
        .filteredOn(input -> input.type().equals("table"))
        .singleElement()
        .satisfies(input -> assertThat(input.mode()).contains(ReadMode.CONSUME));
    assertThat(plan.totals().modelCalls()).isEqualTo(2);
    assertThat(plan.totals().stores()).isEqualTo(1);
  }

  @Test
  void namesPlaceholdersThatStandForNothing() {
    RunPlan plan =
        plan(
            written(
                """
                [narrative]
                name = "n"
                skip_content_generation = true
                [toc]
                order = ["one", "send"]
                [bots.b]
                platform = "discord"
                command = "messages.send"
                channel_id = "${channel_id}"
                content = "{{one.title}} {{given}} ${env:MISSING} ${env:SET} ${state:kept} $PROSE"
                [acts]
                one = "{{two}} {{now}} {{previous}} {% for r in rows %}{{r.x}}{{lost}}{% endfor %}"
                send = "bots.b"
                """));

    assertThat(plan.root().acts().get(0).unresolved()).containsExactly("two", "previous", "lost");
    assertThat(plan.root().acts().get(1).unresolved()).containsExactly("env:MISSING");
    assertThat(plan.root().acts().get(1).fromState()).containsExactly("kept");
  }

  @Test
  void estimatesTokensFromWrittenTextAndOutputLimits() {
    RunPlan plan =
        plan(
            written(
                """
                [narrative]
                name = "n"
                [toc]
                order = ["one", "two"]
                [acts]
                two = "12345678"
                [acts.one]
                prompt = "1234"
                max_tokens = 50
                [acts.one.carousel]
                iterations = 2
                """));

    assertThat(plan.totals()).isEqualTo(new Totals(3, 1, 0, 2 * (1 + 50) + 2 + 1000));
    assertThat(plan.root().acts().get(0).repetitions()).isEqualTo(2);
  }

  @Test
  void staysSmallAndFiniteWhateverNestsInWhatever() {
    StringBuilder toml = new StringBuilder("[narrative.n]\ntoc = [\"a\", \"b\"]\n");
    toml.append("[narrative.n.carousel]\niterations = 2000000000\n");
    toml.append(
        "[narrative.n.acts.a]\nnarrative = \"l1\"\n[narrative.n.acts.b]\nnarrative = \"l1\"\n");
    for (int level = 1; level <= 6; level++) {
      String name = "narrative.l" + level;
      toml.append("[").append(name).append("]\ntoc = [\"a\", \"b\"]\n");
      toml.append("[").append(name).append(".carousel]\niterations = 2000000000\n");
      for (String act : new String[] {"a", "b"}) {
        toml.append("[").append(name).append(".acts.").append(act).append("]\n");
        toml.append(level < 6 ? "narrative = \"l" + (level + 1) + "\"\n" : "prompt = \"x\"\n");
      }
    }

    RunPlan plan = plan(written(toml.toString()));

    assertThat(plan.narratives()).hasSize(7);
    assertThat(plan.totals().modelCalls()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void plansNoStoresWhenNoneAreWantedAndTheModelThatIsAskedFor() {
    RunPlan plan =
        planner.plan(
            new RunPlanner.Request(
                shipped("curation.toml", "curation"),
                Optional.empty(),
                Optional.of("fallback"),
                Optional.of("offline"),
                Map.of(),
                false));

    assertThat(plan.totals().stores()).isZero();
    assertThat(plan.root().acts()).allSatisfy(act -> assertThat(act.model()).contains("offline"));
  }
}
