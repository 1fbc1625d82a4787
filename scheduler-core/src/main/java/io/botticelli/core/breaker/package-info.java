/**
 * The circuit breaker of each actor, shared by the cluster.
 *
 * <pre>
 *            failures reach the threshold                 probe time reached, one run granted
 *   CLOSED ------------------------------> OPEN ----------------------------------> HALF_OPEN
 *     ^                                     ^                                          |  |
 *     |                                     +------------- probe failed ---------------+  |
 *     +------------------------------- probes succeeded, or reset ------------------------+
 * </pre>
 */
@NullMarked
package io.botticelli.core.breaker;

import org.jspecify.annotations.NullMarked;
