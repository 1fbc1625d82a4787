package io.botticelli.core.alert.jdbc;

import io.botticelli.core.alert.AlertStore;
import io.botticelli.core.alert.Condition;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Alerts in PostgreSQL. What many nodes find at once becomes one alert, because one node at a time
 * brings alerts in line and a lasting alert is unique. Thread-safe.
 */
public final class JdbcAlertStore implements AlertStore {
  /** Key of the advisory lock around {@link #update}; any constant no other part uses. */
  private static final long UPDATE_LOCK = 0x626f_7474_616c_7274L;

  /** A condition that flickers is one alert: it must be gone for this long to be over. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  private static final int MOST_LISTED = 500;

  private final Transactions transactions;
  private final Duration quiet;

  /**
   * @param transactions over the application pool
   */
  public JdbcAlertStore(Transactions transactions) {
    this(transactions, QUIET);
  }

  JdbcAlertStore(Transactions transactions, Duration quiet) {
    this.transactions = transactions;
    this.quiet = quiet;
  }

  @Override
  public void update(List<Condition> conditions, Set<String> judged, Set<String> known) {
    transactions.write(
        "bring alerts in line",
        connection -> {
          if (!tryLock(connection)) {
            return null;
          }
          Set<AlertRows.Identity> seen = new HashSet<>();
          for (Condition condition : conditions) {
            seen.add(AlertRows.Identity.of(condition));
            see(connection, condition);
          }
          for (AlertRows.Lasting alert : AlertRows.lasting(connection)) {
            boolean ruleIsGone = !known.contains(alert.identity().rule());
            boolean over = judged.contains(alert.identity().rule()) && alert.isQuiet(quiet);
            if (!seen.contains(alert.identity()) && (ruleIsGone || over)) {
              end(connection, alert);
            }
          }
          return null;
        });
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      statement.setLong(1, UPDATE_LOCK);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Opens or keeps an alert, and tells people once it has lasted long enough. */
  private static void see(Connection connection, Condition condition) throws SQLException {
    long id = AlertRows.upsert(connection, condition);
    if (!AlertRows.becomesKnown(connection, id, condition.hold())) {
      return;
    }
    for (String channel : condition.channels()) {
      DeliveryRows.store(connection, id, channel, Event.FIRING);
    }
  }

  private static void end(Connection connection, AlertRows.Lasting alert) throws SQLException {
    if (!alert.notified()) {
      AlertRows.delete(connection, alert.id());
      return;
    }
    AlertRows.resolve(connection, alert.id());
    for (String channel : alert.channels()) {
      DeliveryRows.store(connection, alert.id(), channel, Event.RESOLVED);
    }
  }

  @Override
  public long storeTest(String channel, String by) {
    Condition test =
        new Condition(
            "test",
            channel,
            Severity.INFO,
            "test message to channel " + channel + ", asked for by " + by,
            Map.of(),
            Duration.ZERO,
            List.of(channel));
    return transactions.write(
        "store a test message", connection -> DeliveryRows.storeTest(connection, test));
  }

  @Override
  public List<Delivery> claimDue(String node, Duration claim, int limit) {
    return transactions.write(
        "claim alert messages",
        connection -> DeliveryRows.claimDue(connection, node, claim, checked(limit)));
  }

  @Override
  public Optional<Delivery> claim(long deliveryId, String node, Duration claim) {
    return transactions.write(
        "claim an alert message",
        connection -> DeliveryRows.claim(connection, deliveryId, node, claim));
  }

  @Override
  public void delivered(long deliveryId) {
    transactions.write(
        "mark an alert message as delivered",
        connection -> DeliveryRows.delivered(connection, deliveryId));
  }

  @Override
  public void failed(long deliveryId, String error, Optional<Duration> again) {
    transactions.write(
        "mark an alert message as not delivered",
        connection ->
            DeliveryRows.failed(connection, deliveryId, PostgresText.storable(error), again));
  }

  @Override
  public List<Alert> list(int limit) {
    return transactions.read(
        "list alerts", connection -> AlertRows.list(connection, checked(limit)));
  }

  @Override
  public List<Delivery> listDeliveries(int limit) {
    return transactions.read(
        "list alert messages", connection -> DeliveryRows.list(connection, checked(limit)));
  }

  @Override
  public Optional<Delivery> findDelivery(long deliveryId) {
    return transactions.read(
        "find an alert message", connection -> DeliveryRows.find(connection, deliveryId));
  }

  @Override
  public int prune(Duration age) {
    return transactions.write(
        "delete old alerts",
        connection -> {
          List<String> statements =
              List.of(
                  "DELETE FROM public.alerts WHERE resolved_at"
                      + " < clock_timestamp() - ? * interval '1 second'",
                  "DELETE FROM public.alert_deliveries WHERE alert_id IS NULL AND created_at"
                      + " < clock_timestamp() - ? * interval '1 second'");
          int deleted = 0;
          for (String sql : statements) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
              statement.setLong(1, age.toSeconds());
              deleted += statement.executeUpdate();
            }
          }
          return deleted;
        });
  }

  private static int checked(int limit) {
    if (limit < 1 || limit > MOST_LISTED) {
      throw new IllegalArgumentException("limit is " + limit + ", expected 1.." + MOST_LISTED);
    }
    return limit;
  }
}
