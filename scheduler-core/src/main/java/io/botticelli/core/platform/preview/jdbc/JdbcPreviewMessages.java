package io.botticelli.core.platform.preview.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.platform.preview.PreviewMessages;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the preview guild's tables. */
public final class JdbcPreviewMessages implements PreviewMessages {
  private static final int MAX_LIMIT = 500;

  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcPreviewMessages(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Message> list(Optional<String> channel, Optional<Long> beforeId, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit is " + limit + ", expected 1 to " + MAX_LIMIT);
    }
    return transactions.read(
        "list preview messages",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT m.id, c.id, c.name, m.author, m.content, m.pinned, m.created_at"
                      + " FROM public.preview_messages m"
                      + " JOIN public.preview_channels c ON c.id = m.channel_id"
                      + " WHERE (?::text IS NULL OR c.name = ? OR c.id::text = ?)"
                      + " AND (?::bigint IS NULL OR m.id < ?)"
                      + " ORDER BY m.id DESC LIMIT ?")) {
            for (int i = 1; i <= 3; i++) {
              statement.setString(i, channel.orElse(null));
            }
            statement.setObject(4, beforeId.orElse(null), java.sql.Types.BIGINT);
            statement.setObject(5, beforeId.orElse(null), java.sql.Types.BIGINT);
            statement.setInt(6, limit);
            List<Message> messages = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                messages.add(
                    new Message(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getBoolean(6),
                        row.getObject(7, OffsetDateTime.class).toInstant()));
              }
            }
            return messages;
          }
        });
  }

  @Override
  public List<Channel> listChannels() {
    return transactions.read(
        "list preview channels",
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      "SELECT c.id, c.guild_id, c.name, c.kind,"
                          + " (SELECT count(*) FROM public.preview_messages m"
                          + " WHERE m.channel_id = c.id)"
                          + " FROM public.preview_channels c"
                          + " ORDER BY c.position, c.name, c.id");
              ResultSet row = statement.executeQuery()) {
            List<Channel> channels = new ArrayList<>();
            while (row.next()) {
              channels.add(
                  new Channel(
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      row.getLong(5)));
            }
            return channels;
          }
        });
  }
}
