/**
 * TOML files with positions: documents whose every key knows its line and column, problems that
 * name them, suggestions for misspelt keys, and the port through which files are read. Used by
 * {@code narrative} and {@code config}; depends only on the TOML libraries.
 */
@NullMarked
package io.botticelli.core.toml;

import org.jspecify.annotations.NullMarked;
