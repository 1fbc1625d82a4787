package io.botticelli.core.config;

import io.botticelli.core.toml.MemorySourceFiles;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.SourceFiles;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Remembers every file a loading touched, so that the same loading can be repeated from what was
 * stored, on a node that has none of the files. For use by one thread.
 *
 * <p>Text is kept as it is. Media files are kept under {@value #MEDIA_PREFIX} and their path, in
 * Base64. Places of the lookup that cannot be told from the paths are kept under {@value #LOOKUP}.
 */
final class RecordingSourceFiles implements SourceFiles {
  /** No path starts with it: TOML files name their media by path, never with this scheme. */
  private static final String MEDIA_PREFIX = "media:";

  private static final String LOOKUP = "lookup:";

  /**
   * An absolute path in a file that leads to a file of the set: what it stood for when recorded.
   */
  private static final String ALIAS_PREFIX = "alias:";

  /** Larger sets do not belong into a database row that every node reads. */
  private static final long MAX_STORED_CHARACTERS = 64L << 20;

  private final SourceFiles files;
  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, byte[]> media = new TreeMap<>();
  private final TreeSet<String> found = new TreeSet<>();
  private final Map<String, String> aliases = new TreeMap<>();
  private List<String> lookup = List.of();

  RecordingSourceFiles(SourceFiles files) {
    this.files = files;
  }

  @Override
  public Optional<String> readText(String path) {
    String known = texts.get(path);
    if (known != null) {
      // One loading sees one state of a file, even if somebody saves it meanwhile.
      return Optional.of(known);
    }
    Optional<String> text = files.readText(path);
    text.ifPresent(content -> texts.put(path, checked(path, content)));
    return text;
  }

  @Override
  public Optional<byte[]> readBytes(String path) {
    Optional<byte[]> bytes = files.readBytes(path);
    bytes.ifPresent(content -> media.put(path, content));
    return bytes;
  }

  @Override
  public boolean exists(String path) {
    boolean exists = files.exists(path);
    if (exists) {
      found.add(path);
    }
    return exists;
  }

  @Override
  public Optional<String> search(String directory, String fileName) {
    Optional<String> hit = files.search(directory, fileName);
    hit.ifPresent(found::add);
    return hit;
  }

  @Override
  public List<String> lookupRoots(String file) {
    List<String> roots = files.lookupRoots(file);
    if (roots.size() - 1 > lookup.size()) {
      lookup = List.copyOf(roots.subList(1, roots.size()));
    }
    return roots;
  }

  @Override
  public boolean isWithin(String path, List<String> directories) {
    return files.isWithin(path, directories);
  }

  @Override
  public String resolve(String directory, String reference) {
    String resolved = files.resolve(directory, reference);
    if (reference.startsWith("/") && !resolved.startsWith("/")) {
      aliases.put(reference, resolved);
    }
    return resolved;
  }

  /** Replaces what is kept of a text that was read. */
  void keepInstead(String path, String text) {
    texts.put(path, text);
  }

  /** Tells whether a file is there, without taking it into the set. */
  boolean isThere(String path) {
    return files.exists(path);
  }

  /** Reads a text without taking it into the set. */
  Optional<String> peek(String path) {
    return files.readText(path);
  }

  /**
   * Returns everything that was read, path to content; reads the media files that were only found.
   *
   * @throws SourceFileException if such a file cannot be read, or all together are too large
   */
  Map<String, String> recorded() {
    Map<String, String> recorded = new TreeMap<>(texts);
    for (String path : found) {
      if (!texts.containsKey(path) && !media.containsKey(path)) {
        files.readBytes(path).ifPresent(content -> media.put(path, content));
      }
    }
    media.forEach(
        (path, content) ->
            recorded.put(MEDIA_PREFIX + path, Base64.getEncoder().encodeToString(content)));
    aliases.forEach((reference, path) -> recorded.put(ALIAS_PREFIX + reference, path));
    if (!lookup.isEmpty() && !lookup.equals(List.of(""))) {
      recorded.put(LOOKUP, String.join("\n", lookup));
    }
    long size = recorded.values().stream().mapToLong(String::length).sum();
    if (size > MAX_STORED_CHARACTERS) {
      throw new SourceFileException(
          "the working set has "
              + (size >> 20)
              + " MiB of files, expected at most "
              + (MAX_STORED_CHARACTERS >> 20)
              + "; refer to large media by url",
          null);
    }
    return recorded;
  }

  private static String checked(String path, String content) {
    if (content.indexOf('\0') >= 0) {
      // PostgreSQL can store no such character in text.
      throw new SourceFileException(
          path + " is no text file, because it holds a NUL character; save it as UTF-8 text", null);
    }
    return content;
  }

  /**
   * Returns the text files among what was recorded.
   *
   * @param media receives the media files, in Base64
   */
  static Map<String, String> texts(Map<String, String> recorded, Map<String, String> media) {
    Map<String, String> texts = new TreeMap<>();
    recorded.forEach(
        (path, content) -> {
          if (path.startsWith(MEDIA_PREFIX)) {
            media.put(path.substring(MEDIA_PREFIX.length()), content);
          } else if (!path.startsWith(ALIAS_PREFIX)
              && !path.equals(LOOKUP)
              && !path.equals(WorkingSet.ONLY)) {
            texts.put(path, content);
          }
        });
    return texts;
  }

  /** Returns files that answer as the recorded ones did. */
  static SourceFiles replay(Map<String, String> recorded) {
    Map<String, String> texts = new HashMap<>();
    Map<String, byte[]> media = new HashMap<>();
    Map<String, String> aliases = new HashMap<>();
    recorded.forEach(
        (path, content) -> {
          if (path.startsWith(MEDIA_PREFIX)) {
            media.put(path.substring(MEDIA_PREFIX.length()), Base64.getDecoder().decode(content));
          } else if (path.startsWith(ALIAS_PREFIX)) {
            aliases.put(path.substring(ALIAS_PREFIX.length()), content);
          } else if (!path.equals(LOOKUP) && !path.equals(WorkingSet.ONLY)) {
            texts.put(path, content);
          }
        });
    List<String> lookup = List.of(recorded.getOrDefault(LOOKUP, "").split("\n", -1));
    SourceFiles replayed =
        new MemorySourceFiles(
            texts,
            media,
            lookup.size() > 1 ? Optional.of(lookup.get(0)) : Optional.empty(),
            lookup.get(lookup.size() - 1));
    return aliases.isEmpty() ? replayed : new AliasedSourceFiles(replayed, aliases);
  }

  /** Recorded files in which absolute paths into the base directory still lead to their files. */
  private record AliasedSourceFiles(SourceFiles files, Map<String, String> aliases)
      implements SourceFiles {
    @Override
    public Optional<String> readText(String path) {
      return files.readText(path);
    }

    @Override
    public Optional<byte[]> readBytes(String path) {
      return files.readBytes(path);
    }

    @Override
    public boolean exists(String path) {
      return files.exists(path);
    }

    @Override
    public Optional<String> search(String directory, String fileName) {
      return files.search(directory, fileName);
    }

    @Override
    public List<String> lookupRoots(String file) {
      return files.lookupRoots(file);
    }

    @Override
    public boolean isWithin(String path, List<String> directories) {
      return files.isWithin(path, directories);
    }

    @Override
    public String resolve(String directory, String reference) {
      String alias = aliases.get(reference);
      return alias == null ? files.resolve(directory, reference) : alias;
    }
  }
}
