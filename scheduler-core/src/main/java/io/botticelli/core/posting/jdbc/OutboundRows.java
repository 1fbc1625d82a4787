package io.botticelli.core.posting.jdbc;

import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import io.botticelli.core.posting.jdbc.OutboundRow.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements on {@code outbound_posts}, on one connection inside one transaction. */
final class OutboundRows {
  /** Discord takes 25 characters; 24 hexadecimal digits are 96 bits. */
  private static final int NONCE_LENGTH = 24;

  private static final String SELECT =
      "SELECT o.*, EXISTS (SELECT 1 FROM public.actor_server_executions e"
          + " WHERE e.id = o.execution_id AND e.epoch = o.epoch AND e.status = 'running'"
          + " AND e.lease_until > clock_timestamp()) AS owner_lives"
          + " FROM public.outbound_posts o ";

  private final Connection connection;

  OutboundRows(Connection connection) {
    this.connection = connection;
  }

  /** Makes executions that want to publish the same message decide one after another. */
  void lockKey(String key) throws SQLException {
    try (PreparedStatement statement =
        prepare("SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", "outbound " + key)) {
      statement.execute();
    }
  }

  /** Returns the parts of the newest generation in order, locked; empty when there is none. */
  List<OutboundRow> newest(String key) throws SQLException {
    return select(
        SELECT
            + "WHERE o.idempotency_key = ? AND o.generation = (SELECT max(n.generation)"
            + " FROM public.outbound_posts n WHERE n.idempotency_key = ?)"
            + " ORDER BY o.part FOR UPDATE OF o",
        key,
        key);
  }

  /** Returns all parts of a message in order, locked. */
  List<OutboundRow> parts(String key, int generation) throws SQLException {
    return select(
        SELECT + "WHERE o.idempotency_key = ? AND o.generation = ? ORDER BY o.part FOR UPDATE OF o",
        key,
        generation);
  }

  /** Returns a row, locked. */
  Optional<OutboundRow> lock(long id) throws SQLException {
    return select(SELECT + "WHERE o.id = ? FOR UPDATE OF o", id).stream().findFirst();
  }

  void insert(
      Fence fence, String platform, OutboundMessage message, int generation, List<String> contents)
      throws SQLException {
    Instant now = now();
    for (int part = 1; part <= contents.size(); part++) {
      try (PreparedStatement statement =
          prepare(
              "INSERT INTO public.outbound_posts (idempotency_key, generation, part, parts,"
                  + " execution_id, epoch, actor, platform, channel_id, content, tts, nonce,"
                  + " status, source_table, source_id)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)",
              message.key(),
              generation,
              part,
              contents.size(),
              fence.executionId(),
              fence.epoch(),
              message.actor(),
              platform,
              message.channelId(),
              contents.get(part - 1),
              message.tts(),
              nonce(message.key(), generation, part, now))) {
        statement.setString(13, message.source().map(SourceRow::table).orElse(null));
        statement.setObject(
            14, message.source().map(SourceRow::id).orElse(null), java.sql.Types.BIGINT);
        statement.executeUpdate();
      }
    }
  }

  void delete(String key, int generation) throws SQLException {
    update(
        "DELETE FROM public.outbound_posts WHERE idempotency_key = ? AND generation = ?",
        key,
        generation);
  }

  /** A first call, or one after a refusal: the search for it starts now. */
  void beginCall(long id, Fence fence) throws SQLException {
    update(
        "UPDATE public.outbound_posts SET status = 'sending', execution_id = ?, epoch = ?,"
            + " sending_at = now(), error = NULL WHERE id = ?",
        fence.executionId(),
        fence.epoch(),
        id);
  }

  /**
   * Takes over a row whose call may have been made. The start of the first call stays: that is how
   * far back its message may lie.
   */
  void takeOver(long id, Fence fence) throws SQLException {
    update(
        "UPDATE public.outbound_posts SET status = 'sending', execution_id = ?, epoch = ?,"
            + " sending_at = coalesce(sending_at, created_at) WHERE id = ?",
        fence.executionId(),
        fence.epoch(),
        id);
  }

  /**
   * Records that a message is there, whoever owns the row now.
   *
   * @return false if it was recorded before
   */
  boolean recordSent(long id, PostReceipt receipt) throws SQLException {
    return update(
            "UPDATE public.outbound_posts SET status = 'sent', message_id = ?, channel_id = ?,"
                + " sent_content = ?, sent_at = now(), error = NULL"
                + " WHERE id = ? AND status <> 'sent'",
            receipt.messageId(),
            receipt.channelId(),
            JdbcOutboundPosts.storable(receipt.content()),
            id)
        == 1;
  }

  /** Records failed or unknown, unless a later owner has taken the row over or knows better. */
  void recordDoubt(long id, Fence fence, Status status, String error) throws SQLException {
    update(
        "UPDATE public.outbound_posts SET status = ?, error = ? WHERE id = ?"
            + " AND execution_id = ? AND epoch = ? AND status IN ('sending', 'unknown')",
        status.name().toLowerCase(Locale.ROOT),
        JdbcOutboundPosts.storable(error),
        id,
        fence.executionId(),
        fence.epoch());
  }

  void settle(String key, int generation) throws SQLException {
    update(
        "UPDATE public.outbound_posts SET settled_at = now()"
            + " WHERE idempotency_key = ? AND generation = ?",
        key,
        generation);
  }

  /** Returns which of some messages of a platform are recorded for other rows than this one. */
  Set<String> recordedElsewhere(OutboundRow row, List<String> messageIds) throws SQLException {
    Set<String> recorded = new HashSet<>();
    try (PreparedStatement statement =
        prepare(
            "SELECT message_id FROM public.outbound_posts"
                + " WHERE platform = ? AND id <> ? AND message_id = ANY (?)",
            row.platform(),
            row.id())) {
      statement.setArray(3, connection.createArrayOf("text", messageIds.toArray()));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          recorded.add(result.getString(1));
        }
      }
    }
    return recorded;
  }

  /** Returns when an execution began, by the database clock. */
  Instant startOf(Fence fence) throws SQLException {
    try (PreparedStatement statement =
            prepare(
                "SELECT started_at FROM public.actor_server_executions WHERE id = ?",
                fence.executionId());
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private Instant now() throws SQLException {
    try (PreparedStatement statement = prepare("SELECT clock_timestamp()");
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /**
   * The moment of creation is part of it: after a database was emptied or restored the same key
   * names another message, and the platform would answer a nonce it remembers with the old one. The
   * nonce is stored before the first call, so every attempt uses the same.
   */
  private static String nonce(String key, int generation, int part, Instant created) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  String.join("\n", key, generation + "/" + part, created.toString())
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, NONCE_LENGTH);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private List<OutboundRow> select(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet result = statement.executeQuery()) {
      List<OutboundRow> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row(result));
      }
      return rows;
    }
  }

  private static OutboundRow row(ResultSet result) throws SQLException {
    @Nullable String sourceTable = result.getString("source_table");
    return new OutboundRow(
        result.getLong("id"),
        result.getString("idempotency_key"),
        result.getInt("generation"),
        result.getInt("part"),
        result.getInt("parts"),
        result.getLong("execution_id"),
        result.getInt("epoch"),
        result.getString("actor"),
        result.getString("platform"),
        result.getString("channel_id"),
        result.getString("content"),
        result.getBoolean("tts"),
        result.getString("nonce"),
        Status.valueOf(result.getString("status").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(result.getString("message_id")),
        Optional.ofNullable(result.getString("sent_content")),
        sourceTable == null
            ? Optional.empty()
            : Optional.of(new SourceRow(sourceTable, result.getLong("source_id"))),
        instant(result, "sending_at"),
        instant(result, "sent_at"),
        instant(result, "settled_at").isPresent(),
        result.getBoolean("owner_lives"));
  }

  private static Optional<Instant> instant(ResultSet result, String column) throws SQLException {
    return Optional.ofNullable(result.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
