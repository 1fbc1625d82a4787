package io.botticelli.core.config;

import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every narrative a working set needs, each read once. For use by one thread. */
final class NarrativeLibrary {
  /** Reads one narrative of a file and reports its problems. */
  interface Reader {
    /**
     * @param variables names the run will bring along as placeholders
     * @return empty when it cannot be used; the reasons are then among the problems
     */
    Optional<Narrative> read(
        String path, Optional<String> name, Set<String> variables, Problems problems);
  }

  private final NarrativeFinder finder;
  private final Reader reader;
  private final Problems problems;
  private final Map<WorkingSet.NarrativeKey, Narrative> usable = new HashMap<>();
  private final Set<Checked> checked = new HashSet<>();

  /** A narrative is checked once for every set of variables it is run with. */
  private record Checked(WorkingSet.NarrativeKey key, Set<String> variables) {}

  NarrativeLibrary(NarrativeFinder finder, Reader reader, Problems problems) {
    this.finder = finder;
    this.reader = reader;
    this.problems = problems;
  }

  /**
   * Finds and reads the narrative a section names; reports what is wrong at the section's key or in
   * the narrative's own file.
   *
   * @param variables names the run will bring along as placeholders
   * @return the resolved path, or empty when there is no such file
   */
  Optional<String> require(
      TomlSection section,
      String key,
      String reference,
      Optional<String> name,
      Set<String> variables) {
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
                  + String.join(", ", places.stream().map(Suggestions::quote).toList()));
      return Optional.empty();
    }
    WorkingSet.NarrativeKey wanted = new WorkingSet.NarrativeKey(path.get(), name);
    if (checked.add(new Checked(wanted, Set.copyOf(variables)))) {
      reader
          .read(path.get(), name, variables, problems)
          .ifPresent(narrative -> usable.put(wanted, narrative));
    }
    return path;
  }

  /** Returns the narratives that can be used. */
  Map<WorkingSet.NarrativeKey, Narrative> narratives() {
    return Map.copyOf(usable);
  }
}
