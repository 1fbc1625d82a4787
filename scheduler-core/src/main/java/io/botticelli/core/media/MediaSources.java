package io.botticelli.core.media;

import io.botticelli.core.narrative.ActInput;

/** Gets the bytes of media inputs. Implementations are thread-safe. */
public interface MediaSources {
  /** Most bytes of one input, 20 MiB. */
  int MAX_BYTES = 20 << 20;

  /**
   * Gets the bytes of an input; may block for the time-out of a download. An interrupt ends it
   * early and is kept.
   *
   * @param files where inputs by file are read
   * @throws MediaException if there are no such bytes, they are too large, are not what the input
   *     says, or must not be fetched; {@link MediaException#isRetryable()} tells whether to try
   *     again
   */
  LoadedMedia load(ActInput.Media media, MediaFiles files);
}
