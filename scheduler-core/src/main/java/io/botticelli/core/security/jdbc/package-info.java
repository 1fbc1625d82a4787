/**
 * Approvals and token buckets in PostgreSQL, shared by the whole cluster. Thread-safe; fails with
 * {@link io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.security.jdbc;

import org.jspecify.annotations.NullMarked;
