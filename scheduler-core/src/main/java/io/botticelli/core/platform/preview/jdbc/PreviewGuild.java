package io.botticelli.core.platform.preview.jdbc;

import io.botticelli.core.platform.ChannelKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statements behind the preview guild, on one connection inside one transaction. */
final class PreviewGuild {
  /** Guild of channels that come into being by being posted to. */
  static final String DEFAULT_GUILD = "preview";

  private static final Pattern ID = Pattern.compile("[0-9]{1,18}|[1-8][0-9]{18}");
  private static final String CHANNEL =
      "SELECT id, guild_id, name, kind, topic, position, nsfw, parent_id"
          + " FROM public.preview_channels ";
  private static final String MESSAGE =
      "SELECT id, channel_id, author, content, tts, pinned, created_at, edited_at"
          + " FROM public.preview_messages ";

  private final Connection connection;

  PreviewGuild(Connection connection) {
    this.connection = connection;
  }

  /** Returns an id given as text, or empty when the text is a name. */
  static Optional<Long> numericId(String text) {
    String plain = text.strip();
    return ID.matcher(plain).matches() ? Optional.of(Long.valueOf(plain)) : Optional.empty();
  }

  /** Finds a channel by id, else a text channel by name, the default guild's first. */
  Optional<ChannelRow> findChannel(String idOrName) throws SQLException {
    Optional<Long> id = numericId(idOrName);
    if (id.isPresent()) {
      return first(channels(CHANNEL + "WHERE id = ?", id.get()));
    }
    String name = ChannelKind.TEXT.normaliseName(idOrName);
    return first(
        channels(
            CHANNEL
                + "WHERE name = ? AND kind IN ('text', 'announcement', 'forum')"
                + " ORDER BY guild_id <> '"
                + DEFAULT_GUILD
                + "', kind <> 'text', id LIMIT 1",
            name));
  }

  Optional<ChannelRow> findByName(String guildId, String kind, String name) throws SQLException {
    return first(
        channels(CHANNEL + "WHERE guild_id = ? AND kind = ? AND name = ?", guildId, kind, name));
  }

  List<ChannelRow> listChannels(String guildId) throws SQLException {
    return channels(CHANNEL + "WHERE guild_id = ? ORDER BY position, id", guildId);
  }

  /** Creates a channel, or returns the one that has its name already. */
  ChannelRow insertChannel(ChannelRow row) throws SQLException {
    update(
        "INSERT INTO public.preview_channels (guild_id, name, kind, topic, position, nsfw)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (guild_id, kind, name) DO NOTHING",
        row.guildId(),
        row.name(),
        row.kind(),
        row.topic().orElse(null),
        row.position(),
        row.nsfw());
    return findByName(row.guildId(), row.kind(), row.name())
        .orElseThrow(() -> new IllegalStateException("a channel just created is not there"));
  }

  /** Creates the channel that narratives written for a real guild name by its id. */
  ChannelRow insertChannelWithId(long id) throws SQLException {
    update(
        "INSERT INTO public.preview_channels (id, guild_id, name) VALUES (?, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        id,
        DEFAULT_GUILD,
        "channel-" + id);
    return findChannel(Long.toString(id))
        .orElseThrow(() -> new IllegalStateException("a channel just created is not there"));
  }

  void updateChannel(ChannelRow row) throws SQLException {
    update(
        "UPDATE public.preview_channels SET name = ?, topic = ?, position = ?, nsfw = ?"
            + " WHERE id = ?",
        row.name(),
        row.topic().orElse(null),
        row.position(),
        row.nsfw(),
        row.id());
  }

  void deleteChannel(long id) throws SQLException {
    update("DELETE FROM public.preview_channels WHERE id = ?", id);
  }

  /** Stores a message, or returns the one that has its nonce already, whatever its text. */
  MessageRow insertMessage(long channelId, String content, String nonce, boolean tts)
      throws SQLException {
    update(
        "INSERT INTO public.preview_messages (channel_id, content, nonce, tts) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (channel_id, nonce) WHERE nonce IS NOT NULL DO NOTHING",
        channelId,
        content,
        nonce,
        tts);
    return first(messages(MESSAGE + "WHERE channel_id = ? AND nonce = ?", channelId, nonce))
        .orElseThrow(() -> new IllegalStateException("a message just stored is not there"));
  }

  Optional<MessageRow> findMessage(long channelId, long id) throws SQLException {
    return first(messages(MESSAGE + "WHERE channel_id = ? AND id = ?", channelId, id));
  }

  /** Finds messages by content, the one with that nonce before all others, then oldest first. */
  List<MessageRow> findMessages(long channelId, String content, String nonce, Instant since)
      throws SQLException {
    return messages(
        MESSAGE
            + "WHERE channel_id = ? AND content = ? AND created_at >= ?"
            + " ORDER BY coalesce(nonce = ?, false) DESC, id",
        channelId,
        content,
        OffsetDateTime.ofInstant(since, ZoneOffset.UTC),
        nonce);
  }

  List<MessageRow> listMessages(long channelId, int limit) throws SQLException {
    return messages(MESSAGE + "WHERE channel_id = ? ORDER BY id DESC LIMIT ?", channelId, limit);
  }

  Instant updateMessage(long id, String content) throws SQLException {
    try (PreparedStatement statement =
        prepare(
            "UPDATE public.preview_messages SET content = ?, edited_at = now() WHERE id = ?"
                + " RETURNING edited_at",
            content,
            id)) {
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getObject(1, OffsetDateTime.class).toInstant();
      }
    }
  }

  void deleteMessage(long id) throws SQLException {
    update("DELETE FROM public.preview_messages WHERE id = ?", id);
  }

  int clearMessages(long channelId, int limit) throws SQLException {
    return update(
        "DELETE FROM public.preview_messages WHERE id IN (SELECT id FROM public.preview_messages"
            + " WHERE channel_id = ? ORDER BY id DESC LIMIT ?)",
        channelId,
        limit);
  }

  void setPinned(long id, boolean pinned) throws SQLException {
    update("UPDATE public.preview_messages SET pinned = ? WHERE id = ?", pinned, id);
  }

  private List<ChannelRow> channels(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet row = statement.executeQuery()) {
      List<ChannelRow> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(
            new ChannelRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)),
                row.getInt(6),
                row.getBoolean(7),
                Optional.ofNullable(row.getObject(8, Long.class))));
      }
      return rows;
    }
  }

  private List<MessageRow> messages(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet row = statement.executeQuery()) {
      List<MessageRow> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(
            new MessageRow(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject(8, OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant)));
      }
      return rows;
    }
  }

  private int update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        statement.setString(i + 1, null);
      } else {
        statement.setObject(i + 1, values[i]);
      }
    }
    return statement;
  }

  private static <T> Optional<T> first(List<T> rows) {
    return rows.stream().findFirst();
  }

  /** A channel; {@code id} is 0 before it is stored. */
  record ChannelRow(
      long id,
      String guildId,
      String name,
      String kind,
      Optional<String> topic,
      int position,
      boolean nsfw,
      Optional<Long> parentId) {
    static ChannelRow text(String guildId, String name) {
      return new ChannelRow(0, guildId, name, "text", Optional.empty(), 0, false, Optional.empty());
    }
  }

  /** A message. */
  record MessageRow(
      long id,
      long channelId,
      String author,
      String content,
      boolean tts,
      boolean pinned,
      Instant createdAt,
      Optional<Instant> editedAt) {}
}
