package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.TableUpdate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Carries out {@code database.update_table}. Thread-safe. */
final class TableUpdates {
  private final ContentTables tables;
  private final ObjectMapper mapper = new ObjectMapper();

  TableUpdates(ContentTables tables) {
    this.tables = tables;
  }

  /**
   * Updates rows. When this pass read rows of the table under the same filter with a limit, exactly
   * those rows are updated: others that match by now have not been worked on.
   *
   * @param where rendered filter
   * @return rows_affected and table_name
   * @throws PlatformException if an argument is missing or wrong
   * @throws io.botticelli.core.table.TableException if the store refuses the update
   */
  JsonNode update(Pass pass, String where, Map<String, JsonNode> arguments) {
    String table = text(arguments, "table_name").toLowerCase(Locale.ROOT);
    if (table.isEmpty() || where.isBlank()) {
      throw PlatformException.rejected(
          Kind.ARGUMENT_MISSING, "database.update_table needs table_name and where_clause");
    }
    JsonNode updates = arguments.get("updates");
    if (updates == null || !updates.isObject() || updates.isEmpty()) {
      throw PlatformException.rejected(
          Kind.ARGUMENT_INVALID,
          "database.update_table needs updates, a non-empty table of column = value");
    }
    Map<String, JsonNode> values = new LinkedHashMap<>();
    updates.properties().forEach(field -> values.put(field.getKey(), field.getValue()));
    Optional<Integer> limit = limit(arguments);
    Optional<List<Long>> keys = keysRead(pass, table, where).map(read -> first(read, limit));
    int affected =
        keys.isPresent() && keys.get().isEmpty()
            ? 0
            : tables.update(
                pass.session().fence(),
                new TableUpdate(
                    table, where, values, limit, pass.narrative().target().stream().toList()),
                keys);
    return mapper.createObjectNode().put("rows_affected", affected).put("table_name", table);
  }

  private static Optional<List<Long>> keysRead(Pass pass, String table, String where) {
    String filter = NarrativeAnalysis.normalised(Optional.of(where));
    List<Pass.TableUse> reads =
        pass.reads().stream()
            .filter(read -> read.limited() && read.table().equals(table))
            .filter(read -> read.filter().equals(filter))
            .toList();
    boolean keyed = reads.stream().allMatch(read -> read.keys().size() == read.rowCount());
    return reads.isEmpty() || !keyed
        ? Optional.empty()
        : Optional.of(reads.stream().flatMap(read -> read.keys().stream()).distinct().toList());
  }

  private static List<Long> first(List<Long> keys, Optional<Integer> limit) {
    return keys.subList(0, Math.min(keys.size(), limit.orElse(keys.size())));
  }

  private static Optional<Integer> limit(Map<String, JsonNode> arguments) {
    String text = text(arguments, "limit");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw PlatformException.rejected(
          Kind.ARGUMENT_INVALID, "database.update_table: limit must be a whole number, at least 1");
    }
    return Optional.of(Integer.valueOf(text));
  }

  private static String text(Map<String, JsonNode> arguments, String name) {
    JsonNode value = arguments.get(name);
    return value == null || value.isNull() ? "" : JsonPaths.text(value).strip();
  }
}
