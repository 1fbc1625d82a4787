package io.botticelli.core.db;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where the database is and how its connections are pooled. Prints without the password.
 *
 * @param hosts {@code host:port}, or several separated by commas
 * @param database name of the database
 * @param user role
 * @param password its password; empty = none
 * @param driverProperties further settings of the PostgreSQL driver, by its names
 * @param applicationConnections size of the application pool, at least 1
 * @param quartzConnections size of Quartz's pool, at least 1
 * @param checkoutTimeout longest wait for a free connection, at least 1 ms
 * @param idleTimeout unused connections are closed after this, whole seconds; zero = never
 */
public record DatabaseSettings(
    String hosts,
    String database,
    String user,
    Password password,
    Map<String, String> driverProperties,
    int applicationConnections,
    int quartzConnections,
    Duration checkoutTimeout,
    Duration idleTimeout) {
  /** Ten connections for the application. */
  public static final int DEFAULT_APPLICATION_CONNECTIONS = 10;

  /** Quartz needs one for its scheduler thread, one for check-ins and misfires, a few for jobs. */
  public static final int DEFAULT_QUARTZ_CONNECTIONS = 6;

  /** Five seconds: a caller learns of an exhausted pool while somebody still waits for it. */
  public static final Duration DEFAULT_CHECKOUT_TIMEOUT = Duration.ofSeconds(5);

  /** Ten minutes. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(10);

  /** A silently dropped connection is noticed after this; longer than any statement may take. */
  private static final String SOCKET_TIMEOUT_SECONDS = "30";

  /** Migrations wait for each other and may rewrite tables. */
  private static final String MIGRATION_SOCKET_TIMEOUT_SECONDS = "900";

  private static final String CONNECT_TIMEOUT_SECONDS = "5";

  /**
   * One row lock serialises the cluster's scheduling: nobody may wait for it, or hold it while
   * doing nothing, for long.
   */
  private static final String SESSION_LIMITS =
      "-c lock_timeout=10s -c idle_in_transaction_session_timeout=10s -c statement_timeout=20s";

  /** Checks the numbers and freezes the properties. */
  public DatabaseSettings {
    driverProperties = Map.copyOf(driverProperties);
    if (applicationConnections < 1 || quartzConnections < 1) {
      throw new IllegalArgumentException(
          "pool sizes are "
              + applicationConnections
              + " and "
              + quartzConnections
              + ", expected at least 1");
    }
    if (checkoutTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "the check-out time-out is " + checkoutTimeout + ", expected at least 1 ms");
    }
  }

  /**
   * Reads a database address with default pool sizes.
   *
   * @see #parse(String, int, int, Duration, Duration)
   */
  public static DatabaseSettings parse(String url) {
    return parse(
        url,
        DEFAULT_APPLICATION_CONNECTIONS,
        DEFAULT_QUARTZ_CONNECTIONS,
        DEFAULT_CHECKOUT_TIMEOUT,
        DEFAULT_IDLE_TIMEOUT);
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?key=value}, {@code postgres://..} or
   * {@code jdbc:postgresql://..?user=..&password=..}; every part may be percent-encoded.
   *
   * @throws DatabaseUnavailableException if the address cannot be read; the message says why and
   *     shows no part of it that may be secret
   */
  public static DatabaseSettings parse(
      String url,
      int applicationConnections,
      int quartzConnections,
      Duration checkoutTimeout,
      Duration idleTimeout) {
    DatabaseAddress address = DatabaseAddress.parse(url);
    return new DatabaseSettings(
        address.hosts(),
        address.database(),
        address.user(),
        new Password(address.password()),
        address.properties(),
        applicationConnections,
        quartzConnections,
        checkoutTimeout,
        idleTimeout);
  }

  /** Returns {@code hosts/database as user}, for messages. */
  public String describe() {
    return hosts + "/" + database + " as " + user;
  }

  /** Returns unpooled connections as a pool uses them, with every limit. */
  PGSimpleDataSource pooled(String poolName) {
    return dataSource(
        Map.of(
            "ApplicationName", "botticelli " + poolName,
            "socketTimeout", SOCKET_TIMEOUT_SECONDS,
            "options", SESSION_LIMITS));
  }

  /** Returns unpooled connections whose statements may take long. */
  PGSimpleDataSource unpooled() {
    return dataSource(
        Map.of(
            "ApplicationName",
            "botticelli start",
            "socketTimeout",
            MIGRATION_SOCKET_TIMEOUT_SECONDS));
  }

  /** Returns unpooled connections that are kept and mostly wait. */
  PGSimpleDataSource kept() {
    return dataSource(
        Map.of("ApplicationName", "botticelli signals", "socketTimeout", SOCKET_TIMEOUT_SECONDS));
  }

  private PGSimpleDataSource dataSource(Map<String, String> ours) {
    Map<String, String> values = new TreeMap<>();
    values.put("connectTimeout", CONNECT_TIMEOUT_SECONDS);
    values.put("tcpKeepAlive", "true");
    values.putAll(ours);
    values.putAll(driverProperties);
    if (ours.containsKey("options") && driverProperties.containsKey("options")) {
      // PostgreSQL lets the last one win, so what the operator wrote stays in force.
      values.put("options", ours.get("options") + " " + driverProperties.get("options"));
    }
    Properties properties = new Properties();
    properties.putAll(values);
    properties.setProperty("user", user);
    if (!password.isEmpty()) {
      properties.setProperty("password", password.reveal());
    }
    return PropertyDataSource.of(hosts, database, properties);
  }

  /** A password; prints as {@code ***}. */
  public static final class Password {
    private final String text;

    /**
     * @param text the password, "" = none
     */
    public Password(String text) {
      this.text = text;
    }

    /** Returns the password itself; call it only where it is handed to the driver. */
    public String reveal() {
      return text;
    }

    boolean isEmpty() {
      return text.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Password password && text.equals(password.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return "***";
    }
  }
}
