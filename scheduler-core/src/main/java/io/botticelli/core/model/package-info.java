/**
 * The port to language models and what passes through it; one sub-package per provider. The engine
 * sees only the port. Providers make one attempt per call and translate every failure into {@link
 * io.botticelli.core.model.ModelException}.
 */
@NullMarked
package io.botticelli.core.model;

import org.jspecify.annotations.NullMarked;
