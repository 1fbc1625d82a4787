package io.botticelli.core.platform;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A platform that publishes messages. */
public interface PostingPlatform extends Platform {
  /** Returns the largest number of code points one message may have. */
  int messageLimit();

  /**
   * Publishes one message; makes one logical attempt.
   *
   * @throws PlatformException with outcome {@code REJECTED} if it was certainly not published,
   *     {@code UNKNOWN} if it may have been
   */
  PostReceipt post(Post post);

  /**
   * Looks for a message this bot published.
   *
   * @param since not older than this
   * @return the receipt if it is there, empty if it certainly is not
   * @throws PlatformException if the channel cannot be read
   */
  Optional<PostReceipt> find(Post post, Instant since);

  /**
   * Looks for every message this bot published with that content, oldest first. Two posts may have
   * the same text, so the one found first may belong to another; implementations that can tell more
   * than one apart override this.
   *
   * @param since not older than this
   * @return candidates, empty if it certainly is not there
   * @throws PlatformException if the channel cannot be read
   */
  default List<PostReceipt> findAll(Post post, Instant since) {
    return find(post, since).stream().toList();
  }

  /**
   * A message to publish.
   *
   * @param channelId where
   * @param content 1..{@link #messageLimit()} code points
   * @param nonce at most 25 characters, the same for every attempt at this message
   * @param tts read aloud
   */
  record Post(String channelId, String content, String nonce, boolean tts) {}

  /**
   * Proof that a message is there.
   *
   * @param messageId id on the platform
   * @param content content as the platform shows it
   */
  record PostReceipt(String messageId, String channelId, String content, Instant timestamp) {}
}
