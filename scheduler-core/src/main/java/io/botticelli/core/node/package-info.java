/**
 * The composition root: builds a node from its parts, starts and stops it in order.
 *
 * <p>{@link io.botticelli.core.node.Node} is a member of the cluster; {@link
 * io.botticelli.core.node.Workbench} is the same without a scheduler, for one-shot commands. Both
 * are thread-safe once started. Starting fails with an {@link
 * io.botticelli.core.ActorServerException} that names the cause; what was opened by then is closed.
 */
@NullMarked
package io.botticelli.core.node;

import org.jspecify.annotations.NullMarked;
