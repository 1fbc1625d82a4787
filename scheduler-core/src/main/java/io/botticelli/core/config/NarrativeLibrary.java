package io.botticelli.core.config;

import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every narrative a working set needs, each read once. For use by one thread. */
final class NarrativeLibrary {
  /** Reads one narrative of a file and reports its problems. */
  interface Reader {
    /**
     * @return empty when it cannot be used; the reasons are then among the problems
     */
    Optional<Narrative> read(String path, Optional<String> name, Problems problems);
  }

  private final NarrativeFinder finder;
  private final Reader reader;
  private final Problems problems;
  private final Map<WorkingSet.NarrativeKey, Optional<Narrative>> read = new HashMap<>();

  NarrativeLibrary(NarrativeFinder finder, Reader reader, Problems problems) {
    this.finder = finder;
    this.reader = reader;
    this.problems = problems;
  }

  /**
   * Finds and reads the narrative a section names; reports what is wrong at the section's key or in
   * the narrative's own file.
   *
   * @return the resolved path, or empty when there is no such file
   */
  Optional<String> require(
      TomlSection section, String key, String reference, Optional<String> name) {
    String callingFile = section.reporter().document().path();
    Optional<String> path = finder.narrative(reference, callingFile);
    if (path.isEmpty()) {
      List<String> places = finder.narrativePlaces(reference, callingFile);
      section
          .reporter()
          .error(
              "narrative_not_found",
              section.path(key),
              "no narrative file "
                  + Suggestions.quote(reference)
                  + "; looked for "
                  + String.join(", ", places));
      return Optional.empty();
    }
    read.computeIfAbsent(
        new WorkingSet.NarrativeKey(path.get(), name),
        wanted -> reader.read(wanted.path(), wanted.name(), problems));
    return path;
  }

  /** Returns the narratives that can be used. */
  Map<WorkingSet.NarrativeKey, Narrative> narratives() {
    Map<WorkingSet.NarrativeKey, Narrative> usable = new HashMap<>();
    read.forEach((key, narrative) -> narrative.ifPresent(found -> usable.put(key, found)));
    return usable;
  }
}
