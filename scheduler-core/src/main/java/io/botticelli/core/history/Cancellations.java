package io.botticelli.core.history;

/**
 * Requests to end a run, from any process. The request stands in the execution's row; the node that
 * runs it sees it when it extends its lease at the latest, and the run ends as {@code cancelled}.
 *
 * <p>Thread-safe; all methods throw {@link io.botticelli.core.StoreException} when the database
 * fails.
 */
public interface Cancellations {
  /**
   * Asks for the end of an execution. Asking twice changes nothing: the first to ask stands in the
   * history.
   *
   * @param by who asks, for people
   */
  Answer request(long executionId, String by);

  /** What became of a request. */
  enum Answer {
    /** Its owner was told; the run ends within seconds. */
    REQUESTED,
    /** It had no living owner and is closed as cancelled now. */
    CANCELLED,
    /** It had ended before; nothing was changed. */
    ENDED,
    /** There is no such execution. */
    NOT_FOUND
  }
}
