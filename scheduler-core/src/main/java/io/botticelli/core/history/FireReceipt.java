package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.FireIdentity.Kind;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a request to fire.
 *
 * @param id unique, never guessable
 * @param requestedAt by the database clock, whole milliseconds; the fire's scheduled time
 * @param executionId execution of the fire, once it has one
 * @param status of that execution; empty while queued, and when the execution has been removed from
 *     the history
 */
public record FireReceipt(
    String id,
    ActorName actor,
    Optional<String> idempotencyKey,
    String by,
    Instant requestedAt,
    Map<String, String> parameters,
    boolean force,
    Optional<Long> executionId,
    Optional<ExecutionStatus> status) {
  public FireReceipt {
    parameters = Map.copyOf(parameters);
  }

  /** Returns how far the fire has come. */
  public State state() {
    if (executionId.isEmpty()) {
      return State.QUEUED;
    }
    return status.equals(Optional.of(ExecutionStatus.RUNNING)) ? State.RUNNING : State.FINISHED;
  }

  /** Returns the identity of the fire, the same however often its trigger is stored. */
  public FireIdentity identity() {
    return new FireIdentity(actor, requestedAt, Kind.MANUAL, id);
  }

  /** How far a fire has come; shown lower-case. */
  public enum State {
    /** It waits for a node, for the end of another run of the actor, or for its group. */
    QUEUED,
    RUNNING,
    /** Also when it was skipped: the status says so. */
    FINISHED;

    /** Returns the spelling for people and JSON. */
    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
