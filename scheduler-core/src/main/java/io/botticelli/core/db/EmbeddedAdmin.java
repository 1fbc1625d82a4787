package io.botticelli.core.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** What the administrator of the embedded server does in sessions of its own. Thread-safe. */
final class EmbeddedAdmin {
  static final String DATABASE = "botticelli";
  static final String ROLE = "botticelli";
  private static final String ADMIN = "postgres";

  private final int port;
  private final String password;

  EmbeddedAdmin(int port, String password) {
    this.port = port;
    this.password = password;
  }

  /** Tells whether the server behind the port is the one of this data directory. */
  boolean serves(Path data) throws SQLException, IOException {
    try (Connection connection = connect()) {
      Path served = Path.of(value(connection, "SHOW data_directory"));
      return Files.exists(served) && Files.isSameFile(served, data);
    }
  }

  void createRoleAndDatabase() throws SQLException {
    try (Connection admin = connect()) {
      if (value(admin, "SELECT count(*) FROM pg_roles WHERE rolname = '" + ROLE + "'")
          .equals("0")) {
        // Not a superuser, so that no statement can reach files or programs of this machine. The
        // password is hexadecimal.
        execute(admin, "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password + "'");
      }
      if (value(admin, "SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")
          .equals("0")) {
        execute(admin, "CREATE DATABASE " + DATABASE + " OWNER " + ROLE);
      }
    }
  }

  /** Opens a session; the caller closes it. */
  Connection connect() throws SQLException {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {"127.0.0.1"});
    dataSource.setPortNumbers(new int[] {port});
    dataSource.setUser(ADMIN);
    dataSource.setPassword(password);
    dataSource.setDatabaseName(ADMIN);
    dataSource.setApplicationName("botticelli start");
    dataSource.setConnectTimeout(5);
    dataSource.setSocketTimeout(30);
    return dataSource.getConnection();
  }

  /** Ends all sessions of clients but this one. */
  static void endOtherSessions(Connection admin) throws SQLException {
    value(
        admin,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
