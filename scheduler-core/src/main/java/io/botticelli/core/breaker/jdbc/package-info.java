/**
 * The breakers in {@code actor_server_state}. Every transition is one conditional UPDATE judged by
 * the database clock, so nodes neither lose each other's counts nor disagree about the state.
 *
 * <p>Called by the scheduler before and after a run. Thread-safe; all methods may fail with {@link
 * io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.breaker.jdbc;

import org.jspecify.annotations.NullMarked;
