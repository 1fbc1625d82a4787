package io.botticelli.core.media;

import java.util.Optional;

/** Fetches media from the web. Implementations are thread-safe. */
public interface UrlMedia {
  /**
   * Fetches what an address leads to.
   *
   * @param url as the narrative gives it; hostile
   * @throws MediaException if the address must not be visited, or gives nothing usable
   */
  Fetched fetch(String url);

  /**
   * An answer.
   *
   * @param bytes at most {@link MediaSources#MAX_BYTES}; not copied
   * @param contentType as the server sent it, or empty
   */
  record Fetched(byte[] bytes, Optional<String> contentType) {}
}
