package io.botticelli.core.narrative;

import io.botticelli.core.toml.TomlSection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A narrative as written, whatever the form of its file.
 *
 * @param key table key, or the name where the form has no key; unique within the file
 * @param name identity
 * @param section table with the narrative's own keys
 * @param toc table of contents, or empty when the file gives none
 * @param acts acts the narrative may list, by name, in file order; its own hide shared ones
 * @param rootCarousel table that holds a file-level {@code carousel}, or empty
 */
record NarrativeSource(
    String key,
    String name,
    TomlSection section,
    Optional<ActSource> toc,
    Map<String, ActSource> acts,
    Optional<TomlSection> rootCarousel) {
  NarrativeSource {
    acts = Collections.unmodifiableMap(new LinkedHashMap<>(acts));
  }
}
