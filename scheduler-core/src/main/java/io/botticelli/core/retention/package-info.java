/**
 * Deletes what is old: history after {@code server.history_days}, content rows by policy, and what
 * the server keeps about itself.
 *
 * <p>{@link io.botticelli.core.retention.Retention} is the only door. One node at a time deletes,
 * in small batches, each a transaction of its own, so nothing waits for it and a crash loses
 * nothing. What a running execution, a claim or a message still needs stays, however old.
 *
 * <p>Thread-safe. Methods throw {@link io.botticelli.core.StoreException} when the database fails.
 */
@NullMarked
package io.botticelli.core.retention;

import org.jspecify.annotations.NullMarked;
