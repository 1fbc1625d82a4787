/** What the scheduler asks the database besides Quartz: clock, check-ins, one lock, clean-up. */
@NullMarked
package io.botticelli.core.scheduling.jdbc;

import org.jspecify.annotations.NullMarked;
