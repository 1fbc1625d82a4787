package io.botticelli.core.actor;

import java.util.List;

/**
 * Everything a node needs to know to schedule and run one actor, in normal form.
 *
 * <p>Immutable. Two nodes that load the same working set build equal definitions.
 *
 * @param name identity, unique within a server
 * @param displayName {@code [actor].name}
 * @param description human text, may be empty
 * @param enabled disabled actors are known but never scheduled
 * @param schedule when it fires
 * @param firing what becomes of late, overlapping and chained fires
 * @param execution how a fire is carried out
 * @param breaker when failures pause it
 * @param platform where it talks to
 * @param knowledge tables checked before the skills
 * @param skills steps in order
 */
public record ActorDefinition(
    ActorName name,
    String displayName,
    String description,
    boolean enabled,
    ActorSchedule schedule,
    FiringPolicy firing,
    ExecutionPolicy execution,
    BreakerPolicy breaker,
    PlatformBinding platform,
    List<Knowledge> knowledge,
    List<Skill> skills) {
  public ActorDefinition {
    knowledge = List.copyOf(knowledge);
    skills = List.copyOf(skills);
  }

  /** Builds an actor with {@link FiringPolicy#DEFAULT}. */
  public ActorDefinition(
      ActorName name,
      String displayName,
      String description,
      boolean enabled,
      ActorSchedule schedule,
      ExecutionPolicy execution,
      BreakerPolicy breaker,
      PlatformBinding platform,
      List<Knowledge> knowledge,
      List<Skill> skills) {
    this(
        name,
        displayName,
        description,
        enabled,
        schedule,
        FiringPolicy.DEFAULT,
        execution,
        breaker,
        platform,
        knowledge,
        skills);
  }

  /** Returns the same actor, disabled. */
  public ActorDefinition disabled() {
    return new ActorDefinition(
        name,
        displayName,
        description,
        false,
        schedule,
        firing,
        execution,
        breaker,
        platform,
        knowledge,
        skills);
  }
}
