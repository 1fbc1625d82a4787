/**
 * Runs narratives: act by act, over ports only. Knows nothing of Quartz, JDBC, HTTP or Discord, so
 * it can be run and tested without any of them.
 *
 * <p>{@link io.botticelli.core.engine.NarrativeEngine} is the entry; it is given its surroundings
 * as {@link io.botticelli.core.engine.EnginePorts}. {@code Passes} runs a narrative once per
 * iteration, {@code ActProcessor} one act after the other: inputs become parts of a turn, a model
 * or the last command answers, rows are stored, the act is recorded. {@link
 * io.botticelli.core.engine.SourceInspector} tells what a narrative feeds on without running it.
 *
 * <p>The engine is thread-safe; a run is confined to the thread that calls it and reacts to the
 * interruption of that thread. What narratives, models and tables contain is hostile: inserted text
 * is never looked at again, and nothing unresolved reaches a platform or a query. Failures of a
 * narrative are results; only a lost database and a lost execution are thrown.
 */
@NullMarked
package io.botticelli.core.engine;

import org.jspecify.annotations.NullMarked;
