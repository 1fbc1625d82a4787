package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.extracting;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.storing;
import static io.botticelli.core.engine.Narratives.templated;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StoreException;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables.Column;
import io.botticelli.core.table.ContentTables.StoreRequest;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentStorageTest {
  private static final String JSON = "[{\"a\":1},{\"a\":2}]";
  private final EngineFixture engine = new EngineFixture();

  @Test
  void onlyTheLastActIsStoredByDefault() {
    engine.model.answer("{\"a\":0}", JSON);

    RunResult result =
        engine.run(
            storing(narrative("n", act("a", text("x")), act("b", text("y"))), Optional.of("t")));

    StoreRequest request = engine.tables.stored.get(0);
    assertThat(engine.tables.stored).hasSize(1);
    assertThat(request.table()).isEqualTo("t");
    assertThat(request.act()).isEqualTo("b");
    assertThat(request.rows()).hasSize(2);
    assertThat(request.model()).contains("server-default");
    assertThat(request.runId()).isEqualTo("run-1");
    assertThat(request.narrativeFile()).isEqualTo("n.toml");
    assertThat(result.rowsStored()).isEqualTo(2);
    assertThat(engine.runs.act("b").rowsStored()).isEqualTo(2);
    assertThat(engine.runs.finished.get(0).contentStatus()).isEqualTo("stored");
  }

  @Test
  void rowsAreStoredBeforeTheNextActStarts() {
    engine.model.answer(JSON);
    engine.tables.onStore(
        request -> assertThat(engine.model.requests()).as("calls made so far").hasSize(1));

    engine.run(
        storing(
            narrative("n", extracting(act("a", text("x")), true), act("b", text("y"))),
            Optional.empty()));

    assertThat(engine.tables.stored).hasSize(1);
  }

  @Test
  void actMayForbidStoring() {
    engine.model.answer(JSON);

    engine.run(storing(narrative("n", extracting(act("a", text("x")), false)), Optional.of("t")));

    assertThat(engine.tables.stored).isEmpty();
  }

  @Test
  void narrativeAndRequestMayForbidStoring() {
    engine.model.answer(JSON, JSON);

    engine.run(narrative("n", extracting(act("a", text("x")), true)));
    engine.saveContent = false;
    engine.run(storing(narrative("n", act("a", text("x"))), Optional.of("t")));

    assertThat(engine.tables.stored).isEmpty();
  }

  @Test
  void nestedNarrativesDecideForThemselves() {
    engine.model.answer(JSON);
    Narrative inner = storing(narrative("inner", act("a", text("x"))), Optional.of("t"));

    engine.run(storing(narrative("outer", composition("c", inner)), Optional.of("u")));

    assertThat(engine.tables.stored)
        .extracting(StoreRequest::table)
        .as("a composition act stores nothing itself")
        .containsExactly("t");
  }

  @Test
  void actionActStoresOnlyOnExplicitRequest() {
    engine.platform.on("channels.list", JSON);

    engine.run(
        storing(narrative("n", act("a", command("channels.list", Map.of()))), Optional.of("t")));
    assertThat(engine.tables.stored).isEmpty();
    assertThat(engine.warnings).anyMatch(warning -> warning.contains("calls no model"));

    engine.run(
        storing(
            narrative("n", extracting(act("a", command("channels.list", Map.of())), true)),
            Optional.of("t")));
    assertThat(engine.tables.stored.get(0).model()).isEmpty();
  }

  @Test
  void plainTextWithoutExplicitTargetIsNoFailure() {
    engine.model.answer("just prose");

    RunResult result = engine.run(storing(narrative("n", act("a", text("x"))), Optional.empty()));

    assertThat(result.contentFailed()).isFalse();
    assertThat(engine.tables.failedGenerations).isEmpty();
    assertThat(engine.runs.finished.get(0).contentStatus()).isEqualTo("none");
  }

  @Test
  void plainTextWithAnExplicitTargetIsAContentFailureOfACompletedRun() {
    engine.model.answer("just prose");

    RunResult result = engine.run(storing(narrative("n", act("a", text("x"))), Optional.of("t")));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(result.contentFailed()).isTrue();
    assertThat(engine.tables.failedGenerations).hasSize(1);
    assertThat(engine.runs.finished.get(0).contentStatus()).isEqualTo("failed");
  }

  @Test
  void refusedTargetIsAContentFailure() {
    engine.model.answer(JSON);
    engine.tables.onStore(
        request -> {
          throw new TableException("table_not_allowed", "pg_class is a system table");
        });

    RunResult result =
        engine.run(storing(narrative("n", act("a", text("x"))), Optional.of("pg_class")));

    assertThat(result.contentFailed()).isTrue();
    assertThat(engine.tables.failedGenerations).containsExactly("pg_class is a system table");
  }

  @Test
  void lostDatabaseWhileStoringIsNotAContentFailure() {
    engine.model.answer(JSON);
    engine.tables.onStore(
        request -> {
          throw new StoreException("storing rows", "08006", true, null);
        });
    Narrative narrative = storing(narrative("n", act("a", text("x"))), Optional.of("t"));

    assertThatThrownBy(() -> engine.run(narrative)).isInstanceOf(StoreException.class);

    assertThat(engine.tables.failedGenerations).isEmpty();
  }

  @Test
  void contentFailureOfANestedNarrativeIsSeenOutside() {
    engine.model.answer("prose");
    Narrative inner = storing(narrative("inner", act("a", text("x"))), Optional.of("t"));

    RunResult result = engine.run(narrative("outer", composition("c", inner)));

    assertThat(result.contentFailed()).isTrue();
  }

  @Test
  void emptyArrayIsZeroRowsAndSuccess() {
    engine.model.answer("[]");

    RunResult result = engine.run(storing(narrative("n", act("a", text("x"))), Optional.of("t")));

    assertThat(result.contentFailed()).isFalse();
    assertThat(result.rowsStored()).isZero();
  }

  @Test
  void everyRepetitionOfAnActIsStoredSeparately() {
    engine.model.answer("{\"a\":1}", "{\"a\":2}");

    RunResult result =
        engine.run(
            storing(narrative("n", repeated(act("a", text("x")), 2, false)), Optional.of("t")));

    assertThat(engine.tables.stored).hasSize(2);
    assertThat(result.rowsStored()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "My Posts!,my_posts_",
    "2fast,t_2fast",
    "Übung-7,_bung_7",
    "a--b,a_b",
    "DROP TABLE x; --,drop_table_x_"
  })
  void tableNameIsMadeOfTheNarrativesName(String name, String table) {
    assertThat(TableNames.sanitise(name)).isEqualTo(table);
  }

  @Test
  void tableNameHasAtMost63Characters() {
    assertThat(TableNames.sanitise("x".repeat(100))).hasSize(63);
  }

  @Test
  void templateModeTellsTheModelTheColumnsAndStoresEveryAct() {
    engine.tables.describedAs(
        new Column("id", "bigint", false, false, Optional.empty()),
        new Column("name", "character varying", false, false, Optional.of(100)),
        new Column("topic", "text", true, false, Optional.empty()),
        new Column("review_status", "text", true, true, Optional.empty()));
    engine.model.answer("{\"id\":1}", "{\"id\":2}");

    engine.run(
        templated(
            storing(
                narrative("n", act("a", text("A quiet channel")), act("b", text("A loud one"))),
                Optional.of("t")),
            "discord_channels"));

    assertThat(engine.model.lastUserText())
        .contains(
            "- id: 64-bit integer, an 18-digit Discord id",
            "- name: text, at most 100 characters",
            "- topic: text (optional)",
            "A loud one",
            "Discord community")
        .doesNotContain("review_status");
    assertThat(engine.tables.stored)
        .extracting(StoreRequest::act)
        .as("each act describes one row")
        .containsExactly("a", "b");
    assertThat(engine.tables.stored.get(0).template()).contains("discord_channels");
  }

  @Test
  void templateModeLeavesATextAloneThatDescribesItsOutput() {
    engine.tables.describedAs(new Column("id", "bigint", false, false, Optional.empty()));
    engine.model.answer("{\"id\":1}");

    engine.run(
        templated(
            storing(narrative("n", act("a", text("Write a JSON Object"))), Optional.of("t")),
            "discord_channels"));

    assertThat(engine.model.lastUserText()).isEqualTo("Write a JSON Object");
  }

  @Test
  void namesThePlaceOfEachResponseAlikeOnEveryAttempt() {
    engine.model.answer(JSON, JSON, JSON, JSON);
    Narrative narrative = storing(narrative("n", act("a", text("x"))), Optional.of("t"));

    engine.run(repeated(narrative, 2, false));
    List<String> first = engine.tables.stored.stream().map(StoreRequest::place).toList();
    engine.tables.stored.clear();
    engine.run(repeated(narrative, 2, false));

    assertThat(first).hasSize(2).doesNotHaveDuplicates();
    assertThat(engine.tables.stored)
        .extracting(StoreRequest::place)
        .containsExactlyElementsOf(first);
  }
}
