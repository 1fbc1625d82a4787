package io.botticelli.core.posting.jdbc;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.db.SqlStates;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.jdbc.OutboundRow.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what became of a call, and what follows from a message being out. */
final class OutboundRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(OutboundRecorder.class);

  private static final int MAX_ERROR_LENGTH = 500;

  private final Transactions transactions;

  OutboundRecorder(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Records a message that is there. That is a fact, so it is written even when the execution was
   * taken over meanwhile: without it the new owner would have to find the message, or send it
   * again. Only what follows from it (source row, history) is left to the new owner then.
   */
  PostReceipt recordSent(Fence fence, OutboundRow row, PostReceipt receipt) {
    try {
      return uninterrupted(
          () -> {
            try {
              transactions.fenced(
                  "record sent post",
                  fence.executionId(),
                  fence.epoch(),
                  connection -> recordSent(connection, row, receipt, true));
              return receipt;
            } catch (StaleExecutionException stale) {
              transactions.write(
                  "record sent post of a former owner",
                  connection -> recordSent(connection, row, receipt, false));
              throw stale;
            }
          });
    } catch (StoreException failure) {
      if (SqlStates.UNIQUE_VIOLATION.equals(failure.sqlState())) {
        // Two posts with the same text were in doubt at once, and the look-up gave this one's
        // message to the other. Once the platform has forgotten the nonce it can be sent.
        throw remainsUnknown(fence, row, "was answered with a message of another post", failure);
      }
      throw failure;
    }
  }

  private static boolean recordSent(
      Connection connection, OutboundRow row, PostReceipt receipt, boolean owned)
      throws SQLException {
    OutboundRows rows = new OutboundRows(connection);
    // All parts in one order, so that owners recording different parts agree on who is last.
    List<OutboundRow> parts = rows.parts(row.key(), row.generation());
    boolean first = rows.recordSent(row.id(), receipt);
    if (!first) {
      parts.stream()
          .filter(part -> part.id() == row.id())
          .flatMap(part -> part.messageId().stream())
          .filter(known -> !known.equals(receipt.messageId()))
          .forEach(
              known ->
                  LOG.error(
                      "{} is there twice: messages {} and {}; delete one",
                      describe(row),
                      known,
                      receipt.messageId()));
    }
    List<OutboundRow> now = rows.parts(row.key(), row.generation());
    if (owned && now.stream().allMatch(OutboundRow::isSent) && !now.get(0).settled()) {
      settle(connection, now);
    }
    return first;
  }

  /**
   * Marks the source row and writes history. A table whose constraints refuse the mark must not
   * undo the record of a message that is out: then it stays unsettled and is tried again by whoever
   * sends the row next, who gets the receipts and sends nothing.
   */
  static void settle(Connection connection, List<OutboundRow> parts) throws SQLException {
    OutboundRow first = parts.get(0);
    Savepoint before = connection.setSavepoint();
    try {
      PostedRows posted = new PostedRows(connection);
      if (first.source().isPresent()) {
        posted.mark(first.source().get());
      }
      posted.appendHistory(parts);
      new OutboundRows(connection).settle(first.key(), first.generation());
      connection.releaseSavepoint(before);
    } catch (SQLException failure) {
      connection.rollback(before);
      // Without the exception: the server quotes the row, and with it the text of the post.
      LOG.error(
          "{} is sent, but its source row {} could not be marked (SQLSTATE {}); it is not sent again",
          describe(first),
          first.source().map(row -> row.table() + "/" + row.id()).orElse("-"),
          failure.getSQLState());
    }
  }

  void recordDoubt(Fence fence, OutboundRow row, Status status, RuntimeException failure) {
    String reason =
        failure instanceof ActorServerException known
            ? known.code() + ": " + known.getMessage()
            : failure.getClass().getName();
    String error =
        reason.length() <= MAX_ERROR_LENGTH ? reason : reason.substring(0, MAX_ERROR_LENGTH);
    try {
      uninterrupted(
          () ->
              transactions.write(
                  "record outcome of a post",
                  connection -> {
                    new OutboundRows(connection).recordDoubt(row.id(), fence, status, error);
                    return status;
                  }));
    } catch (StoreException unrecorded) {
      // The row stays "sending", which the next attempt treats as unknown.
      failure.addSuppressed(unrecorded);
    }
  }

  PlatformException remainsUnknown(
      Fence fence, OutboundRow row, String why, @Nullable RuntimeException cause) {
    Kind kind = cause instanceof PlatformException known ? known.kind() : Kind.UNAVAILABLE;
    PlatformException unknown =
        new PlatformException(
            kind,
            Outcome.UNKNOWN,
            describe(row)
                + " "
                + why
                + "; it may have been posted. State unknown: it is looked up, never sent blindly",
            null,
            cause);
    recordDoubt(fence, row, Status.UNKNOWN, unknown);
    return unknown;
  }

  static String describe(OutboundRow row) {
    return "post " + row.id() + " (part " + row.part() + " of " + row.parts() + ")";
  }

  /** Pools refuse an interrupted thread a connection; what happened is recorded all the same. */
  private static <T> T uninterrupted(Supplier<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      return work.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
