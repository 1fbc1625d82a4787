/**
 * Publishing once: the outbound table and the protocol around it. Called by the engine for every
 * message a narrative sends; talks to a {@link io.botticelli.core.platform.PostingPlatform}.
 */
@NullMarked
package io.botticelli.core.posting;

import org.jspecify.annotations.NullMarked;
