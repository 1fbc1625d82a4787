package io.botticelli.core.narrative;

import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one narrative with everything it needs to run. */
final class NarrativeReader {
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "description",
          "toc",
          "acts",
          "template",
          "target",
          "target_table",
          "skip_content_generation",
          "preserve_source",
          "model",
          "temperature",
          "max_tokens",
          "carousel",
          "budget",
          "title",
          "author",
          "version",
          "tags",
          "context",
          "output",
          "allow_empty_source",
          "security");

  private final LoadSession session;
  private final LoadedFile file;
  private final NarrativeSource source;
  private final ProblemReporter reporter;
  private final TomlSection section;

  NarrativeReader(LoadSession session, LoadedFile file, NarrativeSource source) {
    this.session = session;
    this.file = file;
    this.source = source;
    this.reporter = session.problems().in(file.document()).narrative(source.name());
    this.section = source.section().with(reporter);
  }

  /** Reads the narrative; empty when no act of it can be run, which has then been reported. */
  Optional<Narrative> read() {
    section.warnUnknown(KEYS);
    ProviderSettings providers = file.providers(session.problems());
    ModelSettings own = SettingsReader.model(section);
    TocReader.Toc toc = TocReader.read(source, reporter);
    Map<String, Reading> readings = new LinkedHashMap<>();
    Map<String, Act> read = new LinkedHashMap<>();
    for (String name : toc.acts()) {
      if (!readings.containsKey(name)) {
        Reading reading = new Reading(file, session, reporter.act(name), true);
        readings.put(name, reading);
        new ActReader(reading)
            .read(name, source.act(name).orElseThrow())
            .ifPresent(act -> read.put(name, withProvider(act, providers, own, reading)));
      }
    }
    List<Act> acts = new ArrayList<>();
    toc.acts().stream().filter(read::containsKey).map(read::get).forEach(acts::add);
    new PlaceholderCheck(toc.acts(), read, session).check(readings);
    Narrative narrative = assemble(acts, toc, own.orElse(providers.common()));
    warnAboutStoring(narrative);
    return acts.isEmpty() ? Optional.empty() : Optional.of(narrative);
  }

  private Narrative assemble(List<Act> acts, TocReader.Toc toc, ModelSettings settings) {
    return new Narrative(
        source.name(),
        section.string("description").orElse(""),
        file.path(),
        acts,
        template(),
        target(),
        section.bool("skip_content_generation").orElse(false),
        section.bool("preserve_source"),
        settings,
        carousel(toc),
        SettingsReader.budget(section),
        section.bool("allow_empty_source").orElse(false),
        security());
  }

  /** A policy in the narrative's own table wins over the one of its file. */
  private Optional<SecurityPolicy> security() {
    TomlSection holder = section.has("security") ? section : TomlSection.root(reporter);
    return holder
        .table("security")
        .flatMap(
            table -> SecurityReader.read(table, Set.of(), session.environment()::expandArgument));
  }

  private Act withProvider(
      Act act, ProviderSettings providers, ModelSettings own, Reading reading) {
    if (!act.isAction()
        && act.composition().isEmpty()
        && providers.isAmbiguous(act.settings(), own)) {
      reading
          .reporter()
          .warning(
              "ambiguous_config",
              List.of("config"),
              "has tables for %s, but the act names no model, so none applies; name one"
                  .formatted(String.join(", ", providers.providers())));
    }
    return new Act(
        act.name(),
        act.inputs(),
        act.composition(),
        providers.forAct(act.settings(), own),
        act.extractOutput(),
        act.carousel(),
        act.stateCapture());
  }

  private Optional<String> template() {
    Optional<String> template =
        section.has("template") ? section.requiredString("template") : Optional.empty();
    return template.filter(
        table -> {
          boolean right = TableReadReader.IDENTIFIER.matcher(table).matches();
          if (!right) {
            reporter.error(
                "bad_identifier",
                section.path("template"),
                "is " + Suggestions.quote(table) + ", expected the name of a table");
          }
          return right;
        });
  }

  private Optional<String> target() {
    String key = section.has("target") ? "target" : "target_table";
    if (section.has("target") && section.has("target_table")) {
      reporter.warning(
          "ignored_key", section.path("target_table"), "stands beside \"target\", which wins");
    }
    return section.has(key) ? section.requiredString(key) : Optional.empty();
  }

  private Optional<Carousel> carousel(TocReader.Toc toc) {
    if (section.has("carousel")) {
      return SettingsReader.carousel(section);
    }
    if (toc.iterations().isPresent()) {
      return toc.iterations().map(SettingsReader::repeated);
    }
    return source.rootCarousel().flatMap(root -> SettingsReader.carousel(root.with(reporter)));
  }

  private void warnAboutStoring(Narrative narrative) {
    if (narrative.acts().isEmpty() || narrative.skipContentGeneration()) {
      return;
    }
    Act last = narrative.acts().get(narrative.acts().size() - 1);
    if (!last.isAction() || last.extractOutput().isPresent()) {
      return;
    }
    List<String> path = source.act(last.name()).orElseThrow().path();
    if (narrative.target().isPresent()) {
      reporter
          .act(last.name())
          .warning(
              "target_unused",
              path,
              "is the last act and asks no model, so nothing is stored in "
                  + Suggestions.quote(narrative.target().get()));
    } else {
      reporter
          .act(last.name())
          .warning(
              "nothing_stored",
              path,
              "is the last act and asks no model, so nothing is stored;"
                  + " set skip_content_generation = true if that is meant");
    }
  }
}
