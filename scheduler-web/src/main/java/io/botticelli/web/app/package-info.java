/** The command line: one class per command, and the only place that writes to standard output. */
@NullMarked
package io.botticelli.web.app;

import org.jspecify.annotations.NullMarked;
