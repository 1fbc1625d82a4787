/**
 * Actors as Quartz jobs and triggers, the one job class, listeners that cannot stop a job, and the
 * sweeper.
 */
@NullMarked
package io.botticelli.core.scheduling;

import org.jspecify.annotations.NullMarked;
