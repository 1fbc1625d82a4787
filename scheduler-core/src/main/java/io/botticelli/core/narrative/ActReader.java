package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.narrative.ActInput.Text;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an act in any of its forms. */
final class ActReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "description",
          "input",
          "inputs",
          "narrative",
          "narrative_ref",
          "prompt",
          "model",
          "temperature",
          "max_tokens",
          "config",
          "extract_output",
          "carousel",
          "skip_content_generation",
          "state_capture");

  private final Reading reading;
  private final InputReader inputs;

  ActReader(Reading reading) {
    this.reading = reading;
    this.inputs = new InputReader(reading);
  }

  /** Reads an act; empty when nothing of it can be run, which has then been reported. */
  Optional<Act> read(String name, ActSource source) {
    JsonNode node = source.node();
    if (node instanceof ObjectNode table) {
      return table(name, reading.section(table, source.path()));
    }
    if (node.isTextual() && node.textValue().isBlank() || node.isArray() && node.isEmpty()) {
      return empty(source.path());
    }
    List<ActInput> read = new ArrayList<>();
    if (node.isTextual()) {
      inputs.read(node, source.path()).ifPresent(read::add);
    } else if (node.isArray()) {
      elements(node, source.path(), read);
    } else {
      reading
          .reporter()
          .error(
              "wrong_type",
              source.path(),
              "is " + TomlSection.typeOf(node) + ", expected a text, an array or a table");
    }
    if (isBlank(read)) {
      return empty(source.path());
    }
    return read.isEmpty() ? Optional.empty() : Optional.of(plain(name, read));
  }

  private Optional<Act> table(String name, TomlSection section) {
    section.warnUnknown(KEYS);
    ModelSettings settings = settings(section);
    Optional<Boolean> extract = extractOutput(section);
    Optional<Carousel> carousel = SettingsReader.carousel(section);
    Map<String, String> capture = stateCapture(section);
    if (section.has("narrative") || section.has("narrative_ref")) {
      return composition(section)
          .map(
              nested ->
                  new Act(
                      name, List.of(), Optional.of(nested), settings, extract, carousel, capture));
    }
    List<ActInput> read = new ArrayList<>();
    boolean written = section.has("prompt");
    if (written) {
      section
          .requiredString("prompt")
          .ifPresent(prompt -> read.add(new Text(prompt, Optional.empty())));
    }
    for (String key : List.of("input", "inputs")) {
      JsonNode node = section.node().path(key);
      if (node.isArray()) {
        written |= !node.isEmpty();
        elements(node, section.path(key), read);
      } else if (!node.isMissingNode()) {
        written = true;
        inputs.read(node, section.path(key)).ifPresent(read::add);
      }
    }
    if (!written || isBlank(read)) {
      return empty(section.path());
    }
    return read.isEmpty()
        ? Optional.empty()
        : Optional.of(new Act(name, read, Optional.empty(), settings, extract, carousel, capture));
  }

  private Optional<Narrative> composition(TomlSection section) {
    String key = section.has("narrative") ? "narrative" : "narrative_ref";
    for (String ignored : List.of("input", "inputs", "prompt")) {
      if (section.has(ignored)) {
        section
            .reporter()
            .warning(
                "ignored_key",
                section.path(ignored),
                "is ignored because \"" + key + "\" makes the act run another narrative");
      }
    }
    Optional<String> target = section.requiredString(key);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    ResourceReader resources = new ResourceReader(reading);
    Optional<NarrativeSource> own = reading.file().find(target.get());
    if (own.isPresent()) {
      return resources.nestedHere(own.get(), section.path(key));
    }
    if (reading.file().resource("narratives", target.get(), reading.reporter()).isPresent()) {
      return resources.nestedByName(target.get(), section.path(key));
    }
    section
        .reporter()
        .error("unknown_narrative", section.path(key), reading.file().unknown(target.get()));
    return Optional.empty();
  }

  private void elements(JsonNode array, List<String> path, List<ActInput> read) {
    for (int i = 0; i < array.size(); i++) {
      List<String> place = new ArrayList<>(path);
      place.add(String.valueOf(i));
      inputs.read(array.get(i), place).ifPresent(read::add);
    }
  }

  private static ModelSettings settings(TomlSection section) {
    ModelSettings own = SettingsReader.model(section);
    return section
        .table("config")
        .map(
            config -> {
              config.warnUnknown(SettingsReader.MODEL_KEYS);
              return own.orElse(SettingsReader.model(config));
            })
        .orElse(own);
  }

  private static Optional<Boolean> extractOutput(TomlSection section) {
    Optional<Boolean> skip = section.bool("skip_content_generation").filter(yes -> yes);
    return section.bool("extract_output").or(() -> skip.map(yes -> false));
  }

  private static Map<String, String> stateCapture(TomlSection section) {
    Map<String, String> capture = new LinkedHashMap<>();
    section
        .table("state_capture")
        .ifPresent(
            table ->
                table
                    .keys()
                    .forEach(
                        variable ->
                            table
                                .requiredString(variable)
                                .ifPresent(path -> capture.put(variable, path))));
    return capture;
  }

  private Optional<Act> empty(List<String> path) {
    reading
        .reporter()
        .error(
            "empty_act",
            path,
            "says nothing to do, expected a text, an input or " + Suggestions.quote("narrative"));
    return Optional.empty();
  }

  private static boolean isBlank(List<ActInput> inputs) {
    return !inputs.isEmpty()
        && inputs.stream()
            .allMatch(input -> input instanceof Text text && text.content().isBlank());
  }

  private static Act plain(String name, List<ActInput> inputs) {
    return new Act(
        name,
        inputs,
        Optional.empty(),
        ModelSettings.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }
}
