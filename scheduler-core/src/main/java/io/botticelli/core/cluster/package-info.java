/**
 * Who is a member of the cluster: {@link io.botticelli.core.cluster.ClusterNodes}, a row per node
 * that the node renews every few seconds. Ports here, PostgreSQL in {@code cluster.jdbc}.
 *
 * <pre>
 *             join                     beat               leave
 *   (no row) ------> up | standby | draining (every 5 s) ------> (no row)
 *                          |
 *                          no beat for 30 s: lost, and after a day forgotten
 * </pre>
 *
 * <p>Quartz's own check-ins decide who takes over fires; this is what people see and ask for.
 */
@NullMarked
package io.botticelli.core.cluster;

import org.jspecify.annotations.NullMarked;
