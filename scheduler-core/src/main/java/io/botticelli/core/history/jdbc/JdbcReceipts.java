package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.json;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.history.FireRequestException;
import io.botticelli.core.history.Receipts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Receipts in {@code fire_receipts}; the unique key over actor and idempotency key decides. */
public final class JdbcReceipts implements Receipts {
  private static final int MAX_LIMIT = 500;

  private static final String SELECT =
      """
      SELECT r.receipt_id, r.actor_name, r.idempotency_key, r.requested_by, r.requested_at,
        r.parameters, r.forced, r.execution_id, e.status
      FROM public.fire_receipts r
      LEFT JOIN public.actor_server_executions e ON e.id = r.execution_id""";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcReceipts(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public FireReceipt store(FireRequest request) {
    return transactions.write(
        "store a request to fire " + request.actor(),
        connection -> {
          String id = UUID.randomUUID().toString();
          if (insert(connection, id, request)) {
            return one(connection, " WHERE r.receipt_id = ?", id).orElseThrow();
          }
          String key = request.idempotencyKey().orElseThrow();
          FireReceipt stored = byKey(connection, request.actor(), key).orElseThrow();
          if (!isSame(connection, stored, request)) {
            throw conflict(request.actor(), stored);
          }
          return stored;
        });
  }

  /** Waits for a transaction that is just inserting the same key; its row is seen afterwards. */
  private static boolean insert(Connection connection, String id, FireRequest request)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.fire_receipts
          (receipt_id, actor_name, idempotency_key, requested_by, requested_at, parameters, forced)
        VALUES (?, ?, ?, ?, date_trunc('milliseconds', clock_timestamp()), ?::jsonb, ?)
        ON CONFLICT (actor_name, idempotency_key) DO NOTHING""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, id);
      statement.setString(2, request.actor().value());
      statement.setString(3, keyOrNull(request));
      statement.setString(4, PostgresText.storable(request.by()));
      statement.setString(5, json(request.parameters()));
      statement.setBoolean(6, request.force());
      return statement.executeUpdate() == 1;
    }
  }

  private static @Nullable String keyOrNull(FireRequest request) {
    return request.idempotencyKey().map(PostgresText::storable).orElse(null);
  }

  /** PostgreSQL compares, so that both sides went through the same storable text. */
  private static boolean isSame(Connection connection, FireReceipt stored, FireRequest request)
      throws SQLException {
    String sql =
        "SELECT 1 FROM public.fire_receipts"
            + " WHERE receipt_id = ? AND parameters = ?::jsonb AND forced = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, stored.id());
      statement.setString(2, json(request.parameters()));
      statement.setBoolean(3, request.force());
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static FireRequestException conflict(ActorName actor, FireReceipt stored) {
    return new FireRequestException(
        "idempotency_conflict",
        "the idempotency key was used for actor "
            + actor
            + " at "
            + stored.requestedAt()
            + " with other parameters or another force (receipt "
            + stored.id()
            + "); repeat that request unchanged, or use a new key for a new fire");
  }

  @Override
  public Optional<FireReceipt> find(String receiptId) {
    return transactions.read(
        "find a receipt",
        connection -> one(connection, " WHERE r.receipt_id = ?", PostgresText.storable(receiptId)));
  }

  @Override
  public Optional<FireReceipt> findByKey(ActorName actor, String idempotencyKey) {
    return transactions.read(
        "find a receipt of " + actor, connection -> byKey(connection, actor, idempotencyKey));
  }

  @Override
  public List<FireReceipt> listOpen(Duration age, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit is " + limit + ", expected 1.." + MAX_LIMIT);
    }
    return transactions.read(
        "list receipts without an execution",
        connection -> {
          String sql =
              SELECT
                  + " WHERE r.execution_id IS NULL"
                  + " AND r.requested_at <= clock_timestamp() - ? * interval '1 millisecond'"
                  + " ORDER BY r.requested_at LIMIT ?";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, age.toMillis());
            statement.setInt(2, limit);
            return receipts(statement);
          }
        });
  }

  private static Optional<FireReceipt> byKey(Connection connection, ActorName actor, String key)
      throws SQLException {
    return one(
        connection,
        " WHERE r.actor_name = ? AND r.idempotency_key = ?",
        actor.value(),
        PostgresText.storable(key));
  }

  private static Optional<FireReceipt> one(Connection connection, String where, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SELECT + where)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return receipts(statement).stream().findFirst();
    }
  }

  private static List<FireReceipt> receipts(PreparedStatement statement) throws SQLException {
    List<FireReceipt> receipts = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        receipts.add(
            new FireReceipt(
                row.getString("receipt_id"),
                new ActorName(row.getString("actor_name")),
                Columns.optionalText(row, "idempotency_key"),
                row.getString("requested_by"),
                Columns.instant(row, "requested_at"),
                Columns.strings(row.getString("parameters")),
                row.getBoolean("forced"),
                Optional.ofNullable(row.getObject("execution_id", Long.class)),
                Columns.optionalText(row, "status").map(ExecutionStatus::ofStored)));
      }
    }
    return receipts;
  }
}
