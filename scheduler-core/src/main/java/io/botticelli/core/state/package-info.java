/**
 * Narrative state: a small key-value store that outlives runs; PostgreSQL in {@code state.jdbc}.
 */
@NullMarked
package io.botticelli.core.state;

import org.jspecify.annotations.NullMarked;
