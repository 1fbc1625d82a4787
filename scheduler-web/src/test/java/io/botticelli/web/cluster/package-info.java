/**
 * The cluster as an operator runs it: several JVMs over one PostgreSQL.
 *
 * <p>{@code NodeProcess} is one node, {@code FireSet} the actors it runs and the gate that holds
 * their runs between effect and end, {@code FireWatch} tells what the cluster is doing, {@code
 * FireChecker} judges: it reads nothing but the database and says which promises were broken.
 *
 * <p>{@code TwoNodesClusterTest} runs in every build; the tests tagged {@code chaos} run with
 * {@code mvn verify -Dexcluded.test.groups=browser}. Logs of the nodes stay in {@code
 * target/nodes}.
 */
@NullMarked
package io.botticelli.web.cluster;

import org.jspecify.annotations.NullMarked;
