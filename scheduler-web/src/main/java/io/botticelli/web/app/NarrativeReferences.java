package io.botticelli.web.app;

import io.botticelli.core.config.FileKind;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.SourceFiles;
import io.botticelli.core.toml.SourceLookup;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the file a person means: a path, or a bare name below the narratives. Actors are often
 * called like their narratives, so a bare name means the file that holds a narrative.
 */
final class NarrativeReferences {
  private static final String ENDING = ".toml";
  private static final int DEEPEST = 16;

  private final SourceFiles files;
  private final Function<Path, String> keys;
  private final NarrativeParser parser;
  private final String caller;
  private final Path root;

  /**
   * @param keys path on disk to the path {@code files} knows it by
   * @param caller a file in the working directory, as {@code files} knows it
   * @param root directory of the narratives
   */
  NarrativeReferences(
      SourceFiles files,
      Function<Path, String> keys,
      NarrativeParser parser,
      String caller,
      Path root) {
    this.files = files;
    this.keys = keys;
    this.parser = parser;
    this.caller = caller;
    this.root = root;
  }

  Optional<String> find(String reference) {
    Optional<String> located = parser.locate(reference, caller);
    if (located.isEmpty()
        || !SourceLookup.isBare(reference)
        || located.filter(this::mayHoldNarrative).isPresent()) {
      return located;
    }
    return search(reference).or(() -> located);
  }

  private Optional<String> search(String reference) {
    String name = reference.endsWith(ENDING) ? reference : reference + ENDING;
    try (Stream<Path> walked = Files.walk(root, DEEPEST)) {
      return walked
          .filter(path -> path.getFileName().toString().equals(name))
          .sorted(Comparator.comparingInt(Path::getNameCount).thenComparing(Path::compareTo))
          .map(keys)
          .filter(this::mayHoldNarrative)
          .findFirst();
    } catch (IOException | UncheckedIOException unreadable) {
      // What was located first stays the best answer; reading it tells what is wrong.
      return Optional.empty();
    }
  }

  private boolean mayHoldNarrative(String path) {
    try {
      return files
          .readText(path)
          .map(text -> FileKind.of(TomlDocument.parse(path, text)) == FileKind.NARRATIVE)
          .orElse(false);
    } catch (TomlSyntaxException | SourceFileException broken) {
      // It is the file that is meant; parsing it will say what is wrong with it.
      return true;
    }
  }
}
