package io.botticelli.core.engine;

import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.table.ContentTables.Rows;
import io.botticelli.core.table.ContentTables.TableQuery;
import io.botticelli.core.table.TableException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Carries out table inputs. Thread-safe. */
final class TableReads {
  private final ContentTables tables;
  private final Arguments arguments;
  private final NarrativeAnalysis analysis;
  private final TableRendering rendering = new TableRendering();

  TableReads(ContentTables tables, Arguments arguments, NarrativeAnalysis analysis) {
    this.tables = tables;
    this.arguments = arguments;
    this.analysis = analysis;
  }

  static TableQuery query(TableRead read, Optional<String> where) {
    return new TableQuery(
        read.table(),
        read.columns(),
        where,
        read.limit(),
        read.offset(),
        read.orderBy(),
        read.sample());
  }

  /**
   * Reads the rows of an input and makes them known to the pass under alias and table name. A
   * missing table counts as no rows, which is normal before the first row is stored; so does a
   * missing column, with a warning.
   *
   * @throws RunEndedException if the filter names something that does not exist
   * @throws TableException if the read is refused for another reason
   */
  Pass.TableValue read(Pass pass, int act, int input, TableRead read) {
    Optional<String> where = read.where().map(filter -> renderFilter(pass, read, filter));
    ReadMode mode = analysis.readMode(pass.narrative(), act, input, read);
    Rows rows = rows(pass, read, query(read, where), mode);
    String text = rows.tableExists() ? rendering.render(rows, read.format()) : "";
    Pass.TableValue value = new Pass.TableValue(read.table(), read.alias(), text, rows);
    pass.remember(value);
    pass.rememberRead(
        new Pass.TableUse(
            read.table().toLowerCase(Locale.ROOT),
            NarrativeAnalysis.normalised(where),
            read.limit().isPresent(),
            mode,
            rows.rows().size(),
            rows.keys()));
    return value;
  }

  private Rows rows(Pass pass, TableRead read, TableQuery query, ReadMode mode) {
    try {
      Rows rows = tables.read(pass.session().fence(), pass.claimScope(), query, mode);
      if (!rows.tableExists()) {
        noteMissing(pass, read);
      }
      return rows;
    } catch (TableException refused) {
      if ("table_missing".equals(refused.code())) {
        noteMissing(pass, read);
        return new Rows(false, List.of(), List.of(), List.of());
      }
      if ("column_missing".equals(refused.code())) {
        pass.session().warn("table " + read.table() + " gives no rows: " + refused.getMessage());
        return new Rows(true, List.of(), List.of(), List.of());
      }
      throw refused;
    }
  }

  private static void noteMissing(Pass pass, TableRead read) {
    pass.session().note("table " + read.table() + " does not exist yet; it counts as empty");
  }

  private String renderFilter(Pass pass, TableRead read, String filter) {
    Arguments.RenderedFilter rendered = arguments.renderFilter(pass, filter);
    if (!rendered.unresolved().isEmpty()) {
      throw RunEndedException.failed(
          "placeholder_unresolved",
          "the filter on table "
              + read.table()
              + " names "
              + String.join(", ", rendered.unresolved())
              + ", which stands for nothing at this point; the table was not read");
    }
    return rendered.text();
  }
}
