/**
 * What a narrative is, and the parser that builds it from TOML. Pure: the parser reads files only
 * through {@link io.botticelli.core.toml.SourceFiles}, so a stored working set parses like one on
 * disk. Everything is immutable; mistakes are reported all at once as {@link
 * io.botticelli.core.toml.Problem}s.
 */
@NullMarked
package io.botticelli.core.narrative;

import org.jspecify.annotations.NullMarked;
