package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class SchemaMigratorDbTest {

  @Test
  void migratesAnEmptyDatabaseWhenSeveralNodesStartAtOnce() throws Exception {
    TestDatabase database = TestDatabase.empty();
    ExecutorService nodes = Executors.newFixedThreadPool(3);

    var started =
        IntStream.range(0, 3)
            .mapToObj(
                n ->
                    nodes.submit(
                        (Callable<Void>)
                            () -> {
                              new SchemaMigrator(database.dataSource()).migrate();
                              return null;
                            }))
            .toList();

    for (Future<Void> node : started) {
      node.get();
    }
    nodes.shutdown();
    assertThat(database.number("SELECT count(*) FROM actor_server_state")).isZero();
    assertThat(database.number("SELECT count(*) FROM databasechangelog WHERE id = 'quartz-tables'"))
        .as("each change is applied once")
        .isEqualTo(1);
  }

  @Test
  void continuesAfterAnotherMigrationDiedHoldingTheLock() {
    TestDatabase database = TestDatabase.empty();
    new SchemaMigrator(database.dataSource()).migrate();
    database.execute(
        "UPDATE databasechangeloglock SET locked = true, lockedby = 'gone', lockgranted = now()",
        "DELETE FROM databasechangelog WHERE id = 'preview-guild'",
        "DROP TABLE preview_messages, preview_channels",
        "DROP SEQUENCE preview_snowflake");

    new SchemaMigrator(database.dataSource()).migrate();

    assertThat(database.number("SELECT count(*) FROM preview_channels")).isZero();
  }
}
