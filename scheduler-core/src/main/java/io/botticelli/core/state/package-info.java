/**
 * Narrative state: a small key-value store that outlives runs, for runs ({@link
 * io.botticelli.core.state.NarrativeState}) and for people ({@link
 * io.botticelli.core.state.StateEntries}); PostgreSQL in {@code state.jdbc}.
 */
@NullMarked
package io.botticelli.core.state;

import org.jspecify.annotations.NullMarked;
