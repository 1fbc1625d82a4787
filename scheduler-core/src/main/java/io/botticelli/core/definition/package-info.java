/** Immutable versions of a working set and what the cluster agreed to run. */
@NullMarked
package io.botticelli.core.definition;

import org.jspecify.annotations.NullMarked;
