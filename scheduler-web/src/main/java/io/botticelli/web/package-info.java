/** The runnable part: command line, HTTP server and console. */
@NullMarked
package io.botticelli.web;

import org.jspecify.annotations.NullMarked;
