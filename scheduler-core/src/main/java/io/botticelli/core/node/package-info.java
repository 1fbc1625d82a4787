/** The composition root: builds a node from its parts, starts and stops it in order. */
@NullMarked
package io.botticelli.core.node;

import org.jspecify.annotations.NullMarked;
