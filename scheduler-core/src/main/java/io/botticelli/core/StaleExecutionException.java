package io.botticelli.core;

/**
 * The execution was taken over by a later attempt (or closed), so what this run writes no longer
 * counts. Thrown by every effect transaction whose epoch is stale; nothing was written.
 */
public final class StaleExecutionException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  /**
   * @param executionId row id in {@code actor_server_executions}
   * @param epoch the epoch the caller believed to hold
   */
  public StaleExecutionException(long executionId, int epoch) {
    super(
        "execution_stale",
        "execution "
            + executionId
            + " is no longer owned at epoch "
            + epoch
            + ": another node took it over or it was closed; this run ends without further effects",
        null);
  }
}
