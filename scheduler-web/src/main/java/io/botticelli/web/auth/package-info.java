/**
 * Who may see what: the sign-in token of this process, its browser sessions and the throttle on
 * guesses.
 */
@NullMarked
package io.botticelli.web.auth;

import org.jspecify.annotations.NullMarked;
