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
 *        Reconciler (missing triggers)                         open, lease, pause, breaker, close
 *        PauseAlignment (pauses, next run)                                      |
 *                                                                               |
 *        AbandonedExecutionSweeper: lease ran out -> a "takeover" trigger with the same identity
 * </pre>
 *
 * <p>What the rows say about pauses is the truth, an actor's own and the cluster's; the job asks
 * once more at fire time. {@code PauseAlignment} makes the triggers follow: at once where somebody
 * pauses, within seconds through {@code PauseWatch}, with every reconcile otherwise (plain SQL).
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
