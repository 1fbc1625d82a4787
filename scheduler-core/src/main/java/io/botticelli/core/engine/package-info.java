/**
 * Runs narratives: act by act, over ports only. Knows nothing of Quartz, JDBC, HTTP or Discord, so
 * it can be run and tested without any of them.
 */
@NullMarked
package io.botticelli.core.engine;

import org.jspecify.annotations.NullMarked;
