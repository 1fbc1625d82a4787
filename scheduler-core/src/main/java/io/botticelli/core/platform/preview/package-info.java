/**
 * The preview platform: a guild inside the database that behaves as Discord would, so that a
 * pipeline can be watched without a token. Here is what consoles read; the platform itself is in
 * {@code platform.preview.jdbc}.
 */
@NullMarked
package io.botticelli.core.platform.preview;

import org.jspecify.annotations.NullMarked;
