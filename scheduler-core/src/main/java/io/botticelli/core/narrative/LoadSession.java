package io.botticelli.core.narrative;

import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.SourceFiles;
import io.botticelli.core.toml.SourceLookup;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One load: a narrative and everything it reaches, each file and each narrative read once. Cycles
 * and too deep nesting end here, so what comes out is a finite tree. For use by one thread.
 */
final class LoadSession {
  /** Levels of nesting below the narrative that is run. */
  static final int MAX_NESTING = 8;

  private final SourceFiles sources;
  private final SourceLookup lookup;
  private final EnvironmentPlaceholders environment;
  private final NarrativeLocator locator;
  private final Set<String> variables;
  private final Problems problems = new Problems();
  private final Map<String, Optional<LoadedFile>> files = new HashMap<>();
  private final Map<List<String>, Optional<String>> found = new HashMap<>();
  private final Map<String, Optional<String>> texts = new HashMap<>();
  private final Map<String, Integer> mediaSizes = new HashMap<>();
  private final Map<Id, Done> done = new HashMap<>();
  private final Deque<Open> open = new ArrayDeque<>();

  LoadSession(
      SourceFiles sources,
      EnvironmentPlaceholders environment,
      NarrativeLocator locator,
      Set<String> variables) {
    this.sources = sources;
    this.lookup = new SourceLookup(sources);
    this.environment = environment;
    this.locator = locator;
    this.variables = Set.copyOf(variables);
  }

  /** Finds a text or media file a narrative file names; each name is looked up once. */
  Optional<String> find(String reference, String callingFile) {
    return found.computeIfAbsent(
        List.of(callingFile, reference), key -> lookup.find(reference, callingFile));
  }

  /** Reads a text file; the same text serves every input that names it. */
  Optional<String> readText(String file) {
    return texts.computeIfAbsent(file, sources::readText);
  }

  /**
   * Returns the size of a media file in bytes; each file is read once.
   *
   * @throws SourceFileException if it cannot be read or is too large
   */
  int mediaSize(String file) {
    return mediaSizes.computeIfAbsent(
        file, path -> sources.readBytes(path).map(bytes -> bytes.length).orElse(0));
  }

  SourceLookup lookup() {
    return lookup;
  }

  EnvironmentPlaceholders environment() {
    return environment;
  }

  /** Names a run may bring along. */
  Set<String> variables() {
    return variables;
  }

  Problems problems() {
    return problems;
  }

  /** Makes a file that was parsed before known to this load. */
  void add(LoadedFile file) {
    files.put(file.path(), Optional.of(file));
  }

  /** Loads a narrative; empty when it has errors that leave nothing to return. */
  Optional<Narrative> load(LoadedFile file, NarrativeSource source) {
    Id id = new Id(file.path(), source.key());
    Done known = done.get(id);
    if (known == null) {
      Open here = new Open(id);
      open.addLast(here);
      Optional<Narrative> narrative = new NarrativeReader(this, file, source).read();
      open.removeLast();
      known = new Done(narrative, here.height);
      done.put(id, known);
    }
    if (!open.isEmpty()) {
      open.getLast().height = Math.max(open.getLast().height, known.height() + 1);
    }
    return known.narrative();
  }

  /** Loads a narrative of the calling file as part of the one being read. */
  Optional<Narrative> nested(
      LoadedFile file, NarrativeSource source, ProblemReporter reporter, List<String> path) {
    Id id = new Id(file.path(), source.key());
    if (open.stream().anyMatch(entry -> entry.id.equals(id))) {
      reporter.error(
          "narrative_cycle",
          path,
          "makes the narrative run itself: " + chainFrom(id) + "; break it");
      return Optional.empty();
    }
    Done known = done.get(id);
    int below = known == null ? 0 : known.height();
    if (open.size() + below > MAX_NESTING) {
      reporter.error(
          "nesting_too_deep",
          path,
          "nests narratives more than " + MAX_NESTING + " levels deep; flatten them");
      return Optional.empty();
    }
    return load(file, source);
  }

  /** Loads a narrative of another file as part of the one being read. */
  Optional<Narrative> nested(
      LoadedFile calling,
      String written,
      Optional<String> name,
      ProblemReporter reporter,
      List<String> path) {
    Optional<LoadedFile> file = open(calling, written, reporter, path);
    return file.flatMap(found -> found.choose(name, reporter, path))
        .flatMap(source -> nested(file.orElseThrow(), source, reporter, path));
  }

  private Optional<LoadedFile> open(
      LoadedFile calling, String written, ProblemReporter reporter, List<String> path) {
    String reference = environment.expand(written);
    try {
      Optional<String> located = locator.locateNested(reference, calling.path());
      if (located.isEmpty()) {
        String places = String.join(", ", locator.places(reference, calling.path()));
        reporter.error(
            "unknown_narrative_file",
            path,
            "narrative file "
                + Suggestions.quote(written)
                + " does not exist"
                + Reading.places(
                    written, reference, places + " and below the narratives directory"));
        return Optional.empty();
      }
      String file = located.get();
      Optional<LoadedFile> known = files.get(file);
      if (known == null) {
        known = sources.readText(file).flatMap(text -> parse(file, text));
        files.put(file, known);
      }
      return known;
    } catch (SourceFileException e) {
      reporter.error("unreadable_file", path, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<LoadedFile> parse(String file, String text) {
    try {
      TomlDocument document = TomlDocument.parse(file, text);
      return Optional.of(new LoadedFile(document, FileShape.read(problems.in(document))));
    } catch (TomlSyntaxException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  private String chainFrom(Id id) {
    Iterator<Open> entries = open.iterator();
    StringBuilder chain = new StringBuilder();
    boolean inside = false;
    while (entries.hasNext()) {
      Id entry = entries.next().id;
      inside |= entry.equals(id);
      if (inside) {
        chain.append(Suggestions.quote(entry.key())).append(" -> ");
      }
    }
    return chain.append(Suggestions.quote(id.key())).toString();
  }

  private record Id(String file, String key) {}

  private record Done(Optional<Narrative> narrative, int height) {}

  /** A narrative being read; {@code height} = levels of nesting found below it so far. */
  private static final class Open {
    private final Id id;
    private int height;

    private Open(Id id) {
      this.id = id;
    }
  }
}
