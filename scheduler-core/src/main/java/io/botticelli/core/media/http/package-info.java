/**
 * Media from the web, without letting a narrative reach into the network the server stands in.
 *
 * <p>{@link io.botticelli.core.media.http.HttpUrlMedia} resolves a host once, checks every address
 * of it and connects to these only, at each redirect anew: a name that changes its mind between
 * check and use gains nothing. Thread-safe. Fails with {@link
 * io.botticelli.core.media.MediaException}.
 */
@NullMarked
package io.botticelli.core.media.http;

import org.jspecify.annotations.NullMarked;
