/**
 * Actors as Quartz jobs and triggers, and what a fire goes through.
 *
 * <p>{@link io.botticelli.core.scheduling.ClusterScheduler} is the only door; {@code node} builds
 * it from ports. Quartz decides <em>which node</em> fires <em>when</em>; whether a fire may have
 * effects is decided by {@code history.open} and its epoch.
 *
 * <pre>
 *   definition --ActorScheduler--> job + triggers --Quartz--> NarrativeJob --FireRunner--> body
 *                    ^                                                          |
 *        Reconciler (pause, missing triggers, next run)        open, lease, pause, breaker, close
 *                                                                               |
 *        AbandonedExecutionSweeper: lease ran out -> a "takeover" trigger with the same identity
 * </pre>
 *
 * <p>Trigger groups: {@code schedule} (the actor's schedule), {@code startup} (once per
 * definition), {@code manual} (a person's fire, named by its receipt), {@code takeover} (an
 * execution whose owner is gone, or a fire a stopping node hands over), and Quartz's own {@code
 * RECOVERING_JOBS}.
 *
 * <p>The job forbids concurrent execution, so a manual or takeover fire of a running actor waits
 * (BLOCKED) until that run has ended; Quartz's own recovery fires do not wait, which is safe
 * because the epoch fences the old owner off. A scheduled fire that came due while the actor was
 * running is dropped and recorded as skipped.
 *
 * <p>Everything here is thread-safe. Methods that touch Quartz throw {@link
 * io.botticelli.core.scheduling.SchedulingException}; nothing a fire does escapes the job.
 */
@NullMarked
package io.botticelli.core.scheduling;

import org.jspecify.annotations.NullMarked;
