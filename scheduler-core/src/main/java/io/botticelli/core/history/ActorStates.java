package io.botticelli.core.history;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The durable state of each actor: the rows of {@code actor_server_state}. */
public interface ActorStates {
  /**
   * Creates or updates the row of an actor from its definition. Never touches pause, counters or
   * breaker.
   */
  void register(ActorDefinition actor, String definitionVersion);

  /** Marks every actor not in {@code current} as disabled; its history stays. */
  void retireAllBut(List<ActorName> current);

  /** Returns one actor's state. */
  Optional<ActorState> find(ActorName actor);

  /** Lists all actors ordered by name. */
  List<ActorState> list();

  /**
   * Pauses or resumes. Resuming also closes an open breaker.
   *
   * @return false if there is no such actor
   */
  boolean setPaused(ActorName actor, boolean paused, String reason, String by);

  /**
   * Pauses an actor; over an earlier pause the last one wins.
   *
   * @param reason for people, may be ""
   * @param by who asks
   * @param until when the pause ends by itself, by the database clock; empty = never
   * @return false if there is no such actor
   */
  boolean pause(ActorName actor, String reason, String by, Optional<Instant> until);

  /**
   * Lists actors whose row still says paused although the pause's time has passed; they do not
   * count as paused any more.
   */
  List<ActorName> listEndedPauses();

  /**
   * Clears pauses whose time has passed, and ends of pauses that somebody lifted in the table. The
   * breaker is not touched.
   *
   * @param actors only these
   */
  void clearEndedPauses(List<ActorName> actors);

  /** Stores the next fire time as Quartz sees it; empty = none. */
  void setNextRun(ActorName actor, Optional<Instant> nextRun);

  /**
   * One actor as the cluster sees it.
   *
   * @param paused does not fire because of its own pause; false as soon as {@code pausedUntil} has
   *     passed by the database clock
   * @param breakerState {@code closed}, {@code open} or {@code half_open}
   * @param lastStatus status of the last finished execution
   */
  record ActorState(
      ActorName name,
      String displayName,
      String description,
      boolean enabled,
      boolean paused,
      Optional<String> pauseReason,
      Optional<String> pausedBy,
      Optional<Instant> pausedAt,
      Optional<Instant> pausedUntil,
      String breakerState,
      Optional<Instant> breakerNextProbeAt,
      int consecutiveFailures,
      Optional<Instant> lastRun,
      Optional<String> lastStatus,
      Optional<Instant> nextRun,
      String scheduleType,
      String schedule,
      String timezone,
      String platform,
      String definitionVersion,
      long runsSucceeded,
      long runsFailed,
      long runsSkipped,
      boolean running) {}
}
