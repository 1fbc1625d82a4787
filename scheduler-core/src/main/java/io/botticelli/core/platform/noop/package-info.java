/**
 * A platform that accepts every known command and every message and forgets them: for rehearsals,
 * and for actors that publish nothing. Thread-safe; fails only for wrong commands.
 */
@NullMarked
package io.botticelli.core.platform.noop;

import org.jspecify.annotations.NullMarked;
