package io.botticelli.core.narrative;

import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.TomlDocument;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A narrative file whose form is understood; its narratives are read when chosen. Immutable and
 * thread-safe; every call reads the files it names anew.
 */
public final class NarrativeFile {
  private final TomlDocument document;
  private final List<NarrativeSource> sources;
  private final List<Problem> formProblems;
  private final Function<Set<String>, LoadSession> sessions;

  NarrativeFile(
      TomlDocument document,
      List<NarrativeSource> sources,
      List<Problem> formProblems,
      Function<Set<String>, LoadSession> sessions) {
    this.document = document;
    this.sources = List.copyOf(sources);
    this.formProblems = List.copyOf(formProblems);
    this.sessions = sessions;
  }

  /**
   * A narrative that can be run.
   *
   * @param narrative the narrative with everything it reaches
   * @param warnings what needs attention, in the order found
   */
  public record Loaded(Narrative narrative, List<Problem> warnings) {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * How a narrative of the file is called.
   *
   * @param key table key, unique in the file; the name where the form of the file has no keys
   * @param name identity, used for rows and history
   */
  public record NarrativeName(String key, String name) {}

  /** Returns the path of the file. */
  public String path() {
    return document.path();
  }

  /** Returns the narratives in file order; never empty. */
  public List<NarrativeName> narratives() {
    return sources.stream().map(s -> new NarrativeName(s.key(), s.name())).toList();
  }

  /**
   * Loads a narrative; as {@link #choose(Optional, Set)} without variables.
   *
   * @param name table key or name; empty = the only one there is
   */
  public Loaded choose(Optional<String> name) {
    return choose(name, Set.of());
  }

  /**
   * Loads a narrative with everything it reaches. A name nothing answers to is forgiven, with a
   * warning, when the file holds only one narrative.
   *
   * @param name table key or name, case is the last resort; empty = the only one there is
   * @param variables names the run will bring along as placeholders
   * @throws NarrativeSyntaxException with all problems if no narrative could be chosen, or if it or
   *     one it reaches has errors
   */
  public Loaded choose(Optional<String> name, Set<String> variables) {
    LoadSession session = sessions.apply(variables);
    Problems problems = session.problems();
    problems.addAll(formProblems);
    LoadedFile file = new LoadedFile(document, sources);
    session.add(file);
    Optional<Narrative> narrative =
        file.choose(name, problems.in(document), List.of())
            .flatMap(source -> session.load(file, source));
    new FileCheck(session, file).readUnlistedActs();
    if (problems.hasErrors() || narrative.isEmpty()) {
      throw new NarrativeSyntaxException(problems.list());
    }
    return new Loaded(narrative.get(), problems.warnings());
  }

  /** Returns everything wrong with any narrative of the file; as with no variables. */
  public List<Problem> validateAll() {
    return validateAll(Set.of());
  }

  /**
   * Returns everything wrong with any narrative of the file; when there are no errors, also what is
   * never used.
   *
   * @param variables names the runs will bring along as placeholders
   * @return errors and warnings in the order found; empty when there are none
   */
  public List<Problem> validateAll(Set<String> variables) {
    LoadSession session = sessions.apply(variables);
    session.problems().addAll(formProblems);
    LoadedFile file = new LoadedFile(document, sources);
    session.add(file);
    sources.forEach(source -> session.load(file, source));
    FileCheck check = new FileCheck(session, file);
    check.readUnlistedActs();
    if (!session.problems().hasErrors()) {
      // With errors, what looks unused is often only cut off by them.
      check.reportUnused();
    }
    return session.problems().list();
  }
}
