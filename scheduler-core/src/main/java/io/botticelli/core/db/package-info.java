/**
 * The database: embedded or external, pools, migrations, transactions and the fence every effect
 * passes.
 */
@NullMarked
package io.botticelli.core.db;

import org.jspecify.annotations.NullMarked;
