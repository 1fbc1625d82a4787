package io.botticelli.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Content tables in memory, good enough for a pipeline: stored rows get an id and {@code
 * review_status = 'pending'}, filters may ask for that status, the order is by age, and consumed
 * rows are gone when their claims are settled.
 */
final class PipelineTables implements ContentTables {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PENDING = "review_status = 'pending'";

  private final Map<String, List<ObjectNode>> tables = new LinkedHashMap<>();
  private final Map<String, Map<String, Set<Long>>> consumed = new HashMap<>();
  private long ids;

  /** Returns a table's rows, oldest first; empty when there is no such table. */
  List<ObjectNode> rows(String table) {
    return tables.getOrDefault(table, List.of());
  }

  @Override
  public Rows read(Fence fence, String claimScope, TableQuery query, ReadMode mode) {
    if (!tables.containsKey(query.table())) {
      return new Rows(false, List.of(), List.of(), List.of());
    }
    List<ObjectNode> rows = new ArrayList<>(select(query));
    if (query.orderBy().orElse("").contains("DESC")) {
      rows.sort(Comparator.comparingLong((ObjectNode row) -> row.get("id").asLong()).reversed());
    }
    rows = rows.subList(0, Math.min(rows.size(), query.limit().orElse(100)));
    List<Long> keys = rows.stream().map(row -> row.get("id").asLong()).toList();
    if (mode == ReadMode.CONSUME) {
      consumed
          .computeIfAbsent(claimScope, scope -> new HashMap<>())
          .computeIfAbsent(query.table(), table -> new TreeSet<>())
          .addAll(keys);
    }
    List<JsonNode> projected =
        rows.stream().<JsonNode>map(row -> row.deepCopy().retain(query.columns())).toList();
    return new Rows(true, query.columns(), projected, keys);
  }

  private List<ObjectNode> select(TableQuery query) {
    boolean pending = query.where().filter(PENDING::equals).isPresent();
    return rows(query.table()).stream()
        .filter(row -> !pending || row.path("review_status").asText().equals("pending"))
        .toList();
  }

  @Override
  public long count(TableQuery query) {
    return select(query).size();
  }

  @Override
  public int store(Fence fence, StoreRequest request) {
    for (JsonNode row : request.rows()) {
      ObjectNode stored = row.deepCopy();
      stored.put("id", ++ids).put("review_status", "pending");
      stored.put("source_narrative", request.narrative());
      tables.computeIfAbsent(request.table(), name -> new ArrayList<>()).add(stored);
    }
    return request.rows().size();
  }

  @Override
  public int update(Fence fence, TableUpdate update, Optional<List<Long>> keys) {
    int affected = 0;
    for (ObjectNode row : rows(update.table())) {
      if (keys.orElseThrow().contains(row.get("id").asLong())) {
        update.values().forEach(row::set);
        affected++;
      }
    }
    return affected;
  }

  @Override
  public void settleClaims(Fence fence, String claimScope, boolean consume) {
    Map<String, Set<Long>> claims = consumed.remove(claimScope);
    if (claims != null && consume) {
      claims.forEach(
          (table, keys) ->
              tables.get(table).removeIf(row -> keys.contains(row.get("id").asLong())));
    }
  }

  @Override
  public void recordFailedGeneration(Fence fence, StoreRequest request, String message) {
    throw new AssertionError("generation of " + request.table() + " failed: " + message);
  }

  @Override
  public List<Column> describe(String table) {
    return List.of();
  }

  @Override
  public Rows list(String table, Optional<String> status, int limit) {
    throw new UnsupportedOperationException("the engine lists nothing");
  }

  @Override
  public Optional<JsonNode> find(String table, long id) {
    return rows(table).stream()
        .filter(row -> row.get("id").asLong() == id)
        .findFirst()
        .map(JSON::<JsonNode>valueToTree);
  }

  @Override
  public List<Generation> listGenerations(Optional<String> status, int limit) {
    throw new UnsupportedOperationException("the engine lists nothing");
  }
}
