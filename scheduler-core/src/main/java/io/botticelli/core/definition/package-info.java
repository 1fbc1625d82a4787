/**
 * Immutable versions of a working set and what the cluster agreed to run.
 *
 * <p>{@link io.botticelli.core.definition.Definitions} is the port, {@code definition.jdbc} keeps
 * versions in PostgreSQL. What is stored is the text of the files before variables are replaced, so
 * no secret gets into the database; every node builds the working set anew from it with {@link
 * io.botticelli.core.definition.StoredDefinition#load}. Thread-safe; the store may fail with {@link
 * io.botticelli.core.StoreException}, building with {@link
 * io.botticelli.core.config.ConfigException}.
 */
@NullMarked
package io.botticelli.core.definition;

import org.jspecify.annotations.NullMarked;
