package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Requests to fire, stored before anything else happens, so that the same request is the same fire
 * for as long as its receipt is kept. The execution of the fire is entered by {@link
 * ExecutionHistory} in the transaction that writes its row.
 *
 * <p>Thread-safe. All methods throw {@link io.botticelli.core.StoreException} when the database
 * fails.
 */
public interface Receipts {
  /**
   * Stores a request, or finds the one stored under the same actor and idempotency key; of any
   * number of processes that store one key at once, all get one receipt.
   *
   * @throws FireRequestException {@code idempotency_conflict} if the key was used for this actor
   *     with other parameters or another force
   */
  FireReceipt store(FireRequest request);

  /** Returns a receipt with the present state of its execution. */
  Optional<FireReceipt> find(String receiptId);

  /** Returns the receipt of a request that was stored before, whatever its parameters were. */
  Optional<FireReceipt> findByKey(ActorName actor, String idempotencyKey);

  /**
   * Lists receipts without an execution that are older than {@code age}, oldest first.
   *
   * @param limit 1..500
   */
  List<FireReceipt> listOpen(Duration age, int limit);
}
