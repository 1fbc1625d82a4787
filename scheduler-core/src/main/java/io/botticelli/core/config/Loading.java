package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeFile;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.narrative.NarrativeSyntaxException;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.SourceFiles;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSection;
import io.botticelli.core.toml.TomlSyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One loading of one working set. For use by one thread, once. */
final class Loading {
  private final RecordingSourceFiles files;
  private final Substitution substitution;
  private final Environment environment;
  private final String entry;
  private final NarrativeFinder finder;
  private final Problems problems = new Problems();
  private final NarrativeLibrary library;
  private final Map<String, NarrativeFile> narrativeFiles = new HashMap<>();
  private final Map<String, ActorDraft> drafts = new LinkedHashMap<>();

  /** What each actor was read from, as written. */
  private final Map<ActorName, List<TomlSection>> written = new HashMap<>();

  private Optional<TomlSection> entryRoot = Optional.empty();

  Loading(SourceFiles files, Environment environment, String entry) {
    this.files = new RecordingSourceFiles(files);
    this.environment = environment;
    this.substitution = new Substitution(environment);
    this.entry = entry;
    this.finder = new NarrativeFinder(this.files, entry);
    this.library = new NarrativeLibrary(finder, this::readNarrative, problems);
  }

  WorkingSet load() {
    Optional<TomlDocument> document = document(entry, "server file");
    Optional<ServerConfig> server = document.map(this::loadEntry);
    Map<String, String> sources = Map.of();
    if (!problems.hasErrors()) {
      try {
        sources = files.recorded();
      } catch (SourceFileException e) {
        problems.add(ConfigProblem.error(e.code(), entry, String.valueOf(e.getMessage())));
      }
    }
    if (problems.hasErrors() || server.isEmpty()) {
      throw new ConfigException(problems.list());
    }
    List<ActorDefinition> actors = new ArrayList<>();
    Map<ActorName, BudgetMultipliers> budgets = new HashMap<>();
    for (ActorDraft draft : drafts.values()) {
      actors.add(draft.definition());
      if (!draft.budget().equals(BudgetMultipliers.NONE)) {
        budgets.put(draft.definition().name(), draft.budget());
      }
    }
    return new WorkingSet(
        entry,
        server.get(),
        actors,
        library.narratives(),
        budgets,
        problems.warnings(),
        sources,
        WorkingSet.versionOf(entry, sources));
  }

  /**
   * Returns the words of what was loaded.
   *
   * @param set what {@link #load} returned
   */
  WrittenSet written(WorkingSet set) {
    List<Setting> server = new ArrayList<>();
    entryRoot.ifPresent(
        root ->
            server.addAll(
                Setting.of(
                    entry,
                    root.node(),
                    Set.of("actors", "bot_server", "generation", "curation", "posting"))));
    String only = set.sources().get(WorkingSet.ONLY);
    if (only != null) {
      server.add(new Setting(entry, "--only", only.replace('\n', ',')));
    }
    Map<ActorName, List<Setting>> actors = new HashMap<>();
    Set<String> files = new TreeSet<>(Set.of(entry));
    written.forEach(
        (name, sections) -> {
          List<Setting> settings = new ArrayList<>();
          for (TomlSection section : sections) {
            String file = section.reporter().document().path();
            files.add(file);
            settings.addAll(Setting.of(file, section.node(), Set.of()));
          }
          actors.put(name, settings);
        });
    return new WrittenSet(set, server, actors, WrittenSet.files(set.sources(), List.copyOf(files)));
  }

  private ServerConfig loadEntry(TomlDocument document) {
    TomlSection root = TomlSection.root(problems.in(document));
    FileKind kind = FileKind.of(document);
    if (kind == FileKind.NARRATIVE && holdsNarrative(root)) {
      root.reporter()
          .error(
              "not_a_server_file",
              List.of(),
              "holds a narrative, expected a server file with [server] or [[actors]], or an actor"
                  + " file with [actor]; run a narrative by itself with the command run");
    }
    if (kind == FileKind.ACTOR) {
      ObjectNode nothing = root.node().objectNode();
      TomlSection none = new TomlSection(root.reporter(), nothing, List.of());
      ServerConfig server = new ServerConfigReader(none, environment).read();
      actorFile(new ActorReader(server, library), Optional.empty(), Optional.empty(), root);
      Chains.check(drafts.values(), true);
      return server;
    }
    entryRoot = Optional.of(root);
    ServerConfig server = new ServerConfigReader(root, environment).read();
    files
        .readText(entry)
        .ifPresent(text -> files.keepInstead(entry, LiteralSecrets.redact(root.reporter(), text)));
    List<String> known = new ArrayList<>(ServerConfigReader.ROOT_KEYS);
    known.addAll(List.of("actors", "bot_server"));
    known.addAll(ThreeBotFiles.SECTIONS);
    if (kind != FileKind.NARRATIVE || !holdsNarrative(root)) {
      root.warnUnknown(known);
    }
    entries(root, new ActorReader(server, library));
    threeBots(root, new ThreeBotFiles(server, library));
    if (!problems.hasErrors()) {
      // An actor that could not be read is missing from the drafts, not from the file.
      Chains.check(drafts.values(), false);
    }
    if (drafts.isEmpty() && !problems.hasErrors()) {
      root.reporter()
          .warning(
              "no_actors",
              List.of(),
              "names no actors, so nothing will run; add [[actors]] with a config_file");
    }
    return server;
  }

  private static boolean holdsNarrative(TomlSection root) {
    return root.has("narrative") || root.has("acts") || root.has("steps");
  }

  private void entries(TomlSection root, ActorReader reader) {
    Optional<JsonNode> actors = root.value("actors");
    if (actors.filter(JsonNode::isObject).isPresent()) {
      root.table("actors")
          .ifPresent(
              table ->
                  table
                      .tables()
                      .forEach((key, section) -> entry(reader, section, Optional.of(key))));
    } else {
      root.sections("actors").forEach(section -> entry(reader, section, Optional.empty()));
    }
  }

  private void entry(ActorReader reader, TomlSection raw, Optional<String> key) {
    Optional<Boolean> enabled = enabled(raw);
    Optional<String> reference =
        raw.has("config_file") ? only(raw, "config_file").string("config_file") : Optional.empty();
    Optional<String> name = key.or(() -> only(raw, "name").string("name"));
    if (enabled.isPresent() && !enabled.get()) {
      Optional<String> fallback = reference.map(Loading::stem);
      reader.disabled(raw, name.or(() -> fallback)).ifPresent(draft -> add(draft, raw));
      return;
    }
    if (!raw.has("config_file")) {
      reader.inline(substitution.apply(raw), key).ifPresent(draft -> add(draft, raw));
      return;
    }
    if (reference.isEmpty()) {
      return;
    }
    Optional<String> path = finder.actorFile(reference.get());
    if (path.isEmpty()) {
      raw.reporter()
          .error(
              "actor_file_missing",
              raw.path("config_file"),
              "no actor file "
                  + Suggestions.quote(reference.get())
                  + "; looked for "
                  + String.join(
                      ", ",
                      finder.actorPlaces(reference.get()).stream()
                          .map(Suggestions::quote)
                          .toList()));
      return;
    }
    document(path.get(), "actor file")
        .ifPresent(
            document ->
                actorFile(reader, Optional.of(raw), name, TomlSection.root(problems.in(document))));
  }

  private void actorFile(
      ActorReader reader, Optional<TomlSection> rawEntry, Optional<String> name, TomlSection raw) {
    Optional<TomlSection> rawActor = raw.table("actor");
    if (rawActor.isEmpty()) {
      if (!raw.has("actor")) {
        raw.reporter()
            .error(
                "missing_key",
                List.of(),
                "has no [actor] table, so it is no actor file; expected [actor] with a name");
      }
      return;
    }
    TomlSection[] sections =
        Stream.concat(rawEntry.stream(), Stream.of(raw)).toArray(TomlSection[]::new);
    boolean entryDecides = rawEntry.filter(entry -> entry.has("enabled")).isPresent();
    if (!entryDecides && !enabled(rawActor.get()).orElse(true)) {
      Optional<String> own = rawActor.get().string("name");
      reader
          .disabled(
              rawEntry.orElse(rawActor.get()),
              name.or(() -> own).or(() -> Optional.of(stem(raw.reporter().document().path()))))
          .ifPresent(draft -> add(draft, sections));
      return;
    }
    TomlSection root = substitution.apply(raw);
    root.table("actor")
        .flatMap(actor -> reader.fromFile(rawEntry.map(substitution::apply), name, root, actor))
        .ifPresent(draft -> add(draft, sections));
  }

  private void threeBots(TomlSection root, ThreeBotFiles reader) {
    for (String role : ThreeBotFiles.SECTIONS) {
      root.table(role).ifPresent(section -> threeBot(reader, role, section, true));
    }
    root.table("bot_server")
        .ifPresent(
            server -> {
              List<String> known = new ArrayList<>(ThreeBotFiles.SECTIONS);
              known.add("enabled");
              server.warnUnknown(known);
              if (!enabled(server).orElse(true)) {
                return;
              }
              for (String role : ThreeBotFiles.SECTIONS) {
                server.table(role).ifPresent(section -> threeBot(reader, role, section, false));
              }
            });
  }

  private void threeBot(
      ThreeBotFiles reader, String role, TomlSection raw, boolean enabledByDefault) {
    if (enabled(raw).orElse(enabledByDefault)) {
      reader.read(role, substitution.apply(raw)).ifPresent(draft -> add(draft, raw));
    }
  }

  private Optional<Boolean> enabled(TomlSection raw) {
    return only(raw, "enabled").bool("enabled");
  }

  /** One key with its variables replaced, so that the rest may hold unset ones. */
  private TomlSection only(TomlSection section, String key) {
    ObjectNode node = section.node().objectNode();
    section.value(key).ifPresent(value -> node.set(key, value));
    return substitution.apply(new TomlSection(section.reporter(), node, section.path()));
  }

  private void add(ActorDraft draft, TomlSection... sections) {
    String name = draft.definition().name().value();
    written.put(draft.definition().name(), List.of(sections));
    ActorDraft other = drafts.putIfAbsent(name, draft);
    if (other != null) {
      List<String> path = draft.place().path();
      draft
          .place()
          .reporter()
          .error(
              "actor_duplicate",
              path,
              "actor "
                  + Suggestions.quote(name)
                  + " is there twice, first at line "
                  + other.place().reporter().document().positionOf(other.place().path()).line()
                  + " of "
                  + other.place().reporter().document().path()
                  + "; give one of them another name");
    }
  }

  private Optional<TomlDocument> document(String path, String what) {
    try {
      Optional<String> text = files.readText(path);
      if (text.isEmpty()) {
        problems.add(
            ConfigProblem.error(
                "file_missing",
                path,
                "no such file; create it, or name another "
                    + (what.equals("server file") ? "with --config FILE" : what)));
        return Optional.empty();
      }
      return Optional.of(TomlDocument.parse(path, text.get()));
    } catch (SourceFileException e) {
      problems.add(ConfigProblem.error(e.code(), path, String.valueOf(e.getMessage())));
    } catch (TomlSyntaxException e) {
      problems.addAll(e.problems());
    }
    return Optional.empty();
  }

  private Optional<Narrative> readNarrative(
      String path, Optional<String> name, Set<String> variables, Problems found) {
    try {
      NarrativeFile file =
          narrativeFiles.computeIfAbsent(
              path, key -> new NarrativeParser(files, environment::find).parse(key));
      NarrativeFile.Loaded loaded = file.choose(name, variables);
      found.addAll(loaded.warnings());
      return Optional.of(loaded.narrative());
    } catch (NarrativeSyntaxException e) {
      found.addAll(e.problems());
      return Optional.empty();
    }
  }

  private static String stem(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.toml$", "");
  }
}
