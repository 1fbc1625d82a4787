/**
 * Hints between the nodes of a cluster: {@link io.botticelli.core.signal.Signals}, over
 * PostgreSQL's LISTEN and NOTIFY.
 *
 * <p>A hint says "look now". What it is about stands in the database, where every receiver also
 * looks by itself every few seconds: a hint that is lost costs seconds, never correctness. Nothing
 * here throws because the database is away. Thread-safe.
 */
@NullMarked
package io.botticelli.core.signal;

import org.jspecify.annotations.NullMarked;
