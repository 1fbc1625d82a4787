/**
 * The history in PostgreSQL. Every lease is judged by the database clock, so the clocks of nodes do
 * not matter; every write of a run passes its fence in the same transaction.
 *
 * <p>Called by the scheduler (open, close, leases), the engine (runs and acts) and the console
 * (lists). All classes are thread-safe; all methods may fail with {@link
 * io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.history.jdbc;

import org.jspecify.annotations.NullMarked;
