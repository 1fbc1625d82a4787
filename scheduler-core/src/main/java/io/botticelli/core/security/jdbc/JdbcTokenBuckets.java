package io.botticelli.core.security.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import io.botticelli.core.security.TokenBuckets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Keeps token buckets in the table {@code command_buckets}; the database's clock fills them. */
public final class JdbcTokenBuckets implements TokenBuckets {
  private static final double MICROS = 1_000_000;

  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcTokenBuckets(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Optional<Duration> take(String bucket, RateLimit limit) {
    double capacity = (double) limit.maxTokens() + limit.burst();
    double perSecond = limit.maxTokens() / (double) limit.window().toSeconds();
    String key = bucket.replace("\u0000", "");
    return transactions.write(
        "count a command",
        connection -> {
          open(connection, key, capacity);
          double tokens = refill(connection, key, capacity, perSecond);
          if (tokens < 1) {
            double seconds = (1 - tokens) / perSecond;
            return Optional.of(Duration.ofNanos((long) (Math.ceil(seconds * MICROS) * 1000)));
          }
          spend(connection, key);
          return Optional.empty();
        });
  }

  private static void open(Connection connection, String key, double capacity) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.command_buckets (bucket, tokens, filled_at)"
                + " VALUES (?, ?, clock_timestamp()) ON CONFLICT (bucket) DO NOTHING")) {
      statement.setString(1, key);
      statement.setDouble(2, capacity);
      statement.executeUpdate();
    }
  }

  /** Locks the bucket until the transaction ends. */
  private static double refill(Connection connection, String key, double capacity, double perSecond)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE public.command_buckets SET tokens = least(?, tokens + ? * greatest(0,"
                + " extract(epoch FROM clock_timestamp() - filled_at)::float8)),"
                + " filled_at = clock_timestamp() WHERE bucket = ? RETURNING tokens")) {
      statement.setDouble(1, capacity);
      statement.setDouble(2, perSecond);
      statement.setString(3, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getDouble(1);
      }
    }
  }

  private static void spend(Connection connection, String key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE public.command_buckets SET tokens = tokens - 1 WHERE bucket = ?")) {
      statement.setString(1, key);
      statement.executeUpdate();
    }
  }
}
