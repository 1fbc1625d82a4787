package io.botticelli.core.history;

import io.botticelli.core.actor.ActorName;
import java.time.Instant;

/**
 * What makes a fire the same fire on every node and after every recovery. Never the wall clock.
 *
 * @param actor who fires
 * @param scheduledFor scheduled fire time, whole milliseconds
 * @param kind what caused it
 * @param receipt receipt id of a manual fire, the execution that caused a chained one, "" otherwise
 */
public record FireIdentity(ActorName actor, Instant scheduledFor, Kind kind, String receipt) {
  /** What caused a fire; stored lower-case. */
  public enum Kind {
    SCHEDULE,
    MANUAL,
    STARTUP,
    /** Caused by the success of another actor's execution. */
    CHAINED
  }
}
