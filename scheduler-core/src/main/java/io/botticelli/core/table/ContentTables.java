package io.botticelli.core.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.history.Fence;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content store: tables that narratives write, query and update. Names and filters come from
 * files and models and are treated as hostile: identifiers are checked and quoted, filters parsed
 * into a checked tree and rendered again with bound values.
 *
 * <p>Methods throw {@link TableException} for anything the caller wrote wrong and {@link
 * io.botticelli.core.StoreException} when the database fails. Thread-safe.
 */
public interface ContentTables {

  /**
   * Reads rows. With {@link ReadMode#CLAIM} or {@link ReadMode#CONSUME} the rows are claimed for
   * the execution: other executions skip them, and the same execution (also a later attempt of it)
   * sees the same rows again for the same query.
   *
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale and rows are claimed
   */
  Rows read(Fence fence, String claimScope, TableQuery query, ReadMode mode);

  /** Counts the rows a query selects, ignoring limit and offset; 0 for a missing table. */
  long count(TableQuery query);

  /**
   * Stores the objects of one response as rows, creating or completing the table, in one
   * transaction together with generation tracking.
   *
   * @return rows stored
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale; nothing is stored
   */
  int store(Fence fence, StoreRequest request);

  /** Records a failed generation, so that it can be seen; creates nothing else. */
  void recordFailedGeneration(Fence fence, StoreRequest request, String message);

  /**
   * {@code database.update_table}: updates rows and returns how many.
   *
   * @param keys exactly these rows (row affinity), or empty: those the filter selects
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale
   */
  int update(Fence fence, TableUpdate update, Optional<List<Long>> keys);

  /**
   * Ends the claims an execution holds under a scope.
   *
   * @param consume true: rows claimed with {@link ReadMode#CONSUME} are deleted; false: all freed
   */
  void settleClaims(Fence fence, String claimScope, boolean consume);

  /** Describes a table's columns in order; empty when the table does not exist. */
  List<Column> describe(String table);

  /**
   * Lists rows for people, newest first.
   *
   * @param status value of {@code review_status}, or empty; ignored when there is no such column
   * @param limit 1..1000
   */
  Rows list(String table, Optional<String> status, int limit);

  /** Returns one row by id, or empty. */
  Optional<JsonNode> find(String table, long id);

  /** Lists generations, newest first. */
  List<Generation> listGenerations(Optional<String> status, int limit);

  /** How a read treats the rows. */
  enum ReadMode {
    /** Plain read. */
    SHARED,
    /** Claimed until settled; kept afterwards. */
    CLAIM,
    /** Claimed until settled; deleted when settled with {@code consume}. */
    CONSUME
  }

  /**
   * What to read; the fields mean what they mean in {@code ActInput.TableRead}.
   *
   * @param where filter with placeholders already replaced by SQL literals
   */
  record TableQuery(
      String table,
      List<String> columns,
      Optional<String> where,
      Optional<Integer> limit,
      Optional<Integer> offset,
      Optional<String> orderBy,
      Optional<Integer> sample) {
    public TableQuery {
      columns = List.copyOf(columns);
    }
  }

  /**
   * Rows read.
   *
   * @param tableExists false: the table is missing and {@code rows} is empty
   * @param columns in select order
   * @param rows one JSON object per row, keys in select order
   * @param keys value of {@code id} per row; empty when the table has no numeric {@code id}
   */
  record Rows(boolean tableExists, List<String> columns, List<JsonNode> rows, List<Long> keys) {
    public Rows {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
      keys = List.copyOf(keys);
    }
  }

  /**
   * What to store.
   *
   * @param table target, already sanitised
   * @param place where in the execution this response stands, the same for every attempt at it:
   *     rows stored once for an execution and place are not stored again
   * @param template table whose schema is copied when {@code table} must be created, or empty
   * @param rows JSON objects
   * @param model model that answered, or empty for action acts
   */
  record StoreRequest(
      String table,
      String place,
      Optional<String> template,
      List<JsonNode> rows,
      String narrative,
      String narrativeFile,
      String act,
      Optional<String> model,
      String runId,
      long durationMs) {
    public StoreRequest {
      rows = List.copyOf(rows);
    }
  }

  /**
   * An update.
   *
   * @param where filter, non-empty
   * @param values column to new value; the string {@code NOW()} means the database clock
   * @param extraAllowedTables tables allowed beyond the configured list, for example the target
   */
  record TableUpdate(
      String table,
      String where,
      Map<String, JsonNode> values,
      Optional<Integer> limit,
      List<String> extraAllowedTables) {}

  /**
   * A column: name, type as PostgreSQL spells it, nullability, whether it has a default, length.
   */
  record Column(
      String name,
      String type,
      boolean nullable,
      boolean hasDefault,
      Optional<Integer> maxLength) {}

  /** One row of {@code content_generations}. */
  record Generation(
      long id,
      String table,
      String narrative,
      String file,
      java.time.Instant generatedAt,
      Optional<Integer> rowCount,
      Optional<Long> durationMs,
      String status,
      Optional<String> error) {}
}
