package io.botticelli.core.narrative;

import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A narrative as written, whatever the form of its file.
 *
 * @param key table key, or the name where the form has no key; unique within the file
 * @param name identity
 * @param section table with the narrative's own keys
 * @param toc table of contents, or empty when the file gives none
 * @param ownActs acts of this narrative alone, by name, in file order; they hide shared ones
 * @param sharedActs acts of the file, by name, in file order; one map for all its narratives
 * @param rootCarousel table that holds a file-level {@code carousel}, or empty
 */
record NarrativeSource(
    String key,
    String name,
    TomlSection section,
    Optional<ActSource> toc,
    Map<String, ActSource> ownActs,
    Map<String, ActSource> sharedActs,
    Optional<TomlSection> rootCarousel) {
  /** Finds an act the narrative may list. */
  Optional<ActSource> act(String name) {
    return Optional.ofNullable(ownActs.get(name))
        .or(() -> Optional.ofNullable(sharedActs.get(name)));
  }

  /** Returns the names of acts the narrative may list, the first few for suggestions. */
  List<String> someActNames() {
    return Stream.concat(ownActs.keySet().stream(), sharedActs.keySet().stream())
        .limit(Suggestions.MAX_CANDIDATES)
        .toList();
  }
}
