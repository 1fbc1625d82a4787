package io.botticelli.core.table.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.table.ContentReview;
import io.botticelli.core.table.ContentReview.ReviewStatus;
import io.botticelli.core.table.ContentReview.ReviewedRow;
import io.botticelli.core.table.ContentReview.RowChange;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("db")
class JdbcContentReviewDbTest {
  private static final String TABLE = "drafts";

  private final TableFixture fixture = new TableFixture();
  private final TestDatabase database = fixture.database;
  private final ContentReview review =
      new JdbcContentReview(database.transactions(), TableSettings.DEFAULT);

  @BeforeEach
  void storeRows() {
    fixture.store(TABLE, "{`title`:`One`,`score`:7}", "{`title`:`Two`,`score`:8}");
  }

  private static RowChange row(long id) {
    return new RowChange(TABLE, id, Optional.empty(), "test");
  }

  private static RowChange row(long id, String version) {
    return new RowChange(TABLE, id, Optional.of(version), "test");
  }

  private String version(long id) {
    return review.find(TABLE, id).flatMap(ReviewedRow::version).orElseThrow();
  }

  private String code(Callable<?> call) {
    try {
      call.call();
    } catch (TableException refused) {
      return refused.code();
    } catch (Exception other) {
      throw new AssertionError(other);
    }
    return "accepted";
  }

  @Test
  void listsRowsWithTheVersionThatFindReturns() {
    List<ReviewedRow> rows = review.list(TABLE, Optional.of("pending"), 10).orElseThrow();

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).row().has("xmin")).isFalse();
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(review.find(TABLE, row.row().path("id").asLong()))
                    .map(ReviewedRow::version)
                    .hasValue(row.version()));
    assertThat(review.list("nothing_here", Optional.empty(), 10)).isEmpty();
  }

  @Test
  void setsTagsRatingAndStatusAndGivesANewVersionEachTime() {
    String before = version(1);

    String tagged =
        review.tag(row(1, before), Optional.of(List.of("fun", "it's, \"x\"")), Optional.of(5));
    String reviewed = review.review(row(1, tagged), ReviewStatus.APPROVED);

    assertThat(List.of(before, tagged, reviewed)).doesNotHaveDuplicates();
    var row = review.find(TABLE, 1).orElseThrow();
    assertThat(row.version()).hasValue(reviewed);
    assertThat(row.row().path("tags").toString()).isEqualTo("[\"fun\",\"it's, \\\"x\\\"\"]");
    assertThat(row.row().path("rating").asInt()).isEqualTo(5);
    assertThat(row.row().path("review_status").asText()).isEqualTo("approved");
    assertThat(review.find(TABLE, 2).orElseThrow().row().path("review_status").asText())
        .isEqualTo("pending");
  }

  @Test
  void leavesTagsAloneWhenOnlyRatedAndRemovesThemWhenEmpty() {
    review.tag(row(1), Optional.of(List.of("a")), Optional.empty());
    review.tag(row(1), Optional.empty(), Optional.of(1));

    assertThat(review.find(TABLE, 1).orElseThrow().row().path("tags")).hasSize(1);

    review.tag(row(1), Optional.of(List.of()), Optional.empty());

    assertThat(review.find(TABLE, 1).orElseThrow().row().path("tags")).isEmpty();
    assertThat(review.find(TABLE, 1).orElseThrow().row().path("rating").asInt()).isEqualTo(1);
  }

  @Test
  void refusesAStaleVersionAndChangesNothing() {
    String seen = version(1);
    database.execute("UPDATE content.drafts SET title = 'changed' WHERE id = 1");

    assertThatThrownBy(() -> review.delete(row(1, seen)))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("somebody changed it")
        .hasMessageContaining(version(1));
    assertThat(code(() -> review.review(row(1, seen), ReviewStatus.REJECTED)))
        .isEqualTo("row_changed");
    assertThat(code(() -> review.tag(row(1, seen), Optional.empty(), Optional.of(2))))
        .isEqualTo("row_changed");
    assertThat(code(() -> review.promote(row(1, seen), "other", Optional.empty())))
        .isEqualTo("row_changed");
    assertThat(database.value("SELECT title || review_status FROM content.drafts WHERE id = 1"))
        .isEqualTo("changedpending");
  }

  @Test
  void letsExactlyOneOfManyWithTheSameVersionWin() throws Exception {
    String seen = version(1);
    ExecutorService people = Executors.newFixedThreadPool(4);
    List<Future<String>> outcomes = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        ReviewStatus wanted = i % 2 == 0 ? ReviewStatus.APPROVED : ReviewStatus.REJECTED;
        outcomes.add(people.submit(() -> code(() -> review.review(row(1, seen), wanted))));
      }

      List<String> codes = new ArrayList<>();
      for (Future<String> outcome : outcomes) {
        codes.add(outcome.get());
      }
      assertThat(codes).containsOnlyOnce("accepted").contains("row_changed");
      assertThat(Set.copyOf(codes)).containsExactlyInAnyOrder("accepted", "row_changed");
    } catch (ExecutionException failure) {
      throw new AssertionError(failure.getCause());
    } finally {
      people.shutdownNow();
    }
  }

  @Test
  void promotesSharedDataColumnsOnlyAndMarksTheSource() {
    fixture.store("approved", "{`title`:`Old`,`extra`:`x`}");
    review.tag(row(1), Optional.of(List.of("mine")), Optional.of(3));

    long copy = review.promote(row(1, version(1)), "approved", Optional.of(ReviewStatus.APPROVED));

    var copied = review.find("approved", copy).orElseThrow().row();
    assertThat(copy).isEqualTo(2);
    assertThat(copied.path("title").asText()).isEqualTo("One");
    assertThat(copied.path("extra").isNull()).isTrue();
    assertThat(copied.path("review_status").asText()).isEqualTo("pending");
    assertThat(copied.path("tags").isNull()).isTrue();
    assertThat(review.find(TABLE, 1).orElseThrow().row().path("review_status").asText())
        .isEqualTo("approved");
  }

  @Test
  void copiesNothingWhenTheSourceCannotBeMarked() {
    database.execute("CREATE TABLE content.bare (id bigserial PRIMARY KEY, title text)");
    database.execute("INSERT INTO content.bare (title) VALUES ('bare')");
    RowChange change = new RowChange("bare", 1, Optional.empty(), "test");

    assertThat(code(() -> review.promote(change, TABLE, Optional.of(ReviewStatus.POSTED))))
        .isEqualTo("column_missing");
    assertThat(database.number("SELECT count(*) FROM content.drafts")).isEqualTo(2);
  }

  @Test
  void refusesToPromoteWhereItMakesNoSense() {
    database.execute("CREATE TABLE content.alien (id bigserial PRIMARY KEY, moon text)");
    database.execute(
        "CREATE TABLE content.strict (id bigserial PRIMARY KEY, title text, need int NOT NULL)");
    database.execute("CREATE VIEW content.seen AS SELECT * FROM content.drafts");

    assertThat(code(() -> review.promote(row(1), TABLE, Optional.empty())))
        .isEqualTo("value_invalid");
    assertThat(code(() -> review.promote(row(1), "alien", Optional.empty())))
        .isEqualTo("column_missing");
    assertThat(code(() -> review.promote(row(1), "strict", Optional.empty())))
        .isEqualTo("value_invalid");
    assertThat(code(() -> review.promote(row(1), "seen", Optional.empty())))
        .isEqualTo("table_not_allowed");
    assertThat(code(() -> review.promote(row(1), "nowhere", Optional.empty())))
        .isEqualTo("table_missing");
  }

  @Test
  void deletesOneRow() {
    review.delete(row(1, version(1)));

    assertThat(review.find(TABLE, 1)).isEmpty();
    assertThat(review.find(TABLE, 2)).isPresent();
    assertThat(
            code(
                () -> {
                  review.delete(row(1));
                  return true;
                }))
        .isEqualTo("row_missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"actor_server_executions", "qrtz_triggers", "pg_class", "row_claims"})
  void refusesTablesOfTheServerEvenWhenNarrativesMayReadThem(String table) {
    TableSettings d = TableSettings.DEFAULT;
    ContentReview open =
        new JdbcContentReview(
            database.transactions(),
            new TableSettings(
                d.defaultLimit(),
                d.maxLimit(),
                Set.of(table),
                Set.of(table),
                d.addColumns(),
                Duration.ofSeconds(5),
                d.claimLease(),
                d.schemas()));
    RowChange change = new RowChange(table, 1, Optional.empty(), "test");

    assertThat(code(() -> open.find(table, 1))).isEqualTo("table_not_allowed");
    assertThat(code(() -> open.review(change, ReviewStatus.POSTED))).isEqualTo("table_not_allowed");
    assertThat(code(() -> open.promote(row(1), table, Optional.empty())))
        .isEqualTo("table_not_allowed");
  }

  @Test
  void refusesHostileNames() {
    RowChange change =
        new RowChange("drafts; DROP TABLE content.drafts", 1, Optional.empty(), "test");

    assertThat(code(() -> review.review(change, ReviewStatus.POSTED)))
        .isEqualTo("identifier_invalid");
    assertThat(code(() -> review.tag(row(1, "1' OR '1'='1"), Optional.empty(), Optional.of(1))))
        .isEqualTo("row_changed");
  }

  @Test
  void refusesRatingsOutOfRangeAndDataColumnsOfAnotherType() {
    database.execute(
        "CREATE TABLE content.odd (id bigserial PRIMARY KEY, rating text, tags jsonb)");
    database.execute("INSERT INTO content.odd (rating) VALUES ('good')");
    RowChange odd = new RowChange("odd", 1, Optional.empty(), "test");

    assertThat(code(() -> review.tag(row(1), Optional.empty(), Optional.of(6))))
        .isEqualTo("value_invalid");
    assertThat(code(() -> review.tag(row(1), Optional.empty(), Optional.empty())))
        .isEqualTo("value_invalid");
    assertThat(code(() -> review.tag(odd, Optional.empty(), Optional.of(3))))
        .isEqualTo("value_invalid");
    assertThat(code(() -> review.tag(odd, Optional.of(List.of("a")), Optional.empty())))
        .isEqualTo("value_invalid");
  }
}
