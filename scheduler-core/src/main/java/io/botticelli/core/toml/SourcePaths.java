package io.botticelli.core.toml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Arithmetic on normalised paths with {@code /}; "" is the base directory. Pure. */
final class SourcePaths {
  private SourcePaths() {}

  static String resolve(String directory, String reference) {
    return normalise(
        reference.startsWith("/") || directory.isEmpty() ? reference : directory + "/" + reference);
  }

  /**
   * Resolves {@code .}, {@code ..} and empty parts; a relative path may keep leading {@code ..}.
   */
  static String normalise(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (part.equals("..") && absolute) {
        continue;
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return (absolute ? "/" : "") + String.join("/", parts);
  }

  /** Tells whether a normalised path is below one of the directories as written. */
  static boolean isWithin(String path, List<String> directories) {
    return directories.stream()
        .anyMatch(
            directory ->
                directory.isEmpty()
                    ? !path.startsWith("/") && !path.equals("..") && !path.startsWith("../")
                    : path.startsWith(directory.endsWith("/") ? directory : directory + "/"));
  }

  static String directoryOf(String file) {
    int slash = file.lastIndexOf('/');
    return slash < 0 ? "" : slash == 0 ? "/" : file.substring(0, slash);
  }

  static String nameOf(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** Tells whether the search looks into directories of this name. */
  static boolean isSearched(String directoryName) {
    return !directoryName.startsWith(".")
        && !directoryName.equals("target")
        && !directoryName.equals("node_modules");
  }
}
