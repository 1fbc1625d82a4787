/** The HTTP server: binding, routes, error answers and the headers every answer carries. */
@NullMarked
package io.botticelli.web.server;

import org.jspecify.annotations.NullMarked;
