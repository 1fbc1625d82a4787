/**
 * The cluster as an operator runs it: several JVMs over one PostgreSQL.
 *
 * <p>{@code NodeProcess} is one node, {@code FireSet} the actors it runs and the gate that holds
 * their runs between effect and end, {@code FireWatch} tells what the cluster is doing, {@code
 * FireChecker} judges: it reads nothing but the database and says which promises were broken.
 *
 * <p>Faults: {@code NodeProcess} kills and suspends, {@code FaultProxy} cuts and silences wires or
 * loses the answer to a commit, {@code DatabaseServer} ends and starts a PostgreSQL over its data,
 * {@code ShiftedClock} sets the clock of processes, {@code SabotagedBuild} compiles production
 * classes with a mistake. {@code Trial} runs a scenario, {@code FaultLog} remembers what was done,
 * {@code FireMatcher} wants for every time something was due, by its own sums, exactly one
 * completed execution inside a window as wide as the faults allow, and {@code FireReport} says it
 * in one line that begins with {@code chaos:}.
 *
 * <p>{@code TwoNodesClusterTest} runs in every build; the tests tagged {@code chaos} run with
 * {@code mvn verify -Dexcluded.test.groups=browser} and in {@code .ci/run}; {@code FireDelayBench}
 * only by its name. Logs of the nodes stay in {@code target/nodes}.
 */
@NullMarked
package io.botticelli.web.cluster;

import org.jspecify.annotations.NullMarked;
