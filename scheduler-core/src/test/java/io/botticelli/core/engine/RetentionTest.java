package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.fileText;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.nested;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final String LARGE = "é".repeat(5_001);
  private final EngineFixture engine = new EngineFixture();

  @Test
  void summaryReplacesATableAfterItsOwnCall() {
    engine.tables.row("facts", "{\"id\":1}").row("facts", "{\"id\":2}");

    String later = secondCall(act("a", text("go"), facts(Retention.SUMMARY)));

    assertThat(firstCall()).as("the act's own call sees the rows").contains("\"id\"");
    assertThat(later).isEqualTo("go\n\n[Table: facts, 2 rows]");
  }

  @Test
  void dropRemovesAPart() {
    engine.tables.row("facts", "{\"id\":1}");

    String later = secondCall(act("a", text("go"), facts(Retention.DROP)));

    assertThat(later).isEqualTo("go");
  }

  @Test
  void commandsAndNestedNarrativesHaveTheirOwnSummaries() {
    engine.platform.on("channels.list", "[]");
    ActInput list =
        command("discord", "channels.list", Map.of(), Optional.empty(), Retention.SUMMARY);
    ActInput inner = nested(narrative("inner", act("x", text("1"))), Retention.SUMMARY);

    String later = secondCall(act("a", text("go"), list, inner));

    assertThat(later)
        .isEqualTo("go\n\n[Bot command: discord.channels.list]\n\n[Nested narrative: inner]");
  }

  @Test
  void largeFileTextIsSummarisedAndLargeInlineTextIsKept() {
    String later = secondCall(act("a", text(LARGE), fileText(LARGE)));

    assertThat(later).isEqualTo(LARGE + "\n\n[Text: ~9KB]");
  }

  @Test
  void thresholdCountsUtf8BytesAndIsExclusive() {
    String later = secondCall(act("a", text("go"), fileText("é".repeat(5_000))));

    assertThat(later).endsWith("é");
  }

  @Test
  void largeOutputOfAnActionActIsSeenByTheNextCallAndSummarisedAfterwards() {
    engine.tables.row("facts", "{\"id\":1,\"body\":\"" + LARGE + "\"}");

    engine.run(
        narrative(
            "n",
            act("fetch", facts(Retention.FULL)),
            act("a", text("use it")),
            act("b", text("again"))));

    assertThat(firstCall()).contains(LARGE);
    assertThat(engine.model.requests().get(1).messages().get(0).text())
        .isEqualTo("[output of act fetch]\n[Table: facts, 1 rows]\n\nuse it");
  }

  @Test
  void actionActLeavesOnlyTheSummaryItAsksFor() {
    engine.tables.row("facts", "{\"id\":1}");

    engine.run(narrative("n", act("fetch", facts(Retention.SUMMARY)), act("a", text("use it"))));

    assertThat(firstCall()).isEqualTo("[output of act fetch]\n[Table: facts, 1 rows]\n\nuse it");
  }

  @Test
  void noteStaysWhenEverythingIsDropped() {
    engine.tables.row("facts", "{\"id\":1}");

    engine.run(narrative("n", act("fetch", facts(Retention.DROP)), act("a", text("use it"))));

    assertThat(firstCall()).isEqualTo("[output of act fetch]\n[inputs removed]\n\nuse it");
  }

  @Test
  void assistantTurnsAreNeverTouched() {
    engine.model.answer(LARGE);

    engine.run(narrative("n", act("a", text("x")), act("b", text("y"))));

    assertThat(engine.model.requests().get(1).messages().get(1).text()).isEqualTo(LARGE);
  }

  private String firstCall() {
    return engine.model.requests().get(0).messages().get(0).text();
  }

  /** Runs the act and another one, returns what the other one's call says of the first act. */
  private String secondCall(Act first) {
    engine.run(narrative("n", first, act("later", text("and now"))));
    return engine.model.requests().get(engine.model.requests().size() - 1).messages().get(0).text();
  }

  private static ActInput facts(Retention retention) {
    return table("facts", Optional.empty(), Optional.empty(), TableFormat.JSON, retention);
  }
}
