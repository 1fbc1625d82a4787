/**
 * The preview guild in PostgreSQL: {@link io.botticelli.core.platform.preview.jdbc.PreviewPlatform}
 * carries out commands and posts, {@link
 * io.botticelli.core.platform.preview.jdbc.JdbcPreviewMessages} reads for people. Thread-safe;
 * every call is one transaction and throws {@link io.botticelli.core.StoreException} when it fails.
 */
@NullMarked
package io.botticelli.core.platform.preview.jdbc;

import org.jspecify.annotations.NullMarked;
