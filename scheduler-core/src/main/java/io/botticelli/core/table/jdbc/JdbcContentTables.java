package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content store on PostgreSQL. Every call is one transaction with its own statement time-out
 * and UTC as session time zone; effects are fenced. Thread-safe.
 */
public final class JdbcContentTables implements ContentTables {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcContentTables.class);

  private final Transactions transactions;
  private final TableSettings settings;
  private final TableCatalog catalog;
  private final TableCreator creator;

  /**
   * @param transactions the application's database
   * @param settings limits and permissions
   */
  public JdbcContentTables(Transactions transactions, TableSettings settings) {
    this.transactions = transactions;
    this.settings = settings;
    this.catalog = new TableCatalog(settings);
    this.creator = new TableCreator(catalog, settings.addColumns());
  }

  @Override
  public Rows read(Fence fence, String claimScope, TableQuery query, ReadMode mode) {
    String what = "read table " + catalog.checked(query.table());
    if (mode == ReadMode.SHARED) {
      return transactions.read(what, connection -> readShared(session(connection), query));
    }
    return transactions.fenced(
        what,
        fence.executionId(),
        fence.epoch(),
        connection -> readClaimed(session(connection), fence, claimScope, query, mode));
  }

  private Rows readShared(Connection connection, TableQuery query) throws SQLException {
    Optional<Relation> table = catalog.find(connection, query.table());
    if (table.isEmpty()) {
      return missing(query);
    }
    return TableReader.read(
        connection, table.get(), Selection.of(query, table.get(), settings, false));
  }

  private Rows readClaimed(
      Connection connection, Fence fence, String scope, TableQuery query, ReadMode mode)
      throws SQLException {
    Optional<Relation> found = catalog.find(connection, query.table());
    if (found.isEmpty()) {
      return missing(query);
    }
    Relation table = found.get();
    boolean claimable = table.writable() && table.key().isPresent();
    if (!claimable) {
      if (mode == ReadMode.CONSUME) {
        throw new TableException(
            "column_missing",
            "table "
                + table.name()
                + " has no unique numeric id, so its rows cannot be consumed;"
                + " add one or set pull_and_delete = false");
      }
      return TableReader.read(connection, table, Selection.of(query, table, settings, true));
    }
    Selection selection = Selection.of(query, table, settings, true);
    RowClaims.Owner owner =
        new RowClaims.Owner(
            fence.executionId(), scope, RowClaims.fingerprint(query, table), settings.claimLease());
    List<Long> keys =
        RowClaims.claim(connection, owner, table, selection, mode == ReadMode.CONSUME);
    return TableReader.readByKeys(connection, table, selection.columns(), keys);
  }

  /** A filter nobody could run is an error even before the table exists. */
  private static Rows missing(TableQuery query) {
    query.where().filter(text -> !text.isBlank()).ifPresent(FilterParser::check);
    return TableReader.MISSING;
  }

  @Override
  public long count(TableQuery query) {
    return transactions.read(
        "count rows of table " + catalog.checked(query.table()),
        connection -> {
          Optional<Relation> table = catalog.find(session(connection), query.table());
          if (table.isEmpty()) {
            missing(query);
            return 0L;
          }
          return TableReader.count(
              connection, table.get(), Selection.filter(query.where(), table.get().columns()));
        });
  }

  @Override
  public int store(Fence fence, StoreRequest request) {
    List<ObjectNode> rows = objects(request);
    return transactions.fenced(
        "store rows in table " + catalog.checked(request.table()),
        fence.executionId(),
        fence.epoch(),
        connection -> {
          Optional<Integer> before = Generations.find(session(connection), fence, request.place());
          if (before.isPresent()) {
            LOG.info(
                "table {}: an earlier attempt of execution {} stored {} rows here; not stored again",
                request.table(),
                fence.executionId(),
                before.get());
            return before.get();
          }
          Optional<Relation> table = creator.ensure(connection, request, rows);
          if (table.isPresent()) {
            new RowWriter(table.get(), request).insert(connection, rows);
          }
          Generations.succeeded(connection, fence, request, rows.size());
          return rows.size();
        });
  }

  private static List<ObjectNode> objects(StoreRequest request) {
    List<ObjectNode> rows = new ArrayList<>();
    for (JsonNode row : request.rows()) {
      if (row instanceof ObjectNode object && !object.isEmpty()) {
        rows.add(object);
      }
    }
    if (rows.size() < request.rows().size()) {
      LOG.warn(
          "table {}: {} of {} elements are no objects or empty and are not stored",
          request.table(),
          request.rows().size() - rows.size(),
          request.rows().size());
    }
    return rows;
  }

  @Override
  public void recordFailedGeneration(Fence fence, StoreRequest request, String message) {
    transactions.fenced(
        "record a failed generation",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          Generations.failed(session(connection), fence, request, message);
          return true;
        });
  }

  @Override
  public int update(Fence fence, TableUpdate update, Optional<List<Long>> keys) {
    String name = catalog.checked(update.table());
    requireUpdatable(name, update.extraAllowedTables());
    return transactions.fenced(
        "update table " + name,
        fence.executionId(),
        fence.epoch(),
        connection -> {
          Relation table = existing(session(connection), name);
          if (!table.writable()) {
            throw new TableException(
                "table_not_allowed", name + " is a view, expected a table to update");
          }
          return TableUpdater.update(connection, table, update, keys);
        });
  }

  private void requireUpdatable(String table, List<String> extraAllowed) {
    Set<String> extra =
        extraAllowed.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!settings.updatableTables().contains(table) && !extra.contains(table)) {
      throw new TableException(
          "table_not_allowed",
          "table " + table + " may not be updated; list it in database_commands.allowed_tables");
    }
  }

  @Override
  public void settleClaims(Fence fence, String claimScope, boolean consume) {
    transactions.fenced(
        "settle row claims",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          RowClaims.settle(session(connection), catalog, fence.executionId(), claimScope, consume);
          return true;
        });
  }

  @Override
  public List<Column> describe(String table) {
    return transactions.read(
        "describe table " + catalog.checked(table),
        connection ->
            catalog.findTemplate(session(connection), table).stream()
                .flatMap(relation -> relation.columns().all().stream())
                .map(JdbcContentTables::described)
                .toList());
  }

  private static Column described(TableColumn column) {
    ColumnType type = column.type();
    return new Column(
        column.name(),
        type.name() + (type.array() ? "[]" : ""),
        !column.notNull(),
        column.hasDefault(),
        type.hasLength() ? Optional.of(type.length()) : Optional.empty());
  }

  @Override
  public Rows list(String table, Optional<String> status, int limit) {
    return transactions.read(
        "list rows of table " + catalog.checked(table),
        connection -> {
          Optional<Relation> found = catalog.find(session(connection), table);
          if (found.isEmpty()) {
            return TableReader.MISSING;
          }
          Relation relation = found.get();
          return TableReader.read(
              connection,
              relation,
              Listings.newest(relation, relation.columns().all(), status, limit));
        });
  }

  @Override
  public Optional<JsonNode> find(String table, long id) {
    return transactions.read(
        "find a row of table " + catalog.checked(table),
        connection -> {
          Relation relation = existing(session(connection), table);
          Selection selection = Listings.one(relation, relation.columns().all(), id);
          return TableReader.read(connection, relation, selection).rows().stream().findFirst();
        });
  }

  @Override
  public List<Generation> listGenerations(Optional<String> status, int limit) {
    return transactions.read(
        "list generations",
        connection -> Generations.list(session(connection), status, Listings.clamped(limit)));
  }

  private Relation existing(Connection connection, String table) throws SQLException {
    return catalog
        .find(connection, table)
        .orElseThrow(
            () ->
                new TableException(
                    "table_missing",
                    "table " + Identifiers.shown(table) + " does not exist in schema content"));
  }

  private Connection session(Connection connection) throws SQLException {
    return TableSession.of(connection, settings);
  }
}
