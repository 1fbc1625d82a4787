/**
 * What happened: executions with their lease and epoch, narrative runs with their acts, and the
 * durable state of each actor. Ports here, PostgreSQL in {@code history.jdbc}.
 *
 * <pre>
 *                 open                      close
 *   (no row) ------------> running --------------------> succeeded | failed | skipped | cancelled
 *                            | ^
 *          lease ran out or  | | epoch + 1, attempt + 1
 *          Quartz recovery   | |
 *                            v |
 *                          expired -- nobody may recover it --> abandoned
 * </pre>
 */
@NullMarked
package io.botticelli.core.history;

import org.jspecify.annotations.NullMarked;
