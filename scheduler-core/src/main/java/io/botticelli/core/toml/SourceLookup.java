package io.botticelli.core.toml;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds text and media files that a file names below the naming file's directory, the context path
 * and the working directory, in this order; a bare name is then searched recursively below the same
 * places. Absolute paths, {@code ..} and links may lead from one of these places to another, never
 * out of them: what a narrative names is hostile. Thread-safe.
 */
public final class SourceLookup {
  private final SourceFiles sources;

  public SourceLookup(SourceFiles sources) {
    this.sources = sources;
  }

  /**
   * Finds a file.
   *
   * @param reference path or bare name as written
   * @param callingFile normalised path of the file that names it
   * @return normalised path of the first hit, or empty
   */
  public Optional<String> find(String reference, String callingFile) {
    if (reference.isBlank()) {
      return Optional.empty();
    }
    List<String> roots = sources.lookupRoots(callingFile);
    for (String place : candidates(reference, roots)) {
      // In this order: what must not be read is not even looked for.
      if (sources.isWithin(place, roots) && sources.exists(place)) {
        return Optional.of(place);
      }
    }
    if (isBare(reference)) {
      for (String root : roots) {
        Optional<String> hit = sources.search(root, reference);
        if (hit.isPresent()) {
          return hit;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Tells whether a reference that was not found leads out of the places where files are read: by
   * its path from all of them, or by a link.
   */
  public boolean leadsOutside(String reference, String callingFile) {
    List<String> roots = sources.lookupRoots(callingFile);
    Set<String> places = candidates(reference, roots);
    return places.stream().noneMatch(place -> sources.isWithin(place, roots))
        || places.stream()
            .anyMatch(
                place -> SourcePaths.isWithin(place, roots) && !sources.isWithin(place, roots));
  }

  /** Returns the places {@link #find} looks at, in words, for messages. */
  public String placesTried(String reference, String callingFile) {
    List<String> roots = sources.lookupRoots(callingFile);
    Set<String> places = candidates(reference, roots);
    return String.join(", ", places) + (isBare(reference) ? " and directories below" : "");
  }

  /** Tells whether a reference has no directory part. */
  public static boolean isBare(String reference) {
    return reference.indexOf('/') < 0 && reference.indexOf('\\') < 0;
  }

  private Set<String> candidates(String reference, List<String> roots) {
    Set<String> places = new LinkedHashSet<>();
    for (String root : roots) {
      places.add(sources.resolve(root, reference));
    }
    return places;
  }
}
