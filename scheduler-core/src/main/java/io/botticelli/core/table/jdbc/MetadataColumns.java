package io.botticelli.core.table.jdbc;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The columns every content table has besides its data. */
final class MetadataColumns {
  static final String ID = "id";
  static final String GENERATED_AT = "generated_at";

  /** What the engine writes itself; a response's field of the same name is ignored. */
  static final Set<String> SET_BY_ENGINE =
      Set.of(GENERATED_AT, "source_narrative", "source_act", "generation_model", "run_id");

  /** Types the server relies on, so that a response cannot choose another. */
  static final Set<String> FIXED_TYPE =
      Set.of(
          GENERATED_AT,
          "source_narrative",
          "source_act",
          "generation_model",
          "run_id",
          "posted_at",
          "review_status");

  private static final Map<String, String> DEFINITIONS = new LinkedHashMap<>();

  static {
    DEFINITIONS.put(GENERATED_AT, "timestamptz NOT NULL DEFAULT now()");
    DEFINITIONS.put("source_narrative", "text");
    DEFINITIONS.put("source_act", "text");
    DEFINITIONS.put("generation_model", "text");
    DEFINITIONS.put("review_status", "text DEFAULT 'pending'");
    DEFINITIONS.put("tags", "text[]");
    DEFINITIONS.put("rating", "integer");
    DEFINITIONS.put("posted_at", "timestamptz");
    DEFINITIONS.put("run_id", "text");
  }

  private MetadataColumns() {}

  /** Name to definition, in order, without {@code id}. */
  static Map<String, String> definitions() {
    return Collections.unmodifiableMap(DEFINITIONS);
  }
}
