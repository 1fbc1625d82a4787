package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a table of contents: an array of act names, or a table with {@code order}. */
final class TocReader {
  private static final Set<String> KEYS = Set.of("order", "carousel");

  private TocReader() {}

  /**
   * What a table of contents says.
   *
   * @param acts names of defined acts, in order
   * @param paths where each name is written
   * @param iterations repetition of the narrative, or empty
   */
  record Toc(List<String> acts, List<List<String>> paths, Optional<Integer> iterations) {}

  static Toc read(NarrativeSource source, ProblemReporter reporter) {
    List<String> acts = new ArrayList<>();
    List<List<String>> paths = new ArrayList<>();
    if (source.toc().isEmpty()) {
      reporter.error(
          "missing_toc",
          source.section().path(),
          "has no \"toc\", expected an array of act names in the order they run");
      return new Toc(acts, paths, Optional.empty());
    }
    ActSource toc = source.toc().get();
    JsonNode order = toc.node();
    List<String> path = toc.path();
    Optional<Integer> iterations = Optional.empty();
    if (order instanceof ObjectNode table) {
      TomlSection section = new TomlSection(reporter, table, path);
      section.warnUnknown(KEYS);
      iterations = section.integer("carousel", 1);
      if (!section.has("order")) {
        section.missing("order", "an array of act names");
        return new Toc(acts, paths, iterations);
      }
      order = table.get("order");
      path = section.path("order");
    }
    if (!order.isArray()) {
      reporter.error(
          "wrong_type",
          path,
          "is " + TomlSection.typeOf(order) + ", expected an array of act names");
    } else if (order.isEmpty()) {
      reporter.error("empty_toc", path, "lists no act, expected at least one");
    }
    for (int i = 0; order.isArray() && i < order.size(); i++) {
      List<String> place = new ArrayList<>(path);
      place.add(String.valueOf(i));
      JsonNode name = order.get(i);
      if (!name.isTextual()) {
        reporter.error(
            "wrong_type",
            place,
            "is " + TomlSection.typeOf(name) + ", expected the name of an act");
      } else if (source.act(name.textValue()).isEmpty()) {
        reporter.error(
            "unknown_act",
            place,
            "lists act %s, which is not defined; add [acts.%s]%s"
                .formatted(
                    Suggestions.quote(name.textValue()),
                    name.textValue().matches("[A-Za-z0-9_-]{1,80}") ? name.textValue() : "NAME",
                    Suggestions.didYouMean(name.textValue(), source.someActNames())));
      } else {
        acts.add(name.textValue());
        paths.add(place);
      }
    }
    return new Toc(acts, paths, iterations);
  }
}
