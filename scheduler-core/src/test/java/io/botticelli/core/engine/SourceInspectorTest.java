package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.composition;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.pending;
import static io.botticelli.core.engine.Narratives.preserving;
import static io.botticelli.core.engine.Narratives.pulling;
import static io.botticelli.core.engine.Narratives.table;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.table.ContentTables.TableQuery;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceInspectorTest {
  private final SourceInspector inspector = new SourceInspector();

  @Test
  void destructiveReadsAreTheSource() {
    var narrative =
        narrative("n", act("a", pulling(table("queue"), true), pending("posts"), text("x")));

    assertThat(inspector.sources(narrative)).extracting(TableQuery::table).containsExactly("queue");
  }

  @Test
  void withoutDestructiveReadsFiltersOnReviewStatusAre() {
    var narrative = narrative("n", act("a", table("rules"), pending("posts")));

    assertThat(inspector.sources(narrative))
        .singleElement()
        .satisfies(
            query -> {
              assertThat(query.table()).isEqualTo("posts");
              assertThat(query.where()).contains("review_status = 'pending'");
            });
  }

  @Test
  void explicitlyUnpreservedSourceMakesEveryReadASource() {
    var narrative = preserving(narrative("n", act("a", table("queue"))), false);

    assertThat(inspector.sources(narrative)).hasSize(1);
  }

  @Test
  void sourcesOfNestedNarrativesCountOnce() {
    var inner = narrative("i", act("a", pending("posts")));

    assertThat(inspector.sources(narrative("n", composition("b", inner), composition("c", inner))))
        .hasSize(1);
  }

  @Test
  void narrativeWithoutASourceHasNone() {
    assertThat(inspector.sources(narrative("n", act("a", table("rules"), text("x"))))).isEmpty();
  }

  @Test
  void filterWithAPlaceholderCannotBeCounted() {
    var read =
        table(
            "posts",
            Optional.of("review_status = {{a}}"),
            Optional.empty(),
            TableFormat.JSON,
            Retention.FULL);

    assertThat(inspector.sources(narrative("n", act("b", read)))).isEmpty();
  }
}
