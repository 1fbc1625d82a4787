/**
 * Programs that measure what the server costs, each beside the least that would do the same, in one
 * process on one embedded database: {@link io.botticelli.bench.RunOverhead} and {@link
 * io.botticelli.bench.AcquireIndex}. They print one JSON object to standard output. Ratios say more
 * than milliseconds, which depend on the disk. Single-threaded; a failure ends the program.
 */
@NullMarked
package io.botticelli.bench;

import org.jspecify.annotations.NullMarked;
