package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A parsed narrative file during one load. */
final class LoadedFile {
  private static final int MAX_LISTED = 20;

  private final TomlDocument document;
  private final List<NarrativeSource> narratives;
  private final Map<String, NarrativeSource> byName;
  private final Map<String, NarrativeSource> byFoldedName;
  private @Nullable ProviderSettings providers;
  private final Set<List<String>> usedResources = new HashSet<>();

  LoadedFile(TomlDocument document, List<NarrativeSource> narratives) {
    this.document = document;
    this.narratives = List.copyOf(narratives);
    this.byName = index(narratives, UnaryOperator.identity());
    this.byFoldedName = index(narratives, name -> name.toLowerCase(Locale.ROOT));
  }

  String path() {
    return document.path();
  }

  TomlDocument document() {
    return document;
  }

  List<NarrativeSource> narratives() {
    return narratives;
  }

  /** Returns the {@code [config]} tables; mistakes in them are reported the first time. */
  ProviderSettings providers(Problems problems) {
    ProviderSettings known = providers;
    if (known == null) {
      known = new ProviderSettings(problems.in(document));
      providers = known;
    }
    return known;
  }

  /** Finds a narrative by table key, then name, exactly, then ignoring case. */
  Optional<NarrativeSource> find(String name) {
    return Optional.ofNullable(byName.get(name))
        .or(() -> Optional.ofNullable(byFoldedName.get(name.toLowerCase(Locale.ROOT))));
  }

  /**
   * Chooses the narrative to run; a wrong name is forgiven, with a warning, when there is only one
   * to choose.
   *
   * @param reporter told why nothing was chosen, or about the forgiven name
   * @param path key the name was written at, empty = nowhere in this document
   */
  Optional<NarrativeSource> choose(
      Optional<String> name, ProblemReporter reporter, List<String> path) {
    if (narratives.isEmpty()) {
      return Optional.empty();
    }
    boolean single = narratives.size() == 1;
    if (name.isEmpty()) {
      if (!single) {
        reporter.error(
            "narrative_name_needed",
            path,
            "%s holds several narratives, name one of %s".formatted(path(), names()));
        return Optional.empty();
      }
      return Optional.of(narratives.get(0));
    }
    Optional<NarrativeSource> found = find(name.get());
    if (found.isEmpty() && single) {
      NarrativeSource only = narratives.get(0);
      reporter.warning(
          "narrative_name_mismatch",
          path,
          "%s holds no narrative %s; its only one, %s, is used"
              .formatted(path(), Suggestions.quote(name.get()), Suggestions.quote(only.name())));
      return Optional.of(only);
    }
    if (found.isEmpty()) {
      reporter.error("unknown_narrative", path, unknown(name.get()));
    }
    return found;
  }

  /** Returns a message for a name nothing answers to. */
  String unknown(String name) {
    List<String> keys = narratives.stream().map(NarrativeSource::key).toList();
    return "%s holds no narrative %s, expected one of %s%s"
        .formatted(path(), Suggestions.quote(name), names(), Suggestions.didYouMean(name, keys));
  }

  /** Returns a resource of this file; one that is no table is reported. */
  Optional<TomlSection> resource(String kind, String name, ProblemReporter reporter) {
    JsonNode node = document.root().path(kind).path(name);
    List<String> path = List.of(kind, name);
    if (isDefinition(kind, node) || node.isMissingNode()) {
      return Optional.empty();
    }
    if (node instanceof ObjectNode table) {
      return Optional.of(new TomlSection(reporter, table, path));
    }
    reporter.error("wrong_type", path, "is " + TomlSection.typeOf(node) + ", expected a table");
    return Optional.of(new TomlSection(reporter, document.root().objectNode(), path));
  }

  /** Returns the names of the resources of a kind, in file order. */
  List<String> resourceNames(String kind) {
    List<String> names = new ArrayList<>();
    JsonNode section = document.root().path(kind);
    section
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!isDefinition(kind, section.path(name))) {
                names.add(name);
              }
            });
    return names;
  }

  void noticeUse(String kind, String name) {
    usedResources.add(List.of(kind, name));
  }

  boolean isUsed(String kind, String name) {
    return usedResources.contains(List.of(kind, name));
  }

  /** In the older form {@code [narratives.X]} with a {@code toc} is a narrative, no reference. */
  private boolean isDefinition(String kind, JsonNode node) {
    return kind.equals("narratives") && node.has("toc");
  }

  private static Map<String, NarrativeSource> index(
      List<NarrativeSource> narratives, UnaryOperator<String> fold) {
    Map<String, NarrativeSource> index = new HashMap<>();
    narratives.forEach(source -> index.putIfAbsent(fold.apply(source.key()), source));
    narratives.forEach(source -> index.putIfAbsent(fold.apply(source.name()), source));
    return index;
  }

  private String names() {
    String shown =
        narratives.stream()
            .limit(MAX_LISTED)
            .map(source -> Suggestions.quote(source.key()))
            .collect(Collectors.joining(", "));
    return narratives.size() > MAX_LISTED ? shown + ", …" : shown;
  }
}
