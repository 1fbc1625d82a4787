package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.actor.Knowledge;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads which tables an actor's narratives rely on. */
final class KnowledgeReader {
  /** Keys of {@code [[knowledge]]}. */
  static final List<String> KEYS = List.of("table", "table_name", "name", "required", "query");

  private KnowledgeReader() {}

  /** Reads names of tables or {@code [[knowledge]]} sections; what is wrong is reported. */
  static List<Knowledge> read(TomlSection section, String key) {
    List<Knowledge> knowledge = new ArrayList<>();
    Optional<JsonNode> value = section.value(key);
    if (value.isEmpty()) {
      return knowledge;
    }
    if (value.get().isArray() && (value.get().isEmpty() || value.get().get(0).isTextual())) {
      section
          .strings(key)
          .ifPresent(names -> names.forEach(name -> knowledge.add(new Knowledge(name, false))));
      return knowledge;
    }
    for (TomlSection entry : section.sections(key)) {
      entry.warnUnknown(KEYS);
      if (entry.has("query")) {
        entry
            .reporter()
            .warning(
                "no_effect",
                entry.path("query"),
                "is not run in this version; the table itself is checked");
      }
      Optional<String> table =
          entry.string("table").or(() -> entry.string("table_name")).or(() -> entry.string("name"));
      if (table.isPresent()) {
        knowledge.add(new Knowledge(table.get(), entry.bool("required").orElse(false)));
      } else if (!entry.has("query")) {
        entry.missing("table", "the name of a table");
      }
    }
    return knowledge;
  }
}
