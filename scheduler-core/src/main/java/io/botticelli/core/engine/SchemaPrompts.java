package io.botticelli.core.engine;

import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.Column;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Template mode: tells a model which columns its JSON must have. Only texts that say what to write,
 * not how, are extended.
 */
final class SchemaPrompts {
  /** A text with one of these already describes its output. */
  private static final List<String> DESCRIBES_OUTPUT =
      List.of(
          "required fields",
          "optional fields",
          "json object",
          "critical output",
          "schema",
          "data type");

  private static final Set<String> METADATA =
      Set.of(
          "generated_at",
          "source_narrative",
          "source_act",
          "generation_model",
          "review_status",
          "tags",
          "rating",
          "posted_at",
          "run_id");

  private static final String SNOWFLAKE = "an 18-digit Discord id";

  private static final Map<String, String> HINTS =
      Map.ofEntries(
          Map.entry("icon", "an image hash"),
          Map.entry("member_count", "a whole number of members"),
          Map.entry("verification_level", "0 to 4"),
          Map.entry("premium_tier", "0 to 3"),
          Map.entry("features", "an array of upper-case flags"));

  private static final Set<String> IDS =
      Set.of("id", "owner_id", "guild_id", "channel_id", "user_id", "role_id");

  private final ContentTables tables;

  SchemaPrompts(ContentTables tables) {
    this.tables = tables;
  }

  /**
   * Builds the prompt of an act in template mode.
   *
   * @param written first text of the act as the narrative has it
   * @param rendered the same with placeholders replaced
   * @return empty when the narrative has no template or the text describes its output itself
   */
  Optional<String> assemble(Pass pass, String written, String rendered) {
    Optional<String> template = pass.narrative().template();
    if (template.isEmpty() || !applies(pass.narrative(), written)) {
      return Optional.empty();
    }
    List<Column> columns =
        tables.describe(template.get()).stream()
            .filter(column -> !METADATA.contains(column.name()))
            .toList();
    if (columns.isEmpty()) {
      pass.session()
          .warn(
              "narrative "
                  + pass.narrative().name()
                  + ": template table "
                  + template.get()
                  + " does not exist; the prompt is sent without a schema");
      return Optional.empty();
    }
    return Optional.of(prompt(template.get(), columns, rendered));
  }

  /** Tells whether the first text of an act is extended, if the template table exists. */
  static boolean applies(Narrative narrative, String written) {
    String lower = written.toLowerCase(Locale.ROOT);
    return narrative.template().isPresent()
        && !written.isBlank()
        && DESCRIBES_OUTPUT.stream().noneMatch(lower::contains);
  }

  private static String prompt(String template, List<Column> columns, String focus) {
    StringBuilder out = new StringBuilder();
    if (template.startsWith("discord_")) {
      out.append("The data describes a Discord community; keep to what Discord allows.\n\n");
    }
    out.append("Fill the table ").append(template).append(".\n\nColumns that must be there:\n");
    columns.stream().filter(SchemaPrompts::isRequired).forEach(column -> line(out, column));
    out.append("\nColumns that may be left out:\n");
    columns.stream().filter(column -> !isRequired(column)).forEach(column -> line(out, column));
    return out.append("\nWhat to write:\n")
        .append(focus)
        .append(
            """


            How to answer:
            - with JSON alone: no explanation, no code fence
            - one object, or an array of objects if several are asked for
            - the column names above are the keys; every required one has a real value, no dummy
            - numbers and booleans bare, text in double quotes, lists as arrays
            """)
        .toString();
  }

  private static boolean isRequired(Column column) {
    return !column.nullable() && !column.hasDefault();
  }

  private static void line(StringBuilder out, Column column) {
    out.append("- ").append(column.name()).append(": ").append(typeName(column));
    column
        .maxLength()
        .ifPresent(length -> out.append(", at most ").append(length).append(" characters"));
    String hint = IDS.contains(column.name()) ? SNOWFLAKE : HINTS.get(column.name());
    if (hint != null) {
      out.append(", ").append(hint);
    }
    out.append(column.nullable() ? " (optional)\n" : "\n");
  }

  private static String typeName(Column column) {
    String type = column.type().toLowerCase(Locale.ROOT);
    if (type.endsWith("[]") || type.startsWith("array") || type.startsWith("_")) {
      return "array";
    }
    if (type.startsWith("timestamp")) {
      return "timestamp (ISO 8601)";
    }
    if (type.startsWith("character varying") || type.startsWith("varchar")) {
      return "text";
    }
    return switch (type) {
      case "bigint", "int8" -> "64-bit integer";
      case "smallint", "int2" -> "small integer";
      case "integer", "int4" -> "integer";
      case "json", "jsonb" -> "JSON value";
      default -> type;
    };
  }
}
