package io.botticelli.core.narrative;

import io.botticelli.core.toml.MemorySourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The narrative files among the test resources, and parsers over files written in a test. */
final class NarrativeFiles {
  private NarrativeFiles() {}

  /** Returns the text of every file below a resource directory by its relative path. */
  static Map<String, String> below(String directory) {
    URL url = Objects.requireNonNull(NarrativeFiles.class.getResource("/narratives/" + directory));
    try {
      Path root = Path.of(url.toURI());
      Map<String, String> texts = new TreeMap<>();
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          texts.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        }
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static NarrativeParser parser(Map<String, String> texts, Map<String, String> environment) {
    return new NarrativeParser(
        new MemorySourceFiles(texts), name -> Optional.ofNullable(environment.get(name)));
  }

  /** Parses files given as path, text, path, text.. */
  static NarrativeParser parser(String... pathsAndTexts) {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      texts.put(pathsAndTexts[i], pathsAndTexts[i + 1]);
    }
    return parser(texts, Map.of());
  }

  /** Loads the only narrative of a text. */
  static NarrativeFile.Loaded load(String text) {
    return parser("n.toml", text).parse("n.toml").choose(Optional.empty());
  }
}
