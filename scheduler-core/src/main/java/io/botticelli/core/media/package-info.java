/**
 * The bytes of media inputs: from the narrative itself, from a file of its working set, or from the
 * web.
 *
 * <p>{@link io.botticelli.core.media.MediaSources} is what the engine sees; {@link
 * io.botticelli.core.media.InputMediaSources} implements it over two ports: {@link
 * io.botticelli.core.media.MediaFiles}, which differ from run to run, and {@link
 * io.botticelli.core.media.UrlMedia}. All of it is thread-safe. What cannot be had fails with
 * {@link io.botticelli.core.media.MediaException}; addresses may hold secrets, so messages show
 * their host only.
 */
@NullMarked
package io.botticelli.core.media;

import org.jspecify.annotations.NullMarked;
