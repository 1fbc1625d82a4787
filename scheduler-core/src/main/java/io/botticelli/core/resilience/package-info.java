/** Failsafe's retry, breaker and time-out around a run; the only package that sees Failsafe. */
@NullMarked
package io.botticelli.core.resilience;

import org.jspecify.annotations.NullMarked;
