package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.table.ContentReview;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableNames;
import io.botticelli.core.table.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reviews on PostgreSQL. A row's version is its {@code xmin}: the transaction that wrote it last
 * (PostgreSQL manual, System Columns), which every writer changes without knowing of versions. A
 * change locks the row before it compares, so that of two with the same version only one is made.
 * Thread-safe.
 */
public final class JdbcContentReview implements ContentReview {
  private static final Logger AUDIT = LoggerFactory.getLogger("io.botticelli.audit");
  private static final TableColumn VERSION = TableColumn.plain("xmin", "xid");

  private final Transactions transactions;
  private final TableSettings settings;
  private final TableCatalog catalog;

  /**
   * @param transactions the application's database
   * @param settings limits and permissions; what they allow narratives beyond schema content is
   *     allowed here for looking only
   */
  public JdbcContentReview(Transactions transactions, TableSettings settings) {
    this.transactions = transactions;
    this.settings = settings;
    this.catalog = new TableCatalog(settings);
  }

  @Override
  public Optional<List<ReviewedRow>> list(String table, Optional<String> status, int limit) {
    return transactions.read(
        "list rows of table " + checked(table),
        connection -> {
          Optional<Relation> found = catalog.find(session(connection), table);
          if (found.isEmpty()) {
            return Optional.empty();
          }
          Relation relation = found.get();
          return Optional.of(
              rows(
                  connection,
                  relation,
                  Listings.newest(relation, versioned(relation), status, limit)));
        });
  }

  @Override
  public Optional<ReviewedRow> find(String table, long id) {
    return transactions.read(
        "find a row of table " + checked(table),
        connection -> {
          Relation relation =
              catalog
                  .find(session(connection), table)
                  .orElseThrow(() -> RowChanges.noTable(checked(table)));
          return rows(connection, relation, Listings.one(relation, versioned(relation), id))
              .stream()
              .findFirst();
        });
  }

  private static List<TableColumn> versioned(Relation table) {
    List<TableColumn> columns = new ArrayList<>(table.columns().all());
    if (table.writable()) {
      columns.add(VERSION);
    }
    return columns;
  }

  private static List<ReviewedRow> rows(Connection connection, Relation table, Selection selection)
      throws SQLException {
    List<ReviewedRow> rows = new ArrayList<>();
    for (JsonNode row : TableReader.read(connection, table, selection).rows()) {
      Optional<String> version =
          table.writable()
              ? Optional.of(((ObjectNode) row).remove(VERSION.name()).asText())
              : Optional.empty();
      rows.add(new ReviewedRow(row, version));
    }
    return rows;
  }

  @Override
  public String tag(RowChange change, Optional<List<String>> tags, Optional<Integer> rating) {
    if (tags.isEmpty() && rating.isEmpty()) {
      throw new TableException("value_invalid", "neither tags nor a rating is given");
    }
    rating.ifPresent(JdbcContentReview::requireRating);
    String version =
        write(
            change,
            "tag",
            changes -> {
              if (tags.isPresent()) {
                changes.setTags(tags.get());
              }
              if (rating.isPresent()) {
                changes.setRating(rating.get());
              }
              return changes.version();
            });
    audit(
        change,
        "tag",
        tags.map(list -> " tags=" + list.size()).orElse("")
            + rating.map(stars -> " rating=" + stars).orElse("")
            + " version="
            + version);
    return version;
  }

  private static void requireRating(int rating) {
    if (rating < LOWEST_RATING || rating > HIGHEST_RATING) {
      throw new TableException(
          "value_invalid",
          "rating is " + rating + ", expected " + LOWEST_RATING + ".." + HIGHEST_RATING);
    }
  }

  @Override
  public String review(RowChange change, ReviewStatus status) {
    String version =
        write(
            change,
            "review",
            changes -> {
              changes.setStatus(status);
              return changes.version();
            });
    audit(change, "review", " status=" + status.stored() + " version=" + version);
    return version;
  }

  @Override
  public long promote(RowChange change, String target, Optional<ReviewStatus> mark) {
    String into = checked(target);
    long copy =
        write(
            change,
            "promote",
            changes -> {
              long id = changes.copyInto(catalog.findTarget(changes.connection(), into), into);
              if (mark.isPresent()) {
                changes.setStatus(mark.get());
              }
              return id;
            });
    audit(
        change,
        "promote",
        " target="
            + into
            + " copy="
            + copy
            + mark.map(status -> " status=" + status.stored()).orElse(""));
    return copy;
  }

  @Override
  public void delete(RowChange change) {
    write(
        change,
        "delete",
        changes -> {
          changes.delete();
          return true;
        });
    audit(change, "delete", "");
  }

  private <T> T write(RowChange change, String what, RowChanges.Work<T> work) {
    String table = checked(change.table());
    return transactions.write(
        what + " a row of table " + table,
        connection -> {
          Relation relation =
              catalog
                  .findTarget(session(connection), table)
                  .orElseThrow(() -> RowChanges.noTable(table));
          return work.run(RowChanges.lock(connection, relation, change));
        });
  }

  /** Who did what to which row; no content. Only what was committed is said. */
  private static void audit(RowChange change, String what, String facts) {
    AUDIT.info(
        "content {} table={} row={} by={}{}",
        what,
        change.table(),
        change.id(),
        change.by(),
        facts);
  }

  /** Not even a setting that lets narratives read a table of the server opens it to reviews. */
  private String checked(String table) {
    String folded = catalog.checked(table);
    if (TableNames.isSystem(folded)) {
      throw new TableException(
          "table_not_allowed", "table " + folded + " belongs to the server; it is not content");
    }
    return folded;
  }

  private Connection session(Connection connection) throws SQLException {
    return TableSession.of(connection, settings);
  }
}
