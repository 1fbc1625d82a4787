/**
 * The scheduler's core: everything but the command line and the web server.
 *
 * <p>This root package holds only the exceptions every other package shares. It depends on nothing.
 */
@NullMarked
package io.botticelli.core;

import org.jspecify.annotations.NullMarked;
