package io.botticelli.core.posting.jdbc;

import io.botticelli.core.platform.PostingPlatform.Post;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import java.time.Instant;
import java.util.Optional;

/**
 * One part of one message as the database has it.
 *
 * @param ownerLives whether the execution that wrote the row last still holds its lease at that
 *     epoch, by the database clock
 */
record OutboundRow(
    long id,
    String key,
    int generation,
    int part,
    int parts,
    long executionId,
    int epoch,
    String actor,
    String platform,
    String channelId,
    String content,
    boolean tts,
    String nonce,
    Status status,
    Optional<String> messageId,
    Optional<String> sentContent,
    Optional<SourceRow> source,
    Optional<Instant> sendingAt,
    Optional<Instant> sentAt,
    boolean settled,
    boolean ownerLives) {

  enum Status {
    PENDING,
    SENDING,
    SENT,
    FAILED,
    UNKNOWN;

    /** Tells whether nothing of the part can be on the platform. */
    boolean certainlyNotSent() {
      return this == PENDING || this == FAILED;
    }
  }

  boolean isSent() {
    return status == Status.SENT;
  }

  Post toPost() {
    return new Post(channelId, content, nonce, tts);
  }

  /** Only of a row that is sent. */
  PostReceipt toReceipt() {
    return new PostReceipt(
        messageId.orElseThrow(), channelId, sentContent.orElse(content), sentAt.orElseThrow());
  }
}
