/**
 * Old rows in PostgreSQL. Thread-safe; fails with {@link io.botticelli.core.StoreException} when
 * the database does.
 */
@NullMarked
package io.botticelli.core.retention.jdbc;

import org.jspecify.annotations.NullMarked;
