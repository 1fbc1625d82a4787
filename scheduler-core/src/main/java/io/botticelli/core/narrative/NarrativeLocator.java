package io.botticelli.core.narrative;

import io.botticelli.core.toml.SourceFiles;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the file a narrative is named by. */
final class NarrativeLocator {
  private static final String ENDING = ".toml";

  private final SourceFiles sources;
  private final String narrativesRoot;

  NarrativeLocator(SourceFiles sources, String narrativesRoot) {
    this.sources = sources;
    this.narrativesRoot = narrativesRoot;
  }

  Optional<String> locate(String reference, String callingFile) {
    if (reference.isBlank()) {
      return Optional.empty();
    }
    for (String place : places(reference, callingFile)) {
      if (sources.exists(place)) {
        return Optional.of(place);
      }
    }
    return search(reference);
  }

  /** As {@link #locate}, for what a narrative names: that must be where narratives are. */
  Optional<String> locateNested(String reference, String callingFile) {
    if (reference.isBlank()) {
      return Optional.empty();
    }
    List<String> allowed = new ArrayList<>(sources.lookupRoots(callingFile));
    allowed.add(narrativesRoot);
    for (String place : places(reference, callingFile)) {
      if (sources.isWithin(place, allowed) && sources.exists(place)) {
        return Optional.of(place);
      }
    }
    return search(reference);
  }

  private Optional<String> search(String reference) {
    String file = withEnding(reference);
    return sources.search(narrativesRoot, file.substring(file.lastIndexOf('/') + 1));
  }

  Set<String> places(String reference, String callingFile) {
    List<String> lookup = sources.lookupRoots(callingFile);
    List<String> roots = new ArrayList<>();
    roots.add(lookup.get(0));
    roots.add(lookup.get(lookup.size() - 1));
    roots.add(narrativesRoot);
    Set<String> places = new LinkedHashSet<>();
    for (String root : roots) {
      places.add(sources.resolve(root, withEnding(reference)));
    }
    return places;
  }

  private static String withEnding(String reference) {
    return reference.endsWith(ENDING) ? reference : reference + ENDING;
  }
}
