/** JSON handlers and their shapes; keys are snake_case, times ISO-8601 UTC. */
@NullMarked
package io.botticelli.web.api;

import org.jspecify.annotations.NullMarked;
