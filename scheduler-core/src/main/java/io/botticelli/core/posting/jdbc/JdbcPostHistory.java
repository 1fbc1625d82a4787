package io.botticelli.core.posting.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.posting.PostHistory;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Post history read from the outbound table. Thread-safe. */
public final class JdbcPostHistory implements PostHistory {
  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcPostHistory(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public int countSince(String actor, Instant since) {
    return transactions.read(
        "count posts of " + actor,
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT count(DISTINCT (idempotency_key, generation)) FROM public.outbound_posts"
                      + " WHERE actor = ? AND status = 'sent' AND sent_at > ?")) {
            statement.setString(1, actor);
            statement.setObject(2, since.atOffset(ZoneOffset.UTC));
            try (ResultSet result = statement.executeQuery()) {
              result.next();
              return result.getInt(1);
            }
          }
        });
  }

  @Override
  public Optional<Instant> lastSent(String actor) {
    return transactions.read(
        "find the last post of " + actor,
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT max(sent_at) FROM public.outbound_posts"
                      + " WHERE actor = ? AND status = 'sent'")) {
            statement.setString(1, actor);
            try (ResultSet result = statement.executeQuery()) {
              result.next();
              return Optional.ofNullable(result.getObject(1, OffsetDateTime.class))
                  .map(OffsetDateTime::toInstant);
            }
          }
        });
  }
}
