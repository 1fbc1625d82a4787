package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.narrative.ActInput.NestedNarrative;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.ActInput.Text;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one input of an act: text, a reference to a resource, or a table with a type. */
final class InputReader {
  private static final List<String> TYPES =
      List.of("text", "image", "audio", "video", "document", "bot_command", "table", "narrative");
  private static final Set<String> TEXT_KEYS = Set.of("type", "content", "file", "text");
  private static final Set<String> NARRATIVE_KEYS =
      Set.of("type", "name", "path", "history_retention");

  private final Reading reading;
  private final ResourceReader resources;

  InputReader(Reading reading) {
    this.reading = reading;
    this.resources = new ResourceReader(reading);
  }

  /** Reads a string or table; reports anything else. */
  Optional<ActInput> read(JsonNode node, List<String> path) {
    if (node.isTextual()) {
      return string(node.textValue(), path);
    }
    if (node instanceof ObjectNode table) {
      return table(reading.section(table, path));
    }
    reading
        .reporter()
        .error(
            "wrong_type",
            path,
            "is " + TomlSection.typeOf(node) + ", expected a text, a reference or a table");
    return Optional.empty();
  }

  private Optional<ActInput> string(String text, List<String> path) {
    if (ResourceReader.isReference(text)) {
      return resources.read(text, path);
    }
    ResourceReader.misspelt(text)
        .ifPresent(
            near ->
                reading
                    .reporter()
                    .warning(
                        "misspelt_reference",
                        path,
                        "is sent to the model as text; a reference looks like " + near));
    return Optional.of(new Text(text, Optional.empty()));
  }

  private Optional<ActInput> table(TomlSection section) {
    if (section.has("ref")) {
      return section.string("ref").flatMap(reference -> reference(reference, section.path("ref")));
    }
    String type = section.has("type") ? section.string("type").orElse("") : "text";
    switch (type) {
      case "text":
        return text(section);
      case "image", "audio", "video", "document":
        return new MediaReader(reading).input(type, section).map(input -> input);
      case "bot_command":
        return new BotCommandReader(reading).input(section).map(input -> input);
      case "table":
        return new TableReadReader(reading).input(section).map(input -> input);
      case "narrative":
        return narrative(section);
      default:
        if (section.value("type").filter(JsonNode::isTextual).isPresent()) {
          reading
              .reporter()
              .error(
                  "unknown_input_type",
                  section.path("type"),
                  "is %s, expected one of %s%s"
                      .formatted(
                          Suggestions.quote(type),
                          String.join(", ", TYPES),
                          Suggestions.didYouMean(type, TYPES)));
        }
        return Optional.empty();
    }
  }

  private Optional<ActInput> reference(String reference, List<String> path) {
    if (ResourceReader.isReference(reference)) {
      return resources.read(reference, path);
    }
    reading
        .reporter()
        .error(
            "bad_reference",
            path,
            "is %s, expected bots.NAME, tables.NAME, media.NAME, narratives.NAME or narrative:NAME"
                .formatted(Suggestions.quote(reference)));
    return Optional.empty();
  }

  private Optional<ActInput> text(TomlSection section) {
    section.warnUnknown(TEXT_KEYS);
    String key = !section.has("content") && section.has("text") ? "text" : "content";
    if (section.has(key)) {
      return section.string(key).map(content -> new Text(content, Optional.empty()));
    }
    if (!section.has("file")) {
      section.missing("content", "\"content\" or \"file\"");
      return Optional.empty();
    }
    List<String> path = section.path("file");
    return section
        .requiredString("file")
        .flatMap(reference -> reading.findFile(reference, path))
        .flatMap(
            found ->
                reading
                    .readText(found, path)
                    .map(content -> new Text(content, Optional.of(found))));
  }

  private Optional<ActInput> narrative(TomlSection section) {
    section.warnUnknown(NARRATIVE_KEYS);
    Retention retention = SettingsReader.retention(section, Retention.SUMMARY);
    Optional<String> name = section.has("name") ? section.requiredString("name") : Optional.empty();
    if (section.has("path")) {
      return section
          .requiredString("path")
          .flatMap(file -> resources.nestedFile(file, name, section.path("path")))
          .map(nested -> new NestedNarrative(nested, retention));
    }
    if (!section.has("name")) {
      section.missing("name", "\"name\" or \"path\"");
    }
    return name.flatMap(given -> resources.nestedByName(given, section.path("name")))
        .map(nested -> new NestedNarrative(nested, retention));
  }
}
