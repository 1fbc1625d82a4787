package io.botticelli.core.db;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/**
 * Connects once before anything else does, and says in one line what keeps the database from use.
 */
public final class DatabaseCheck {
  private static final int OLDEST_MAJOR = 14;

  private final DatabaseSettings settings;

  /**
   * @param settings the database to look at
   */
  public DatabaseCheck(DatabaseSettings settings) {
    this.settings = settings;
  }

  /**
   * Connects, and asks what the server is and whether it may be written.
   *
   * @return for example {@code PostgreSQL 16.4 at db:5432/botticelli as app}
   * @throws DatabaseUnavailableException if the database cannot be used; the message says what is
   *     wrong, where, and what to do
   */
  public String check() {
    return look(true);
  }

  /**
   * Connects, and makes sure that it is a server that can be written; what the role may create is
   * left to the migrations.
   *
   * @throws DatabaseUnavailableException if the database cannot be used; the message says what is
   *     wrong, where, and what to do
   */
  public void requireReachable() {
    look(false);
  }

  private String look(boolean mustCreate) {
    try (Connection connection = settings.unpooled().getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT current_setting('server_version') AS version,
                  current_setting('server_version_num')::int / 10000 AS major,
                  pg_is_in_recovery() AS standby,
                  current_setting('transaction_read_only') = 'on' AS read_only,
                  has_database_privilege(current_database(), 'CREATE')
                    AND has_schema_privilege('public', 'CREATE') AS may_create""");
        ResultSet row = statement.executeQuery()) {
      row.next();
      String version = row.getString("version");
      if (row.getInt("major") < OLDEST_MAJOR) {
        throw refused(
            "is PostgreSQL " + version + ", at least " + OLDEST_MAJOR + " is needed; upgrade it");
      }
      if (row.getBoolean("standby")) {
        throw refused("is a standby and cannot be written; connect to the primary");
      }
      if (row.getBoolean("read_only")) {
        throw refused(
            "only allows reading; switch default_transaction_read_only off for this role");
      }
      if (mustCreate && !row.getBoolean("may_create")) {
        throw refused(
            "does not let this role create tables; make it the owner: ALTER DATABASE \""
                + settings.database()
                + "\" OWNER TO \""
                + settings.user()
                + "\"");
      }
      return "PostgreSQL " + version + " at " + settings.describe();
    } catch (SQLException failure) {
      throw explain(failure);
    }
  }

  private DatabaseUnavailableException explain(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    String reason =
        switch (state) {
          case "28P01" ->
              "refuses the password of this role; correct it in DATABASE_URL or DATABASE_PASSWORD";
          case "28000" ->
              "refuses this role: it does not exist or pg_hba.conf has no line that lets it in from"
                  + " here";
          case "3D000" ->
              "does not exist; create it: createdb --owner="
                  + settings.user()
                  + " "
                  + settings.database();
          case "53300" -> "has no connection left; raise max_connections or end idle clients";
          case "57P03" -> "is starting up or shutting down; try again in a moment";
          case "08001", "08004", "08006" -> unreachable(failure);
          default -> "cannot be used (SQLSTATE " + state + ")";
        };
    return new DatabaseUnavailableException(subject() + reason, failure);
  }

  private static String unreachable(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "cannot be found: there is no host of that name; correct it in DATABASE_URL";
      }
      if (cause instanceof ConnectException) {
        return "does not answer ("
            + cause.getMessage()
            + "); start PostgreSQL there, open the"
            + " firewall, or correct host and port in DATABASE_URL";
      }
      if (cause instanceof SocketTimeoutException) {
        return "does not answer in time; look whether host, port and firewall are right";
      }
      if (cause instanceof SSLException) {
        return "does not agree on TLS (" + cause.getMessage() + "); see sslmode and sslrootcert";
      }
    }
    return "refuses the connection (" + failure.getMessage() + ")";
  }

  private DatabaseUnavailableException refused(String reason) {
    return new DatabaseUnavailableException(subject() + reason, null);
  }

  private String subject() {
    return "the database " + settings.describe() + " ";
  }
}
