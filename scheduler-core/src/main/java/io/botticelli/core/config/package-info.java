/**
 * Server and actor files in every spelling, read into one normalised model; all mistakes reported
 * at once.
 */
@NullMarked
package io.botticelli.core.config;

import org.jspecify.annotations.NullMarked;
