package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.table.ContentTables.Rows;
import io.botticelli.core.table.ContentTables.StoreRequest;
import io.botticelli.core.table.ContentTables.TableQuery;
import io.botticelli.core.table.TableSettings;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A database with the content store on it, and short forms for requests. */
final class TableFixture {
  final TestDatabase database = TestDatabase.fresh();
  final JdbcContentTables tables = withSettings(TableSettings.DEFAULT);

  JdbcContentTables withSettings(TableSettings settings) {
    return new JdbcContentTables(database.transactions(), settings);
  }

  Fence fence() {
    return new Fence(database.openExecution("tester"), 1);
  }

  static TableQuery query(String table) {
    return query(table, null, null, null);
  }

  static TableQuery query(String table, String where, Integer limit, String orderBy) {
    return new TableQuery(
        table,
        List.of(),
        Optional.ofNullable(where),
        Optional.ofNullable(limit),
        Optional.empty(),
        Optional.ofNullable(orderBy),
        Optional.empty());
  }

  Rows read(TableQuery query) {
    return tables.read(new Fence(0, 0), "none", query, ReadMode.SHARED);
  }

  int store(String table, String... objects) {
    return tables.store(fence(), request(table, null, objects));
  }

  static StoreRequest request(String table, String template, String... objects) {
    return new StoreRequest(
        table,
        "place-" + UUID.randomUUID(),
        Optional.ofNullable(template),
        List.of(objects).stream().map(TableFixture::json).toList(),
        "weekly",
        "narratives/weekly.toml",
        "write",
        Optional.of("model-x"),
        "run-1",
        1234);
  }

  static JsonNode json(String text) {
    try {
      return JsonMapper.builder().build().readTree(text.replace('`', '"'));
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(failure);
    }
  }
}
