package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void aSchemaThisBuildHasMigratedIsNotLookedAtAgain() {
    TestDatabase database = TestDatabase.fresh();
    // Liquibase would fail: it records what it applies.
    refuseMigrations(database);

    new SchemaMigrator(database.dataSource()).migrate();

    assertThat(database.number("SELECT count(*) FROM schema_builds")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE schema_builds",
        "DELETE FROM schema_builds",
        "UPDATE schema_builds SET fingerprint = 'of another build'",
        "ALTER TABLE schema_builds RENAME COLUMN applied TO something",
        "DELETE FROM databasechangelog WHERE id = 'preview-guild'",
        "UPDATE databasechangelog SET md5sum = '9:0' WHERE id = 'preview-guild'"
      })
  void whateverIsInDoubtIsLookedAtInFull(String doubt) {
    TestDatabase database = TestDatabase.fresh();
    refuseMigrations(database);
    database.execute(doubt);

    assertThatThrownBy(() -> new SchemaMigrator(database.dataSource()).migrate())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("migrate the schema failed");
  }

  @Test
  void buildsThatShareASchemaEachLookOnceAfterTheOtherHasChangedIt() {
    TestDatabase database = TestDatabase.fresh();
    String newer =
        "INSERT INTO databasechangelog SELECT 'newer', author, filename, now(), 1000, exectype,"
            + " md5sum FROM databasechangelog WHERE id = 'schema-builds'";
    database.execute(newer, "INSERT INTO schema_builds VALUES ('newer', 'x')");
    String before = database.value("SELECT applied FROM schema_builds WHERE applied <> 'x'");

    new SchemaMigrator(database.dataSource()).migrate();

    assertThat(database.value("SELECT applied FROM schema_builds WHERE applied <> 'x'"))
        .isNotEqualTo(before);
    assertThat(database.number("SELECT count(*) FROM schema_builds")).isEqualTo(2);
    refuseMigrations(database);
    new SchemaMigrator(database.dataSource()).migrate();
  }

  @Test
  void everyFileOfTheChangelogIsPartOfTheFingerprint() throws Exception {
    Path directory = Path.of(getClass().getClassLoader().getResource("db/changelog").toURI());
    String master = Files.readString(directory.resolve("db.changelog-master.yaml"));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".sql")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(master).contains("file: db/changelog/" + file + " }"));
    }
    assertThat(SchemaBuild.fingerprint("db/changelog/db.changelog-master.yaml"))
        .hasValueSatisfying(fingerprint -> assertThat(fingerprint).hasSize(64))
        .isNotEqualTo(SchemaBuild.fingerprint("db/changelog/0001-quartz.sql"));
    assertThat(SchemaBuild.fingerprint("db/changelog/absent.yaml")).isEmpty();
  }

  /** Lets Liquibase fail as soon as it takes its lock. */
  private static void refuseMigrations(TestDatabase database) {
    database.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'migrated again'; END $$",
        "CREATE TRIGGER refuse BEFORE UPDATE ON databasechangeloglock"
            + " FOR EACH STATEMENT EXECUTE FUNCTION refuse()");
  }
}
