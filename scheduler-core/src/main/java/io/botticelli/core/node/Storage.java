package io.botticelli.core.node;

import io.botticelli.core.config.SecretValue;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.db.DataSources;
import io.botticelli.core.db.DatabaseCheck;
import io.botticelli.core.db.DatabaseSettings;
import io.botticelli.core.db.EmbeddedDatabase;
import io.botticelli.core.db.InterruptWatch;
import io.botticelli.core.db.SchemaMigrator;
import io.botticelli.core.db.Transactions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of this node, migrated, with its pools; embedded when none is configured. */
final class Storage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

  private final Optional<EmbeddedDatabase> embedded;
  private final DataSources sources;
  private final Transactions transactions;
  private final InterruptWatch interrupts = new InterruptWatch();
  private final String description;

  private Storage(Optional<EmbeddedDatabase> embedded, DataSources sources, String description) {
    this.embedded = embedded;
    this.sources = sources;
    this.transactions = new Transactions(sources.application());
    this.description = description;
  }

  /**
   * Opens the database and brings its schema up to date.
   *
   * @throws io.botticelli.core.ActorServerException if it cannot be reached or migrated
   */
  static Storage open(NodeSettings settings, ServerConfig server) {
    Optional<String> url =
        settings.databaseUrl().or(() -> server.database().url().map(SecretValue::reveal));
    Optional<EmbeddedDatabase> embedded =
        url.isPresent()
            ? Optional.empty()
            : Optional.of(EmbeddedDatabase.startOrJoin(settings.home()));
    try {
      String address = url.orElseGet(() -> embedded.orElseThrow().jdbcUrl());
      DatabaseSettings database =
          DatabaseSettings.parse(
              address,
              server.database().poolSize(),
              DatabaseSettings.DEFAULT_QUARTZ_CONNECTIONS,
              DatabaseSettings.DEFAULT_CHECKOUT_TIMEOUT,
              server.database().idleTimeout());
      if (embedded.isEmpty()) {
        new DatabaseCheck(database).requireReachable();
      }
      DataSources sources = new DataSources(database);
      String description = embedded.map(EmbeddedDatabase::describe).orElseGet(database::describe);
      Storage storage = new Storage(embedded, sources, description);
      try {
        new SchemaMigrator(sources.direct()).migrate();
        return storage;
      } catch (RuntimeException failure) {
        storage.interrupts.close();
        sources.close();
        throw failure;
      }
    } catch (RuntimeException failure) {
      embedded.ifPresent(EmbeddedDatabase::close);
      throw failure;
    }
  }

  DataSources sources() {
    return sources;
  }

  Transactions transactions() {
    return transactions;
  }

  /** Returns transactions that end when their thread is interrupted. */
  Transactions interruptible() {
    return transactions.interruptible(interrupts);
  }

  /** Returns where the data is, without secrets. */
  String describe() {
    return description;
  }

  @Override
  public void close() {
    interrupts.close();
    try {
      sources.close();
    } catch (RuntimeException failure) {
      LOG.warn("connection pools did not close: {}", failure.getMessage());
    } finally {
      embedded.ifPresent(EmbeddedDatabase::close);
    }
  }
}
