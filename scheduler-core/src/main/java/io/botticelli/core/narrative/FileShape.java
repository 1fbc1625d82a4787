package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells the forms of a narrative file apart by its root keys and brings each into the same shape: a
 * list of narratives with their acts.
 */
final class FileShape {
  private static final Set<String> SECTIONS =
      Set.of(
          "narrative",
          "toc",
          "acts",
          "bots",
          "tables",
          "media",
          "narratives",
          "config",
          "security",
          "carousel");
  private static final Set<String> LIST_KEYS =
      Set.of("name", "description", "skip_content_generation");

  private final TomlDocument document;
  private final ProblemReporter reporter;
  private final ObjectNode root;

  private FileShape(ProblemReporter reporter) {
    this.document = reporter.document();
    this.reporter = reporter;
    this.root = document.root();
  }

  /**
   * Returns the narratives of a file; empty when there is none that can be used, which has then
   * been reported.
   */
  static List<NarrativeSource> read(ProblemReporter reporter) {
    return new FileShape(reporter).narratives();
  }

  private List<NarrativeSource> narratives() {
    JsonNode narrative = root.path("narrative");
    if (narrative.isArray()) {
      reporter.error(
          "unsupported_form",
          List.of("narrative"),
          "array-of-tables narrative is not supported; write one [narrative] table");
      return List.of();
    }
    if (isArrayOfTables(root.path("acts"))) {
      return actList();
    }
    if (isArrayOfTables(root.path("steps"))) {
      deprecated("steps", "[[steps]] is an older form; write [narrative], toc and [acts]");
      warnUnknownSections(Set.of("metadata", "steps"));
      NarrativeSource source = StepsForm.read(reporter, stem());
      return List.of(source);
    }
    if (narrative.isObject() && narrative.has("name") && !narrative.path("name").isObject()) {
      warnUnknownSections(Set.of());
      return List.of(single("narrative", (ObjectNode) narrative));
    }
    if (narrative.isObject() && !narrative.isEmpty() && allTables(narrative)) {
      warnUnknownSections(Set.of());
      return multi("narrative", (ObjectNode) narrative, false);
    }
    if (root.path("narratives").isObject() && hasDefinition(root.path("narratives"))) {
      warnUnknownSections(Set.of());
      return multi("narratives", (ObjectNode) root.path("narratives"), true);
    }
    if (root.path("metadata") instanceof ObjectNode metadata
        && root.has("toc")
        && root.has("acts")
        && !root.has("narrative")) {
      deprecated("metadata", "[metadata] stands for [narrative] here; rename it");
      warnUnknownSections(Set.of("metadata"));
      return List.of(single("metadata", metadata));
    }
    reportNoNarrative(narrative);
    return List.of();
  }

  private void reportNoNarrative(JsonNode narrative) {
    if (narrative.isObject() && !narrative.isEmpty()) {
      reporter.error(
          "no_narrative",
          List.of("narrative"),
          "has no \"name\"; add one, or write each narrative as [narrative.NAME]");
    } else if (root.has("narrative")) {
      reporter.error(
          "no_narrative", List.of("narrative"), "is no table with content, expected a name");
    } else {
      reporter.error(
          "no_narrative",
          List.of(),
          "holds no narrative; expected [narrative] with a name, or [narrative.NAME]"
              + Suggestions.nearest("narrative", sectionNames())
                  .map(near -> "; is " + Suggestions.quote(near) + " misspelt?")
                  .orElse(""));
    }
  }

  private NarrativeSource single(String section, ObjectNode table) {
    TomlSection own = new TomlSection(reporter, table, List.of(section));
    String name = nameOf(table, List.of(section, "name"));
    return new NarrativeSource(
        name,
        name,
        own,
        toc(own).or(() -> toc(TomlSection.root(reporter))),
        ownActs(own),
        sharedActs(),
        Optional.of(TomlSection.root(reporter)));
  }

  private List<NarrativeSource> multi(String section, ObjectNode table, boolean definitionsOnly) {
    Map<String, ActSource> shared = sharedActs();
    List<NarrativeSource> sources = new ArrayList<>();
    for (TomlSection own : new TomlSection(reporter, table, List.of(section)).tables().values()) {
      if (definitionsOnly && !own.has("toc")) {
        continue;
      }
      String key = own.path().get(1);
      JsonNode name = own.node().path("name");
      sources.add(
          new NarrativeSource(
              key,
              name.isTextual() && !name.textValue().isBlank() ? name.textValue() : key,
              own,
              toc(own),
              ownActs(own),
              shared,
              Optional.empty()));
    }
    return sources;
  }

  /** The older {@code [[acts]]} form: the order of the list is the table of contents. */
  private List<NarrativeSource> actList() {
    deprecated("acts", "[[acts]] is an older form; write toc and [acts.NAME]");
    ArrayNode list = (ArrayNode) root.path("acts");
    boolean hasNarrative = root.path("narrative").isObject();
    ObjectNode table = hasNarrative ? (ObjectNode) root.path("narrative") : root.objectNode();
    if (!hasNarrative) {
      for (String key : LIST_KEYS) {
        Optional.ofNullable(root.get(key)).ifPresent(value -> table.set(key, value));
      }
    }
    warnUnknownSections(hasNarrative ? Set.of() : LIST_KEYS);
    List<String> path = hasNarrative ? List.of("narrative") : List.of();
    Map<String, ActSource> acts = new LinkedHashMap<>();
    ArrayNode order = root.arrayNode();
    for (int i = 0; i < list.size(); i++) {
      JsonNode given = list.get(i).path("name");
      String name =
          given.isTextual() && !given.textValue().isBlank() ? given.textValue() : "act_" + (i + 1);
      ActSource act = new ActSource(list.get(i), List.of("acts", String.valueOf(i)));
      if (acts.putIfAbsent(name, act) != null) {
        reporter.error(
            "duplicate_act",
            act.path(),
            "act " + Suggestions.quote(name) + " is there twice; rename one");
      }
      order.add(name);
    }
    String name = table.has("name") ? nameOf(table, List.of("name")) : stem();
    return List.of(
        new NarrativeSource(
            name,
            name,
            new TomlSection(reporter, table, path),
            Optional.of(new ActSource(order, List.of("acts"))),
            Map.of(),
            acts,
            Optional.of(TomlSection.root(reporter))));
  }

  private Optional<ActSource> toc(TomlSection section) {
    return section.value("toc").map(node -> new ActSource(node, section.path("toc")));
  }

  private Map<String, ActSource> sharedActs() {
    return TomlSection.root(reporter).table("acts").map(FileShape::acts).orElse(Map.of());
  }

  private static Map<String, ActSource> ownActs(TomlSection own) {
    return own.table("acts").map(FileShape::acts).orElse(Map.of());
  }

  private static Map<String, ActSource> acts(TomlSection section) {
    Map<String, ActSource> acts = new LinkedHashMap<>();
    for (String name : section.keys()) {
      acts.put(name, new ActSource(section.node().get(name), section.path(name)));
    }
    return acts;
  }

  private String nameOf(ObjectNode table, List<String> path) {
    JsonNode name = table.path("name");
    if (name.isTextual() && !name.textValue().isBlank()) {
      return name.textValue();
    }
    reporter.warning(
        "bad_name",
        path,
        "is no usable text; the narrative is called "
            + Suggestions.quote(stem())
            + " after its file");
    return stem();
  }

  /** File name without its ending. */
  private String stem() {
    String file = document.path().substring(document.path().lastIndexOf('/') + 1);
    return file.endsWith(".toml") ? file.substring(0, file.length() - 5) : file;
  }

  private void warnUnknownSections(Set<String> more) {
    Set<String> known = new TreeSet<>(SECTIONS);
    known.addAll(more);
    for (String name : sectionNames()) {
      if (!known.contains(name)) {
        reporter.warning(
            "unknown_section",
            List.of(name),
            "unknown section "
                + Suggestions.quote(name)
                + " is ignored"
                + Suggestions.didYouMean(name, known));
      }
    }
  }

  private List<String> sectionNames() {
    List<String> names = new ArrayList<>();
    root.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void deprecated(String key, String message) {
    reporter.warning("deprecated_form", List.of(key), message);
  }

  private static boolean isArrayOfTables(JsonNode node) {
    return node.isArray() && !node.isEmpty() && allTables(node);
  }

  private static boolean allTables(JsonNode node) {
    for (JsonNode value : node) {
      if (!value.isObject()) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasDefinition(JsonNode narratives) {
    for (JsonNode entry : narratives) {
      if (entry.has("toc")) {
        return true;
      }
    }
    return false;
  }
}
