/**
 * Chat platforms as ports: commands, posts and receipts. {@code platform.preview} is a guild inside
 * the database, {@code platform.noop} accepts and forgets.
 */
@NullMarked
package io.botticelli.core.platform;

import org.jspecify.annotations.NullMarked;
