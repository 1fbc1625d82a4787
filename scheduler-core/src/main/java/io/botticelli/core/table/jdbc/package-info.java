/**
 * The content store on PostgreSQL. {@link io.botticelli.core.table.jdbc.JdbcContentTables} is the
 * entry; behind it:
 *
 * <ul>
 *   <li>names: {@code Identifiers} checks and quotes, {@code TableCatalog} finds the table and its
 *       columns, so that only names the catalog returned reach a statement;
 *   <li>filters: {@code FilterScanner} splits the text into allow-listed tokens and takes every
 *       literal out, {@code FilterGrammar} checks that they form one condition, {@code
 *       FilterRenderer} writes SQL anew and binds every literal;
 *   <li>rows: {@code TableReader} and {@code RowJson} read, {@code RowClaims} keeps rows for one
 *       execution, {@code TableCreator}, {@code SchemaInference}, {@code Coercion} and {@code
 *       RowWriter} store, {@code TableUpdater} updates, {@code Generations} tracks.
 * </ul>
 *
 * <p>All classes are stateless and thread-safe; each call is one transaction. Mistakes of a caller
 * are {@link io.botticelli.core.table.TableException}, failures of the database {@link
 * io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.table.jdbc;

import org.jspecify.annotations.NullMarked;
