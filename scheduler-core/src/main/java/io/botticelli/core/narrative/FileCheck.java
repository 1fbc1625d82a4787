package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.TomlSection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at what no narrative of a file runs; mistakes there are warnings. */
final class FileCheck {
  private final LoadSession session;
  private final LoadedFile file;
  private final ProblemReporter reporter;

  FileCheck(LoadSession session, LoadedFile file) {
    this.session = session;
    this.file = file;
    this.reporter = session.problems().in(file.document()).asWarnings();
  }

  /** Reads acts that stand in no table of contents. */
  void readUnlistedActs() {
    unlistedActs()
        .forEach(
            (source, name) ->
                new ActReader(new Reading(file, session, reporter.act(name), false))
                    .read(name, source));
  }

  /** Warns about acts and resources nobody uses; every narrative must have been read before. */
  void reportUnused() {
    unlistedActs()
        .forEach(
            (source, name) ->
                reporter
                    .act(name)
                    .warning(
                        "unused_act",
                        source.path(),
                        "stands in no table of contents, so it never runs"));
    for (String kind : ResourceReader.KINDS) {
      JsonNode section = file.document().root().path(kind);
      if (!section.isMissingNode() && !section.isObject()) {
        reporter.error(
            "wrong_type",
            List.of(kind),
            "is " + TomlSection.typeOf(section) + ", expected a table");
      }
      for (String name : file.resourceNames(kind)) {
        if (!file.isUsed(kind, name)) {
          reportUnused(kind, name);
        }
      }
    }
  }

  private void reportUnused(String kind, String name) {
    List<String> path = List.of(kind, name);
    reporter.warning("unused_resource", path, "is used by no act");
    Optional<TomlSection> section = file.resource(kind, name, reporter);
    section
        .filter(own -> !kind.equals("narratives"))
        .ifPresent(
            own ->
                new ResourceReader(new Reading(file, session, reporter, false))
                    .resource(kind, name, own));
  }

  private Map<ActSource, String> unlistedActs() {
    Set<List<String>> listed = new HashSet<>();
    for (NarrativeSource source : file.narratives()) {
      for (JsonNode name : order(source)) {
        source.act(name.asText()).map(ActSource::path).ifPresent(listed::add);
      }
    }
    Map<ActSource, String> unlisted = new LinkedHashMap<>();
    for (NarrativeSource source : file.narratives()) {
      addUnlisted(source.ownActs(), listed, unlisted);
    }
    // One map for all narratives of the file.
    addUnlisted(file.narratives().get(0).sharedActs(), listed, unlisted);
    return unlisted;
  }

  private static void addUnlisted(
      Map<String, ActSource> acts, Set<List<String>> listed, Map<ActSource, String> unlisted) {
    acts.forEach(
        (name, act) -> {
          if (!listed.contains(act.path())) {
            unlisted.put(act, name);
          }
        });
  }

  private static JsonNode order(NarrativeSource source) {
    JsonNode toc =
        source.toc().map(ActSource::node).orElseGet(() -> source.section().node().arrayNode());
    return toc instanceof ObjectNode table ? table.path("order") : toc;
  }
}
