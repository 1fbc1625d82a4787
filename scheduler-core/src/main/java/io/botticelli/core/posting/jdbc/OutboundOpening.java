package io.botticelli.core.posting.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Decides which rows stand for a message: those of an earlier attempt, or new ones. */
final class OutboundOpening {
  private final Transactions transactions;

  OutboundOpening(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Returns the parts of the message in order, at least one. */
  List<OutboundRow> open(
      Fence fence, PostingPlatform platform, OutboundMessage message, List<String> contents) {
    return transactions.fenced(
        "open outbound message",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          OutboundRows rows = new OutboundRows(connection);
          rows.lockKey(message.key());
          List<OutboundRow> newest = rows.newest(message.key());
          if (!newest.isEmpty() && !needsGeneration(connection, fence, platform, message, newest)) {
            if (newest.stream().allMatch(OutboundRow::isSent) && !newest.get(0).settled()) {
              OutboundRecorder.settle(connection, newest);
            }
            if (!isReplaceable(fence, message, newest, contents)) {
              return newest;
            }
            rows.delete(message.key(), newest.get(0).generation());
          }
          int generation = newest.isEmpty() ? 1 : newest.get(0).generation() + 1;
          rows.insert(fence, platform.name(), message, generation, contents);
          return rows.newest(message.key());
        });
  }

  /**
   * Tells whether the same key now means another message.
   *
   * <p>A source row is marked in the transaction that records its message as sent. So an execution
   * that reads it afterwards reads a row that was put back on purpose (or is published again on
   * purpose), while one that began before may hold a copy from before the mark: that one gets the
   * receipts, unless the row visibly waits again.
   */
  private static boolean needsGeneration(
      Connection connection,
      Fence fence,
      PostingPlatform platform,
      OutboundMessage message,
      List<OutboundRow> newest)
      throws SQLException {
    OutboundRow first = newest.get(0);
    if (!first.platform().equals(platform.name())) {
      return true;
    }
    boolean done = newest.stream().allMatch(OutboundRow::isSent) && first.settled();
    if (!done || message.source().isEmpty() || first.executionId() == fence.executionId()) {
      return false;
    }
    Instant sent = newest.get(newest.size() - 1).sentAt().orElseThrow();
    return new PostedRows(connection).markOf(message.source().get()) == PostedRows.Mark.WAITING
        || sent.isBefore(new OutboundRows(connection).startOf(fence));
  }

  /**
   * Tells whether nothing is out yet and the text has changed, so that the new one is published.
   */
  private static boolean isReplaceable(
      Fence fence, OutboundMessage message, List<OutboundRow> rows, List<String> contents) {
    boolean nothingOut = rows.stream().allMatch(row -> row.status().certainlyNotSent());
    // A part that failed was given up by its owner; untouched parts may be about to be sent.
    boolean othersTurn =
        rows.stream()
            .allMatch(
                row ->
                    row.status() == OutboundRow.Status.PENDING
                        && row.ownerLives()
                        && row.executionId() != fence.executionId());
    boolean same =
        rows.stream().map(OutboundRow::content).toList().equals(contents)
            && rows.stream()
                .allMatch(
                    row ->
                        row.channelId().equals(message.channelId())
                            && row.tts() == message.tts()
                            && row.source().equals(message.source()));
    return nothingOut && !othersTurn && !same;
  }
}
