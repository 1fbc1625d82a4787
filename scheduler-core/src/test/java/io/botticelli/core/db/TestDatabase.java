package io.botticelli.core.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A fresh, migrated database on the real PostgreSQL; one server per JVM, each database copied from
 * a migrated template in a few milliseconds. The session zone differs from the JVM's and from UTC,
 * so that code which forgets a zone fails.
 */
public final class TestDatabase {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final PGSimpleDataSource dataSource;
  private final Transactions transactions;

  private TestDatabase(PGSimpleDataSource dataSource) {
    this.dataSource = dataSource;
    this.transactions = new Transactions(dataSource);
  }

  /** Returns a new migrated database; it disappears with the server at the end of the JVM. */
  public static TestDatabase fresh() {
    return new TestDatabase(Server.INSTANCE.create("TEMPLATE botticelli_template"));
  }

  /** Returns a new database without any table. */
  public static TestDatabase empty() {
    return new TestDatabase(Server.INSTANCE.create("TEMPLATE template0"));
  }

  /**
   * Returns the database {@code postgres} of a server the test started by itself, migrated.
   *
   * @param port on 127.0.0.1; user {@code postgres} needs no password
   */
  public static TestDatabase on(int port) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {"127.0.0.1"});
    dataSource.setPortNumbers(new int[] {port});
    dataSource.setUser("postgres");
    dataSource.setDatabaseName("postgres");
    new SchemaMigrator(dataSource).migrate();
    return new TestDatabase(dataSource);
  }

  /** Returns unpooled connections to this database. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** Returns transactions over unpooled connections. */
  public Transactions transactions() {
    return transactions;
  }

  /** Returns {@code jdbc:postgresql://127.0.0.1:port/name?user=postgres}. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:"
        + dataSource.getPortNumbers()[0]
        + "/"
        + dataSource.getDatabaseName()
        + "?user=postgres";
  }

  /** Returns the server's port on the loopback address. */
  public int port() {
    return Server.INSTANCE.postgres.getPort();
  }

  /** Runs statements, one after another, outside any production code. */
  public void execute(String... statements) {
    try (Connection connection = dataSource.getConnection()) {
      for (String sql : statements) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          statement.execute();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Returns the first column of the first row as text, or null. */
  public String value(String sql) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getString(1) : null;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Returns the first column of the first row as a number. */
  public long number(String sql) {
    return Long.parseLong(value(sql));
  }

  /** Opens a running execution, so that fenced writes are allowed, and returns its id (epoch 1). */
  public long openExecution(String actor) {
    return number(
        "INSERT INTO actor_server_executions"
            + " (task_id, actor_name, kind, scheduled_for, receipt_id, status, node, lease_until)"
            + " VALUES ('"
            + actor
            + "', '"
            + actor
            + "', 'manual', now(), gen_random_uuid()::text, 'running', 'test', now() + interval '1 hour')"
            + " RETURNING id");
  }

  private enum Server {
    INSTANCE;

    private final EmbeddedPostgres postgres;

    Server() {
      try {
        postgres =
            EmbeddedPostgres.builder()
                .setServerConfig("timezone", "Asia/Kathmandu")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "64MB")
                .setServerConfig("io_method", "sync")
                .setLocaleConfig("locale", "C.UTF-8")
                .start();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      PGSimpleDataSource template = create("botticelli_template", "TEMPLATE template0");
      new SchemaMigrator(template).migrate();
    }

    PGSimpleDataSource create(String options) {
      return create("test_" + COUNTER.incrementAndGet(), options);
    }

    private synchronized PGSimpleDataSource create(String name, String options) {
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          PreparedStatement statement =
              connection.prepareStatement("CREATE DATABASE " + name + " " + options)) {
        statement.execute();
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
      PGSimpleDataSource dataSource = new PGSimpleDataSource();
      dataSource.setServerNames(new String[] {"127.0.0.1"});
      dataSource.setPortNumbers(new int[] {postgres.getPort()});
      dataSource.setUser("postgres");
      dataSource.setDatabaseName(name);
      return dataSource;
    }
  }
}
