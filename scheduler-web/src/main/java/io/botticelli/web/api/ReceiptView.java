package io.botticelli.web.api;

import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireReceipt;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of a fire somebody asked for.
 *
 * @param status {@code queued}, {@code running}, how the execution ended, or {@code finished} when
 *     the history no longer knows
 * @param message one sentence for a person
 * @param timestamp when it was asked for
 */
public record ReceiptView(
    String receiptId,
    String actor,
    String status,
    Optional<String> executionId,
    Optional<String> errorCode,
    String message,
    Instant timestamp) {

  /**
   * Returns how a receipt is shown.
   *
   * @param errorCode of its execution
   * @param detail replaces the standing sentence, for example with the reason of a failure
   */
  public static ReceiptView of(
      FireReceipt receipt, Optional<String> errorCode, Optional<String> detail) {
    String status = receipt.status().map(ExecutionStatus::stored).orElse(receipt.state().shown());
    return new ReceiptView(
        receipt.id(),
        receipt.actor().value(),
        status,
        receipt.executionId().map(String::valueOf),
        errorCode,
        detail.orElseGet(() -> message(receipt, status)),
        receipt.requestedAt());
  }

  private static String message(FireReceipt receipt, String status) {
    return switch (receipt.state()) {
      case QUEUED -> "queued; a node of the cluster runs it as soon as it can";
      case RUNNING -> "running";
      case FINISHED -> status.replace('_', ' ');
    };
  }
}
