package io.botticelli.core.media;

import java.util.Optional;

/** The media files of the working set a run belongs to. Implementations are thread-safe. */
@FunctionalInterface
public interface MediaFiles {
  /** No files at all. */
  MediaFiles NONE = path -> Optional.empty();

  /**
   * Returns the bytes of a file.
   *
   * @param path as the narrative's loading resolved it
   * @return empty when there is no such file
   * @throws io.botticelli.core.toml.SourceFileException if it cannot be read or is too large
   */
  Optional<byte[]> read(String path);
}
