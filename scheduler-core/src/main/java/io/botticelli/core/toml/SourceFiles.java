package io.botticelli.core.toml;

import java.util.List;
import java.util.Optional;

/**
 * The text and media files a working set is made of, on disk or as a stored version.
 *
 * <p>Paths are absolute or relative to the working set's base directory, normalised, with {@code
 * /}. Implementations are safe for use by several threads.
 */
public interface SourceFiles {
  /** Largest text file, 2 MiB. */
  int MAX_TEXT_BYTES = 2 << 20;

  /** Largest media file, 20 MiB. */
  int MAX_MEDIA_BYTES = 20 << 20;

  /** Most directory entries one search looks at. */
  int MAX_SEARCHED = 20_000;

  /**
   * Returns the UTF-8 text of a file.
   *
   * @param path normalised path
   * @return empty when there is no such regular file
   * @throws SourceFileException if the file is there but cannot be read, is larger than 2 MiB, or
   *     is not UTF-8
   */
  Optional<String> readText(String path);

  /**
   * Returns the bytes of a media file.
   *
   * @return empty when there is no such regular file
   * @throws SourceFileException if the file cannot be read or is larger than 20 MiB
   */
  Optional<byte[]> readBytes(String path);

  /** Tells whether a regular file is there. */
  boolean exists(String path);

  /**
   * Searches below a directory, breadth first, sorted, skipping hidden directories, {@code target}
   * and {@code node_modules}, at most 20,000 entries.
   *
   * @param directory where to start
   * @param fileName bare file name
   * @return the first hit, or empty
   */
  Optional<String> search(String directory, String fileName);

  /**
   * Returns the roots of the lookup: directory of {@code file}, context path, working directory.
   */
  List<String> lookupRoots(String file);

  /**
   * Tells whether a file is below one of the directories, wherever links on its path lead.
   *
   * @param path normalised path; need not exist
   * @param directories normalised paths
   */
  default boolean isWithin(String path, List<String> directories) {
    return SourcePaths.isWithin(SourcePaths.normalise(path), directories);
  }

  /**
   * Returns the normalised path of a reference.
   *
   * @param directory normalised path of a directory, "" = the base directory
   * @param reference absolute path, or path relative to {@code directory}; {@code .} and {@code ..}
   *     are resolved
   */
  default String resolve(String directory, String reference) {
    return SourcePaths.resolve(directory, reference);
  }
}
