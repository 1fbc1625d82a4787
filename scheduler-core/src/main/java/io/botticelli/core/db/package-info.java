/**
 * The database: embedded or external, pools, migrations, transactions and the fence every effect
 * passes.
 *
 * <p>In the order of a start: {@link io.botticelli.core.db.EmbeddedDatabase} or an address from
 * outside, {@link io.botticelli.core.db.DatabaseSettings}, {@link
 * io.botticelli.core.db.DatabaseCheck}, {@link io.botticelli.core.db.SchemaMigrator} over {@link
 * io.botticelli.core.db.DataSources#direct}, then {@link io.botticelli.core.db.Transactions} over
 * {@link io.botticelli.core.db.DataSources#application}. What keeps the database from use at start
 * is a {@link io.botticelli.core.db.DatabaseUnavailableException}; what fails later is a {@link
 * io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.db;

import org.jspecify.annotations.NullMarked;
