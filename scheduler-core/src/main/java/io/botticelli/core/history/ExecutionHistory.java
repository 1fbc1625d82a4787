package io.botticelli.core.history;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The record of every fire and what became of it; also the lease that says who may write for it.
 *
 * <p>All methods throw {@link io.botticelli.core.StoreException} when the database fails.
 */
public interface ExecutionHistory {

  /**
   * Opens the execution of a fire, or takes it over.
   *
   * <p>No row yet: inserts it at epoch 1. Finished row: vetoed. Running row whose lease has expired
   * by the database clock, or {@code recovering}: epoch + 1, attempt + 1, this node owns it.
   * Running row with a live owner: vetoed. Running row without one whose end was asked for: closed
   * as cancelled and vetoed.
   */
  OpenOutcome open(OpenRequest request);

  /**
   * Extends the lease to now + {@code lease} by the database clock.
   *
   * @return false if the fence is stale or the execution is closed; the run must stop
   */
  default boolean extendLease(Fence fence, Duration lease) {
    return Optional.ofNullable(renewLeases(List.of(fence), lease).get(fence))
        .map(Renewal::owned)
        .orElse(true);
  }

  /**
   * Extends leases to now + {@code lease} by the database clock, all at once and without waiting
   * for anybody, and tells whether somebody asked for the end of a run.
   *
   * @return by fence; those whose row is locked at the moment are left out and keep their lease
   */
  Map<Fence, Renewal> renewLeases(Collection<Fence> fences, Duration lease);

  /**
   * Closes the execution and updates the actor's counters, {@code last_run} and {@code last_status}
   * in one transaction. The breaker and its {@code consecutive_failures} are recorded separately.
   *
   * @throws io.botticelli.core.StaleExecutionException if the fence is stale
   */
  default void close(Fence fence, ExecutionResult result) {
    close(fence, result, false);
  }

  /**
   * Closes as {@link #close(Fence, ExecutionResult)}.
   *
   * @param causesFires true: {@link PendingFires#listUnchained} lists the execution until its
   *     chained fires are stored
   */
  void close(Fence fence, ExecutionResult result, boolean causesFires);

  /**
   * Writes a closed row for a fire that never ran ({@code skipped} or {@code missed}); does nothing
   * when a row for the fire exists.
   */
  void recordNotRun(
      FireIdentity fire, ExecutionStatus status, String code, String message, String node);

  /** Lists running executions whose lease has expired by the database clock, oldest first. */
  List<Expired> listExpired(int limit);

  /**
   * Closes an expired execution as {@code abandoned}.
   *
   * @return false if it was taken over or closed in the meantime
   */
  boolean abandon(long executionId, int epoch, String reason);

  /**
   * Closes an execution as cancelled when that was asked for and its lease has expired.
   *
   * @return false if nobody asked, somebody owns it, or it was closed meanwhile
   */
  boolean closeCancelled(long executionId);

  /** Gives up the lease at once, so that another node may take the fire over; keeps it running. */
  void releaseLease(Fence fence);

  /** Returns one execution. */
  Optional<Execution> find(long executionId);

  /** Lists executions, newest first. */
  List<Execution> list(Filter filter);

  /** Lists the narrative runs and acts of an execution, oldest first. */
  List<NarrativeRun> listRuns(long executionId);

  /**
   * What to open.
   *
   * @param node id of this node
   * @param recovering true when Quartz recovers a fire of a dead node
   * @param definitionVersion version of the working set, fixed for the run; "" = none
   * @param parameters parameters of a manual fire
   * @param lease how long the owner is believed alive without a sign
   * @param group group that must have room for a fire that has no execution yet
   */
  record OpenRequest(
      FireIdentity fire,
      String node,
      boolean recovering,
      String definitionVersion,
      Map<String, String> parameters,
      Duration lease,
      Optional<GroupLimit> group) {
    public OpenRequest {
      parameters = Map.copyOf(parameters);
    }

    /** A request without a concurrency group. */
    public OpenRequest(
        FireIdentity fire,
        String node,
        boolean recovering,
        String definitionVersion,
        Map<String, String> parameters,
        Duration lease) {
      this(fire, node, recovering, definitionVersion, parameters, lease, Optional.empty());
    }
  }

  /**
   * A concurrency group and how many executions it has room for in the whole cluster.
   *
   * @param most at least 1
   */
  record GroupLimit(String name, int most) {}

  /** The answer to {@link #open}. */
  sealed interface OpenOutcome {
    /**
     * This node owns the execution.
     *
     * @param attempt 1 for the first owner
     */
    record Opened(Fence fence, int attempt) implements OpenOutcome {}

    /**
     * Somebody else runs it or it is finished.
     *
     * @param reason {@code finished}, {@code owned} or {@code cancelled}
     */
    record Vetoed(long executionId, String reason, String node) implements OpenOutcome {}

    /**
     * The fire's concurrency group is full; nothing was opened, and the fire is remembered as
     * waiting. It is asked for again later.
     *
     * @param ahead fires that have waited longer
     */
    record Full(String group, int most, int running, int ahead) implements OpenOutcome {}
  }

  /**
   * The answer to {@link #renewLeases}.
   *
   * @param owned false if the fence is stale or the execution is closed; the run must stop
   * @param cancelRequestedBy who asked for its end, may hold ""; empty = nobody
   */
  record Renewal(boolean owned, Optional<String> cancelRequestedBy) {}

  /**
   * How an execution ended.
   *
   * @param status anything but {@code RUNNING}
   * @param errorCode stable code, or empty
   * @param errorMessage one line, or empty
   * @param metadata further facts, string to JSON scalar, for {@code metadata}
   * @param failureClass what kind of failure it was; always there when it failed, else empty
   * @param retryAfter when the other side renews what was used up, from now; empty = unknown
   */
  record ExecutionResult(
      ExecutionStatus status,
      Optional<String> errorCode,
      Optional<String> errorMessage,
      int skillsSucceeded,
      int skillsFailed,
      int skillsSkipped,
      long tokensIn,
      long tokensOut,
      Map<String, Object> metadata,
      Optional<FailureClass> failureClass,
      Optional<Duration> retryAfter) {
    public ExecutionResult {
      metadata = Map.copyOf(metadata);
      failureClass =
          status == ExecutionStatus.FAILED
              ? failureClass.or(() -> Optional.of(FailureClass.TRANSIENT))
              : Optional.empty();
    }

    /** Creates a result whose failure, if it is one, is of the mildest class. */
    public ExecutionResult(
        ExecutionStatus status,
        Optional<String> errorCode,
        Optional<String> errorMessage,
        int skillsSucceeded,
        int skillsFailed,
        int skillsSkipped,
        long tokensIn,
        long tokensOut,
        Map<String, Object> metadata) {
      this(
          status,
          errorCode,
          errorMessage,
          skillsSucceeded,
          skillsFailed,
          skillsSkipped,
          tokensIn,
          tokensOut,
          metadata,
          Optional.empty(),
          Optional.empty());
    }
  }

  /** A running execution whose owner gave no sign in time. */
  record Expired(
      Fence fence, FireIdentity fire, String node, int attempt, Map<String, String> parameters) {}

  /**
   * One row of history.
   *
   * @param failureClass what kind of failure it was; empty when it did not fail, and for rows of
   *     versions that kept none
   */
  record Execution(
      long id,
      FireIdentity fire,
      Instant startedAt,
      Optional<Instant> completedAt,
      ExecutionStatus status,
      Optional<String> errorCode,
      Optional<String> errorMessage,
      String node,
      int attempt,
      int epoch,
      int skillsSucceeded,
      int skillsFailed,
      int skillsSkipped,
      long tokensIn,
      long tokensOut,
      String definitionVersion,
      Optional<FailureClass> failureClass) {}

  /**
   * Which executions to list.
   *
   * @param limit 1..500
   * @param beforeId only rows with a smaller id, or empty: the cursor
   */
  record Filter(
      Optional<ActorName> actor,
      Optional<ExecutionStatus> status,
      Optional<Instant> since,
      Optional<Instant> until,
      int limit,
      Optional<Long> beforeId) {}

  /** A narrative run with its acts. */
  record NarrativeRun(
      String runId,
      Optional<String> parentRunId,
      String narrative,
      String file,
      int iteration,
      Instant startedAt,
      Optional<Instant> completedAt,
      String status,
      Optional<String> error,
      List<ActRun> acts) {}

  /**
   * One act as it ran.
   *
   * @param inputs as sent, without the bytes of media
   * @param promptHash SHA-256 of the inputs in hexadecimal; empty when there were none, and for
   *     acts of versions that kept none
   */
  record ActRun(
      int sequence,
      String name,
      Optional<String> model,
      String response,
      long tokensIn,
      long tokensOut,
      long durationMs,
      int rowsStored,
      String status,
      List<RunRecorder.SentInput> inputs,
      Optional<Double> temperature,
      Optional<Integer> maxTokens,
      Optional<String> promptHash) {
    public ActRun {
      inputs = List.copyOf(inputs);
    }
  }
}
