/**
 * Narrative state in PostgreSQL, table {@code narrative_state}, scope {@code global}. Thread-safe;
 * fails with {@link io.botticelli.core.StoreException} when the database does.
 */
@NullMarked
package io.botticelli.core.state.jdbc;

import org.jspecify.annotations.NullMarked;
