package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tables in memory that remember how they were used. Filters are understood when they are {@code
 * column = 'value'}; {@code 1=0} matches nothing, everything else matches all rows.
 */
final class InMemoryTables implements ContentTables {
  private static final Pattern EQUALS = Pattern.compile("(\\w+) = '((?:[^']|'')*)'");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<ObjectNode>> tables = new LinkedHashMap<>();
  final List<ReadCall> reads = new ArrayList<>();
  final List<UpdateCall> updates = new ArrayList<>();
  final List<StoreRequest> stored = new ArrayList<>();
  final List<String> failedGenerations = new ArrayList<>();
  final List<Settlement> settled = new ArrayList<>();
  private List<Column> described = List.of();
  private boolean keyed = true;
  private @Nullable RuntimeException readFailure;
  private Runnable onRead = () -> {};
  private Consumer<StoreRequest> onStore = request -> {};

  record ReadCall(String scope, TableQuery query, ReadMode mode) {}

  record UpdateCall(TableUpdate update, Optional<List<Long>> keys) {}

  record Settlement(String scope, boolean consume) {}

  /** Adds a row; {@code json} may leave {@code id} out when the table has no keys. */
  InMemoryTables row(String table, String json) {
    try {
      tables
          .computeIfAbsent(table, name -> new ArrayList<>())
          .add((ObjectNode) JSON.readTree(json));
    } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
      throw new IllegalArgumentException(json, wrong);
    }
    return this;
  }

  /** Takes the oldest row off a table. */
  void takeOne(String table) {
    tables.get(table).remove(0);
  }

  InMemoryTables empty(String table) {
    tables.computeIfAbsent(table, name -> new ArrayList<>());
    return this;
  }

  InMemoryTables withoutKeys() {
    keyed = false;
    return this;
  }

  InMemoryTables describedAs(Column... columns) {
    described = List.of(columns);
    return this;
  }

  InMemoryTables failReads(RuntimeException failure) {
    readFailure = failure;
    return this;
  }

  InMemoryTables onStore(Consumer<StoreRequest> action) {
    onStore = action;
    return this;
  }

  InMemoryTables onRead(Runnable action) {
    onRead = action;
    return this;
  }

  @Override
  public Rows read(Fence fence, String claimScope, TableQuery query, ReadMode mode) {
    reads.add(new ReadCall(claimScope, query, mode));
    onRead.run();
    if (readFailure != null) {
      throw readFailure;
    }
    List<ObjectNode> table = tables.get(query.table());
    if (table == null) {
      return new Rows(false, List.of(), List.of(), List.of());
    }
    List<ObjectNode> rows =
        table.stream()
            .filter(row -> matches(row, query.where().orElse("")))
            .limit(query.limit().orElse(100))
            .toList();
    List<String> columns = new ArrayList<>();
    rows.stream().findFirst().ifPresent(row -> row.fieldNames().forEachRemaining(columns::add));
    List<Long> keys =
        keyed ? rows.stream().map(row -> row.get("id").longValue()).toList() : List.of();
    return new Rows(true, columns, List.copyOf(rows), keys);
  }

  private static boolean matches(ObjectNode row, String where) {
    Matcher matcher = EQUALS.matcher(where);
    return !where.equals("1=0")
        && (!matcher.matches()
            || matcher.group(2).replace("''", "'").equals(row.path(matcher.group(1)).asText()));
  }

  @Override
  public long count(TableQuery query) {
    return tables.getOrDefault(query.table(), List.of()).size();
  }

  @Override
  public int store(Fence fence, StoreRequest request) {
    onStore.accept(request);
    stored.add(request);
    return request.rows().size();
  }

  @Override
  public void recordFailedGeneration(Fence fence, StoreRequest request, String message) {
    failedGenerations.add(message);
  }

  @Override
  public int update(Fence fence, TableUpdate update, Optional<List<Long>> keys) {
    updates.add(new UpdateCall(update, keys));
    int affected = 0;
    for (ObjectNode row : tables.getOrDefault(update.table(), List.of())) {
      if (keys.map(list -> list.contains(row.get("id").longValue()))
          .orElseGet(() -> matches(row, update.where()))) {
        update.values().forEach(row::set);
        affected++;
      }
    }
    return affected;
  }

  @Override
  public void settleClaims(Fence fence, String claimScope, boolean consume) {
    settled.add(new Settlement(claimScope, consume));
  }

  @Override
  public List<Column> describe(String table) {
    return described;
  }

  @Override
  public Rows list(String table, Optional<String> status, int limit) {
    throw new UnsupportedOperationException("the engine lists nothing");
  }

  @Override
  public Optional<JsonNode> find(String table, long id) {
    throw new UnsupportedOperationException("the engine finds no single row");
  }

  @Override
  public List<Generation> listGenerations(Optional<String> status, int limit) {
    throw new UnsupportedOperationException("the engine lists nothing");
  }
}
