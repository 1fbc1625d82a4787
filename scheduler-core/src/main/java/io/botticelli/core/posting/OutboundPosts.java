package io.botticelli.core.posting;

import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PostingPlatform;
import java.util.List;
import java.util.Optional;

/**
 * Publishes messages at most once. Each part of a message is a row that goes {@code pending ->
 * sending -> sent | failed | unknown}, committed before and after the call; after a crash or
 * time-out in {@code sending} the channel is searched before anything is sent again.
 */
public interface OutboundPosts {
  /**
   * Sends a message, or returns the receipts of the one already sent under the same key.
   *
   * @return one receipt per part, in order, at least one
   * @throws io.botticelli.core.platform.PlatformException {@code REJECTED} if a part was certainly
   *     not sent, {@code UNKNOWN} if it stays unknown until a person looks
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale; nothing is sent
   */
  List<PostingPlatform.PostReceipt> send(
      Fence fence, PostingPlatform platform, OutboundMessage message);

  /**
   * A message to publish once.
   *
   * @param key what makes it the same message: source row when {@code source} is present, else fire
   *     and act; at most 200 characters
   * @param actor actor on whose behalf, for post history
   * @param content whole text; split into parts by the platform's limit
   * @param source row this message publishes; it is marked posted in the transaction that records
   *     the last part as sent
   */
  record OutboundMessage(
      String key,
      String actor,
      String channelId,
      String content,
      boolean tts,
      Optional<SourceRow> source) {}

  /** A row of a content table. */
  record SourceRow(String table, long id) {}
}
