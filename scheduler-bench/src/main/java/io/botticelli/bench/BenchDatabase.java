package io.botticelli.bench;

import io.botticelli.core.db.DataSources;
import io.botticelli.core.db.DatabaseSettings;
import io.botticelli.core.db.EmbeddedDatabase;
import io.botticelli.core.db.SchemaMigrator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The embedded database as a node uses it, in a home of its own that is removed at the end. */
final class BenchDatabase implements AutoCloseable {
  private final Path home;
  private final EmbeddedDatabase embedded;
  private final DataSources sources;

  BenchDatabase() throws IOException {
    home = Files.createTempDirectory("botticelli-bench");
    embedded = EmbeddedDatabase.startOrJoin(home);
    sources = new DataSources(DatabaseSettings.parse(embedded.jdbcUrl()));
    new SchemaMigrator(sources.direct()).migrate();
  }

  DataSources sources() {
    return sources;
  }

  @Override
  public void close() throws IOException {
    sources.close();
    embedded.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
