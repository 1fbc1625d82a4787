package io.botticelli.core.platform.preview;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What stands in the channels of the preview guild, for people to look at. Thread-safe; methods
 * throw {@link io.botticelli.core.StoreException} when the database fails.
 */
public interface PreviewMessages {
  /**
   * Lists messages, newest first.
   *
   * @param channel id or name of one channel, or empty for all; an unknown channel has no messages
   * @param beforeId only messages older than this id, or empty: the cursor
   * @param limit 1..500
   */
  List<Message> list(Optional<String> channel, Optional<Long> beforeId, int limit);

  /** Lists the channels, in order of position and name, with how many messages each has. */
  List<Channel> listChannels();

  /**
   * A message.
   *
   * @param content as it was posted: hostile text, escape it before showing it
   */
  record Message(
      String id,
      String channelId,
      String channel,
      String author,
      String content,
      boolean pinned,
      Instant createdAt) {}

  /** A channel; {@code kind} is a lower-case word such as {@code text}. */
  record Channel(String id, String guildId, String name, String kind, long messages) {}
}
