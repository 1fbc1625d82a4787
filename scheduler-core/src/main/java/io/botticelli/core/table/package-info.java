/**
 * The content store as a port: tables narratives create, query, update and consume. The adapter in
 * {@code table.jdbc} treats every name and filter as hostile; see {@link
 * io.botticelli.core.table.ContentTables}.
 */
@NullMarked
package io.botticelli.core.table;

import org.jspecify.annotations.NullMarked;
