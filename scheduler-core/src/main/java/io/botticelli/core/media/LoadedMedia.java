package io.botticelli.core.media;

import java.util.Optional;

/**
 * Media ready to be sent to a model.
 *
 * @param kind {@code image}, {@code audio}, {@code video} or {@code document}
 * @param mime lower case, without parameters; {@value #UNKNOWN_TYPE} when nothing tells
 * @param bytes at least one; not copied, must not be changed
 * @param filename without directories and control characters, or empty
 * @param sha256 of the bytes, 64 hexadecimal digits
 */
public record LoadedMedia(
    String kind, String mime, byte[] bytes, Optional<String> filename, String sha256) {
  /** Type of bytes of which nothing is known. */
  public static final String UNKNOWN_TYPE = "application/octet-stream";
}
