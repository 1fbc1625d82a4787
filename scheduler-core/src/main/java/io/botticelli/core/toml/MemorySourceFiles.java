package io.botticelli.core.toml;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Source files held in memory: a stored version of a working set, or a test's. Looks up the same
 * way as {@link DiskSourceFiles}. Immutable.
 */
public final class MemorySourceFiles implements SourceFiles {
  /** Breadth first: fewer directories before more, then by name. */
  private static final Comparator<String> SEARCH_ORDER =
      Comparator.comparingLong((String path) -> path.chars().filter(c -> c == '/').count())
          .thenComparing(MemorySourceFiles::sortable);

  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, byte[]> media = new TreeMap<>();
  private final Set<String> searchOrder = new TreeSet<>(SEARCH_ORDER);
  private final Optional<String> contextPath;
  private final String workingDirectory;

  /** Files whose base directory is also the working directory; no context path. */
  public MemorySourceFiles(Map<String, String> texts) {
    this(texts, Map.of(), Optional.empty(), "");
  }

  /**
   * @param texts content of the text files by normalised path
   * @param media content of the media files by normalised path
   * @param contextPath second place of the lookup, or empty
   * @param workingDirectory last place of the lookup, "" = the base directory
   */
  public MemorySourceFiles(
      Map<String, String> texts,
      Map<String, byte[]> media,
      Optional<String> contextPath,
      String workingDirectory) {
    texts.forEach((path, text) -> this.texts.put(SourcePaths.normalise(path), text));
    media.forEach((path, bytes) -> this.media.put(SourcePaths.normalise(path), bytes.clone()));
    searchOrder.addAll(this.texts.keySet());
    searchOrder.addAll(this.media.keySet());
    this.contextPath = contextPath.map(SourcePaths::normalise);
    this.workingDirectory = SourcePaths.normalise(workingDirectory);
  }

  @Override
  public Optional<String> readText(String path) {
    String key = SourcePaths.normalise(path);
    return Optional.ofNullable(texts.get(key))
        .or(
            () ->
                Optional.ofNullable(media.get(key))
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<byte[]> readBytes(String path) {
    String key = SourcePaths.normalise(path);
    return Optional.ofNullable(media.get(key))
        .map(byte[]::clone)
        .or(
            () ->
                Optional.ofNullable(texts.get(key))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean exists(String path) {
    String key = SourcePaths.normalise(path);
    return texts.containsKey(key) || media.containsKey(key);
  }

  @Override
  public Optional<String> search(String directory, String fileName) {
    String start = SourcePaths.normalise(directory);
    String prefix = start.isEmpty() || start.equals("/") ? start : start + "/";
    return searchOrder.stream()
        .filter(path -> path.startsWith(prefix) && (!prefix.isEmpty() || !path.startsWith("/")))
        .filter(path -> SourcePaths.nameOf(path).equals(fileName))
        .filter(path -> isSearched(path.substring(prefix.length())))
        .findFirst();
  }

  @Override
  public List<String> lookupRoots(String file) {
    Set<String> roots = new LinkedHashSet<>();
    roots.add(SourcePaths.directoryOf(SourcePaths.normalise(file)));
    contextPath.ifPresent(roots::add);
    roots.add(workingDirectory);
    return List.copyOf(roots);
  }

  /** Makes a directory sort before its siblings whose name it begins, as on disk. */
  private static String sortable(String path) {
    return path.replace('/', '\u0000');
  }

  private static boolean isSearched(String below) {
    String[] parts = below.split("/");
    for (int i = 0; i < parts.length - 1; i++) {
      if (!SourcePaths.isSearched(parts[i])) {
        return false;
      }
    }
    return !below.startsWith("../");
  }
}
