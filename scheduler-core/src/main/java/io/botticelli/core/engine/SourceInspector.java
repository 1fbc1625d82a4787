package io.botticelli.core.engine;

import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables.TableQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** Finds the tables that feed a narrative, so that a queue can be drained. Stateless. */
public final class SourceInspector {

  /**
   * Lists the queries whose rows a narrative works off: its destructive reads, else its reads with
   * a filter on {@code review_status}; those of nested narratives included.
   *
   * @return queries for {@link io.botticelli.core.table.ContentTables#count}; empty when the
   *     narrative has no source. A read whose filter holds a placeholder cannot be counted before
   *     the run and is left out
   */
  public List<TableQuery> sources(Narrative narrative) {
    List<TableQuery> destructive = new ArrayList<>();
    collect(narrative, NarrativeAnalysis::isDestructive, destructive);
    if (!destructive.isEmpty()) {
      return List.copyOf(destructive);
    }
    List<TableQuery> reviewed = new ArrayList<>();
    collect(narrative, (owner, read) -> filtersOnReviewStatus(read), reviewed);
    return List.copyOf(reviewed);
  }

  private static void collect(
      Narrative narrative, BiPredicate<Narrative, TableRead> wanted, List<TableQuery> found) {
    for (Act act : narrative.acts()) {
      act.composition().ifPresent(nested -> collect(nested, wanted, found));
      for (ActInput input : act.inputs()) {
        if (input instanceof ActInput.NestedNarrative nested) {
          collect(nested.narrative(), wanted, found);
        } else if (input instanceof TableRead read
            && wanted.test(narrative, read)
            && read.where().map(Arguments::expressions).orElse(List.of()).isEmpty()) {
          TableQuery query = TableReads.query(read, read.where());
          if (!found.contains(query)) {
            found.add(query);
          }
        }
      }
    }
  }

  private static boolean filtersOnReviewStatus(TableRead read) {
    return read.where()
        .map(filter -> filter.toLowerCase(Locale.ROOT).contains("review_status"))
        .orElse(false);
  }
}
