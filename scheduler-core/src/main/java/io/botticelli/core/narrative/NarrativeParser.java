package io.botticelli.core.narrative;

import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problem.Severity;
import io.botticelli.core.toml.Problems;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.SourceFiles;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Builds narratives from TOML files. Immutable; thread-safe when its source files and environment
 * are.
 */
public final class NarrativeParser {
  private final SourceFiles sources;
  private final EnvironmentPlaceholders environment;
  private final NarrativeLocator locator;

  /** A parser whose narratives directory is the base directory of its files. */
  public NarrativeParser(SourceFiles sources, Function<String, Optional<String>> environment) {
    this(sources, environment, "");
  }

  /**
   * @param sources where files come from
   * @param environment value of an environment variable by name
   * @param narrativesRoot directory in which narratives are searched by file name, "" = the base
   *     directory
   */
  public NarrativeParser(
      SourceFiles sources, Function<String, Optional<String>> environment, String narrativesRoot) {
    this.sources = sources;
    this.environment = new EnvironmentPlaceholders(environment);
    this.locator = new NarrativeLocator(sources, narrativesRoot);
  }

  /**
   * Finds a narrative file: as an absolute path, below the calling file's directory, the working
   * directory, the narratives directory, or anywhere in the latter by its file name.
   *
   * @param reference path, with or without {@code .toml}
   * @param callingFile path of the file that names it
   * @return path of the first hit, or empty
   */
  public Optional<String> locate(String reference, String callingFile) {
    return locator.locate(reference, callingFile);
  }

  /**
   * Parses a file and tells which narratives it holds. These are read when chosen.
   *
   * @param path path of the file
   * @throws NarrativeSyntaxException if the file does not exist or cannot be read, is not TOML, or
   *     is no narrative file
   */
  public NarrativeFile parse(String path) {
    String file = sources.resolve("", path);
    TomlDocument document = read(file);
    Problems problems = new Problems();
    List<NarrativeSource> found = FileShape.read(problems.in(document));
    if (problems.hasErrors() || found.isEmpty()) {
      throw new NarrativeSyntaxException(problems.list());
    }
    return new NarrativeFile(
        document,
        found,
        problems.list(),
        variables -> new LoadSession(sources, environment, locator, variables));
  }

  private TomlDocument read(String file) {
    try {
      String text =
          sources
              .readText(file)
              .orElseThrow(() -> refusal("missing_file", file, "narrative file does not exist"));
      return TomlDocument.parse(file, text);
    } catch (SourceFileException e) {
      throw refusal("unreadable_file", file, String.valueOf(e.getMessage()));
    } catch (TomlSyntaxException e) {
      throw new NarrativeSyntaxException(e.problems());
    }
  }

  private static NarrativeSyntaxException refusal(String code, String file, String message) {
    return new NarrativeSyntaxException(
        List.of(
            new Problem(
                Severity.ERROR,
                code,
                file,
                0,
                0,
                "",
                Optional.empty(),
                Optional.empty(),
                message)));
  }
}
