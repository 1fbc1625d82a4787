package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.pending;
import static io.botticelli.core.engine.Narratives.preserving;
import static io.botticelli.core.engine.Narratives.pulling;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.storing;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static io.botticelli.core.engine.Narratives.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.InMemoryTables.Settlement;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables.ReadMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowAffinityTest {
  private static final String WHERE = "review_status = 'pending'";
  private static final Map<String, Object> POSTED = Map.of("review_status", "posted");
  private final EngineFixture engine = new EngineFixture();

  @Test
  void updateUnderTheSameFilterChangesExactlyTheRowsRead() {
    rows();

    RunResult result =
        engine.run(
            narrative(
                "n", act("read", pending("posts")), act("mark", update("posts", WHERE, POSTED))));

    assertThat(engine.tables.updates.get(0).keys()).contains(List.of(5L));
    assertThat(result.response()).isEqualTo("{\"rows_affected\":1,\"table_name\":\"posts\"}");
  }

  @Test
  void blanksDoNotMakeAFilterAnother() {
    rows();

    engine.run(
        narrative(
            "n",
            act("read", pending("posts")),
            act("mark", update("posts", " review_status  =\n'pending' ", POSTED))));

    assertThat(engine.tables.updates.get(0).keys()).contains(List.of(5L));
    assertThat(engine.tables.reads.get(0).mode()).isEqualTo(ReadMode.CLAIM);
  }

  @Test
  void updateUnderAnotherFilterChangesWhatItSelects() {
    rows();

    engine.run(
        narrative(
            "n",
            act("read", pending("posts")),
            act("mark", update("posts", "review_status = 'approved'", POSTED))));

    assertThat(engine.tables.updates.get(0).keys()).isEmpty();
    assertThat(engine.tables.reads.get(0).mode()).isEqualTo(ReadMode.SHARED);
  }

  @Test
  void unlimitedReadGivesNoAffinity() {
    rows();
    TableRead all =
        table("posts", Optional.of(WHERE), Optional.empty(), TableFormat.JSON, Retention.FULL);

    engine.run(narrative("n", act("read", all), act("mark", update("posts", WHERE, POSTED))));

    assertThat(engine.tables.updates.get(0).keys()).isEmpty();
  }

  @Test
  void updateThatNamesTheRowByAPlaceholderClaimsTheRead() {
    rows();

    engine.run(
        narrative(
            "n",
            act("read", pending("posts")),
            act("mark", update("posts", "id = {{read.0.id}}", POSTED))));

    assertThat(engine.tables.reads.get(0).mode()).isEqualTo(ReadMode.CLAIM);
    assertThat(engine.tables.updates.get(0).update().where()).isEqualTo("id = '5'");
  }

  @Test
  void unlimitedLookAtTheTableIsNeverClaimed() {
    rows();

    engine.run(
        narrative(
            "n",
            act("read", table("posts")),
            act("mark", update("posts", "id = {{read.0.id}}", POSTED))));

    assertThat(engine.tables.reads.get(0).mode()).isEqualTo(ReadMode.SHARED);
  }

  @Test
  void nothingReadMeansNothingIsUpdated() {
    engine.tables.row("posts", "{\"id\":7,\"review_status\":\"other\"}");
    Narrative narrative =
        narrative("n", act("read", pending("posts")), act("mark", update("posts", WHERE, POSTED)));

    RunResult result = engine.run(narrative);

    assertThat(result.response()).startsWith("{\"rows_affected\":0");
    assertThat(engine.tables.updates).isEmpty();
  }

  @Test
  void placeholdersInsideUpdatesAreReplaced() {
    rows();
    engine.model.answer("{\"score\":9}");

    engine.run(
        narrative(
            "n",
            act("judge", text("x")),
            act("mark", update("posts", "id = 5", Map.of("rating", "{{judge.score}}", "n", 3L)))));

    assertThat(engine.tables.updates.get(0).update().values())
        .hasEntrySatisfying("rating", value -> assertThat(value.textValue()).isEqualTo("9"))
        .hasEntrySatisfying("n", value -> assertThat(value.isIntegralNumber()).isTrue());
  }

  @Test
  void argumentsOfAnUpdateAreCoercedAndTheTargetIsAllowed() {
    rows();
    Narrative narrative =
        storing(
            narrative(
                "n",
                act(
                    "mark",
                    command(
                        "database",
                        "database.update_table",
                        Map.of(
                            "table_name",
                            "Posts",
                            "where",
                            "id = 5",
                            "updates",
                            POSTED,
                            "limit",
                            "2"),
                        Optional.empty(),
                        Retention.FULL))),
            Optional.of("mine"));

    engine.run(narrative);

    assertThat(engine.tables.updates.get(0).update().table()).isEqualTo("posts");
    assertThat(engine.tables.updates.get(0).update().limit()).contains(2);
    assertThat(engine.tables.updates.get(0).update().extraAllowedTables()).containsExactly("mine");
  }

  @Test
  void readIsDestructiveOnlyWhenAskedForExplicitly() {
    assertThat(modeOf(narrative("n", act("a", table("posts"))))).isEqualTo(ReadMode.SHARED);
    assertThat(modeOf(narrative("n", act("a", pulling(table("posts"), true)))))
        .isEqualTo(ReadMode.CONSUME);
    assertThat(modeOf(preserving(narrative("n", act("a", table("posts"))), false)))
        .isEqualTo(ReadMode.CONSUME);
    assertThat(modeOf(preserving(narrative("n", act("a", pulling(table("posts"), false))), false)))
        .isEqualTo(ReadMode.SHARED);
    assertThat(modeOf(preserving(narrative("n", act("a", pulling(table("posts"), true))), true)))
        .as("preserve_source forbids deletion")
        .isEqualTo(ReadMode.SHARED);
  }

  @Test
  void claimsAreSettledOncePerIterationUnderTheirOwnScope() {
    rows();

    engine.run(repeated(narrative("n", act("a", pulling(table("posts"), true))), 2, false));

    assertThat(engine.tables.settled)
        .containsExactly(new Settlement("n#1", true), new Settlement("n#2", true));
    assertThat(engine.tables.reads)
        .extracting(InMemoryTables.ReadCall::scope)
        .containsExactly("n#1", "n#2");
  }

  @Test
  void passThatFailedForGoodReleasesWhatItClaimed() {
    rows();
    engine.model.fail(failure(ModelException.Kind.AUTHENTICATION));

    engine.run(narrative("n", act("a", pulling(table("posts"), true), text("x"))));

    assertThat(engine.tables.settled).containsExactly(new Settlement("n", false));
  }

  @Test
  void passThatMayBeTriedAgainKeepsItsRowsForTheRetry() {
    rows();
    engine.model.fail(failure(ModelException.Kind.UNAVAILABLE));

    engine.run(narrative("n", act("a", pulling(table("posts"), true), text("x"))));

    assertThat(engine.tables.settled).isEmpty();
  }

  private static ModelException failure(ModelException.Kind kind) {
    return new ModelException(kind, "refused", 0, null, null);
  }

  @Test
  void passThatCouldNotStoreItsContentReleasesWhatItClaimed() {
    rows();
    engine.model.answer("no json");

    RunResult result =
        engine.run(
            storing(
                narrative("n", act("a", pulling(table("posts"), true), text("x"))),
                Optional.of("t")));

    assertThat(result.contentFailed()).isTrue();
    assertThat(engine.tables.settled).containsExactly(new Settlement("n", false));
  }

  private ReadMode modeOf(Narrative narrative) {
    engine.tables.reads.clear();
    engine.run(narrative);
    return engine.tables.reads.get(0).mode();
  }

  private void rows() {
    engine
        .tables
        .row("posts", "{\"id\":5,\"review_status\":\"pending\"}")
        .row("posts", "{\"id\":6,\"review_status\":\"pending\"}");
  }
}
