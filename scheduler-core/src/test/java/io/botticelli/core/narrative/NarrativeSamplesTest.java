package io.botticelli.core.narrative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.groups.Tuple.tuple;

import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.Media;
import io.botticelli.core.narrative.ActInput.NestedNarrative;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.ActInput.Text;
import io.botticelli.core.toml.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NarrativeSamplesTest {
  private final NarrativeParser parser =
      NarrativeFiles.parser(
          NarrativeFiles.below("sample"), Map.of("POST_CHANNEL", "42", "GUILD", "7"));

  @Test
  void loadsSeveralNarrativesOfOneFileWithCompositionAndCarousel() {
    NarrativeFile file = parser.parse("batch.toml");

    NarrativeFile.Loaded loaded = file.choose(Optional.of("rounds"));

    Narrative rounds = loaded.narrative();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(file.narratives())
        .extracting(NarrativeFile.NarrativeName::key)
        .containsExactly("product_posts", "tip_posts", "rounds");
    assertThat(rounds.name()).isEqualTo("all_rounds");
    assertThat(rounds.carousel().orElseThrow().iterations()).isEqualTo(3);
    assertThat(rounds.carousel().orElseThrow().estimatedTokensPerIteration()).isEqualTo(4000);
    assertThat(rounds.carousel().orElseThrow().continueOnError()).isTrue();
    assertThat(rounds.carousel().orElseThrow().budget().rpm()).contains(0.5);
    Narrative products = rounds.acts().get(0).composition().orElseThrow();
    assertThat(products.target()).contains("draft_posts");
    assertThat(products.acts())
        .extracting(Act::name)
        .containsExactly("product_draft", "product_critique", "product_final");
    assertThat(products.acts().get(0).inputs())
        .containsExactly(
            new Text("The product has no bugs.\n", Optional.of("docs/facts.md")),
            new Text("Write a draft", Optional.empty()));
    assertThat(rounds.acts().get(1).composition().orElseThrow().acts().get(1).inputs())
        .containsExactly(new Text("Improve {{tip_draft}} and answer with JSON", Optional.empty()));
  }

  @Test
  void takesEachModelSettingFromTheInnermostPlaceThatHasIt() {
    NarrativeFile file = parser.parse("batch.toml");

    Narrative products = file.choose(Optional.of("product_posts")).narrative();

    assertThat(products.settings())
        .isEqualTo(
            new ModelSettings(
                Optional.of("gemini-2.5-flash"), Optional.of(0.8), Optional.of(1200)));
    assertThat(products.acts().get(0).settings()).isEqualTo(ModelSettings.NONE);
    assertThat(products.acts().get(1).settings())
        .isEqualTo(
            new ModelSettings(
                Optional.of("gemini-2.5-flash-lite"), Optional.of(0.3), Optional.of(800)));
    assertThat(products.acts().get(2).settings())
        .isEqualTo(new ModelSettings(Optional.empty(), Optional.of(1.0), Optional.of(900)));
  }

  @Test
  void loadsAPosterWithResourcesAndNestedUpdates() {
    NarrativeFile.Loaded loaded = parser.parse("poster.toml").choose(Optional.empty());

    List<Act> acts = loaded.narrative().acts();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(acts.get(0).inputs().get(0))
        .isEqualTo(
            new TableRead(
                "approved_posts",
                "next_post",
                List.of("id", "text_content"),
                Optional.of("review_status = 'pending'"),
                Optional.of(1),
                Optional.empty(),
                Optional.of("generated_at ASC NULLS LAST, id"),
                TableFormat.MARKDOWN,
                Optional.empty(),
                Optional.empty(),
                Retention.DROP,
                false));
    BotCommand send = (BotCommand) acts.get(1).inputs().get(0);
    assertThat(send.arguments())
        .containsExactly(
            entry("channel_id", "42"), entry("content", "{{fetch}}"), entry("tts", false));
    assertThat(send.required()).contains(true);
    assertThat(send.cacheSeconds()).contains(0);
    assertThat(send.storeAs()).contains("LAST_POST");
    BotCommand mark = (BotCommand) acts.get(2).inputs().get(0);
    assertThat(mark.arguments())
        .containsEntry("limit", 1L)
        .containsEntry(
            "updates",
            Map.of(
                "review_status",
                "posted",
                "posted_at",
                "NOW()",
                "message_id",
                "${send.id}",
                "note",
                List.of("42", "$5", 1234567890123456789L)));
    assertThat(acts).extracting(Act::isAction).containsExactly(false, true, true);
  }

  @Test
  void loadsActsWithoutHeadersAndStrayArguments() {
    NarrativeFile.Loaded loaded = parser.parse("channels.toml").choose(Optional.empty());

    List<ActInput> rooms = loaded.narrative().acts().get(1).inputs();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(((BotCommand) rooms.get(0)).capture()).containsExactly(entry("general_room", "id"));
    assertThat(((BotCommand) rooms.get(0)).arguments()).containsEntry("guild_id", "7");
    assertThat(((BotCommand) rooms.get(1)).arguments())
        .containsExactly(
            entry("guild_id", "7"),
            entry("name", "showcase"),
            entry("channel_type", "text"),
            entry("topic", "see ${general_room} in {{state:welcome_room}}"),
            entry("position", 2L));
    assertThat(((BotCommand) rooms.get(1)).required()).contains(false);
  }

  @Test
  void loadsATableOfContentsThatIsATableAndAnActListedTwice() {
    NarrativeFile.Loaded loaded = parser.parse("faq.toml").choose(Optional.of("FAQ_ENTRIES"));

    Narrative faq = loaded.narrative();
    assertThat(loaded.warnings()).isEmpty();
    assertThat(faq.acts()).extracting(Act::name).containsExactly("analyse", "write", "write");
    assertThat(faq.carousel().orElseThrow().iterations()).isEqualTo(3);
    assertThat(faq.target()).contains("faq");
    assertThat(faq.allowEmptySource()).isTrue();
    assertThat(faq.budget().rpm()).contains(0.5);
    assertThat(faq.budget().tpd()).contains(1.0);
    assertThat(((TableRead) faq.acts().get(0).inputs().get(0)).alias()).isEqualTo("faq");
    assertThat(faq.acts().get(1).extractOutput()).contains(true);
    assertThat(faq.acts().get(1).carousel().orElseThrow().iterations()).isEqualTo(2);
    assertThat(faq.acts().get(1).stateCapture()).containsExactly(entry("faq_id", "$.id"));
  }

  @Test
  void attachesNestedNarrativesOfOtherFiles() {
    NarrativeFile.Loaded loaded = parser.parse("publish.toml").choose(Optional.empty());

    List<Act> acts = loaded.narrative().acts();
    NestedNarrative entries = (NestedNarrative) acts.get(0).inputs().get(0);
    assertThat(entries.narrative().name()).isEqualTo("faq_entries");
    assertThat(entries.narrative().carousel()).isPresent();
    assertThat(entries.retention()).isEqualTo(Retention.DROP);
    NestedNarrative poster = (NestedNarrative) acts.get(1).inputs().get(0);
    assertThat(poster.narrative().name()).isEqualTo("poster");
    assertThat(poster.retention()).isEqualTo(Retention.SUMMARY);
    NestedNarrative tips = (NestedNarrative) acts.get(2).inputs().get(0);
    assertThat(tips.narrative().name()).isEqualTo("tip_posts");
    TableRead table = (TableRead) acts.get(1).inputs().get(1);
    assertThat(table.sample()).contains(3);
    assertThat(table.pullAndDelete()).contains(true);
    assertThat(table.alias()).isEqualTo("entries");
  }

  @Test
  void infersKindAndTypeOfMedia() {
    NarrativeFile.Loaded loaded = parser.parse("gallery.toml").choose(Optional.empty());

    List<ActInput> inputs = loaded.narrative().acts().get(0).inputs();
    assertThat(inputs.subList(0, 7))
        .extracting(input -> ((Media) input).kind(), input -> ((Media) input).mime().orElse("-"))
        .containsExactly(
            tuple("image", "image/png"),
            tuple("video", "-"),
            tuple("document", "text/markdown"),
            tuple("audio", "audio/wav"),
            tuple("image", "image/png"),
            tuple("document", "application/pdf"),
            tuple("image", "image/png"));
    assertThat(((Media) inputs.get(2)).file()).contains("docs/facts.md");
    assertThat(inputs.get(7)).isInstanceOf(Text.class);
  }

  @Test
  void loadsAListOfActsWithADeprecationWarning() {
    NarrativeFile.Loaded loaded = parser.parse("legacy_list.toml").choose(Optional.of("report"));

    List<Act> acts = loaded.narrative().acts();
    assertThat(loaded.warnings()).extracting(Problem::code).contains("deprecated_form");
    assertThat(acts).extracting(Act::name).containsExactly("stock", "act_2");
    assertThat(acts.get(0).inputs()).hasSize(2);
    assertThat(acts.get(0).isAction()).isFalse();
    assertThat(((BotCommand) acts.get(1).inputs().get(0)).arguments())
        .containsExactly(entry("name", "tester"), entry("guild_id", "1"));
  }

  @Test
  void loadsAListOfActsNamedAtTheRoot() {
    Narrative narrative = parser.parse("legacy_named.toml").choose(Optional.empty()).narrative();

    assertThat(narrative.name()).isEqualTo("noop");
    assertThat(narrative.skipContentGeneration()).isTrue();
    assertThat(narrative.acts()).extracting(Act::name).containsExactly("only");
  }

  @Test
  void loadsDefinitionsBelowTheOlderKey() {
    Narrative narrative = parser.parse("older_key.toml").choose(Optional.of("all")).narrative();

    Narrative extract = narrative.acts().get(0).composition().orElseThrow();
    assertThat(extract.target()).contains("results");
    assertThat(extract.acts().get(0).settings().maxTokens()).contains(10);
  }

  @Test
  void loadsMetadataInPlaceOfANarrative() {
    NarrativeFile.Loaded loaded = parser.parse("metadata.toml").choose(Optional.empty());

    assertThat(loaded.narrative().name()).isEqualTo("guide");
    assertThat(loaded.warnings()).extracting(Problem::code).containsExactly("deprecated_form");
  }

  @Test
  void loadsStepsAsActs() {
    NarrativeFile.Loaded loaded = parser.parse("legacy_steps.toml").choose(Optional.empty());

    Narrative narrative = loaded.narrative();
    assertThat(loaded.warnings()).extracting(Problem::code).containsExactly("deprecated_form");
    assertThat(narrative.name()).isEqualTo("morning_greeting");
    assertThat(narrative.description()).isEqualTo("Greets every morning");
    assertThat(narrative.skipContentGeneration()).isTrue();
    assertThat(narrative.settings().temperature()).contains(0.4);
    assertThat(narrative.acts())
        .extracting(Act::name)
        .containsExactly("step_1", "step_2", "step_3", "step_4");
    assertThat(narrative.acts().get(0).inputs())
        .containsExactly(
            new Text("You are kind.", Optional.empty()),
            new Text("Write a greeting", Optional.empty()));
    BotCommand create = (BotCommand) narrative.acts().get(1).inputs().get(0);
    assertThat(create.platform()).isEqualTo("discord");
    assertThat(create.arguments()).containsEntry("guild_id", "7");
    assertThat(((BotCommand) narrative.acts().get(2).inputs().get(0)).arguments())
        .containsExactly(entry("channel_id", "${prev.id}"), entry("content", "{{step_1}}"));
    assertThat(((BotCommand) narrative.acts().get(3).inputs().get(0)).arguments())
        .containsExactly(entry("channel_id", "${prev.channel_id}"), entry("content", "{{step_1}}"));
  }
}
