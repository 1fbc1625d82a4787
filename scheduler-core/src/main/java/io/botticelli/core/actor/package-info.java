/**
 * What an actor is: name, schedule, policies, skills. Plain immutable values without behaviour that
 * touches the outside; {@code config} builds them, {@code scheduling} and {@code engine} read them.
 */
@NullMarked
package io.botticelli.core.actor;

import org.jspecify.annotations.NullMarked;
