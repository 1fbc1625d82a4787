package io.botticelli.core.config;

import io.botticelli.core.toml.MemorySourceFiles;
import java.util.HashMap;
import java.util.Map;

/** Builds working sets in memory. */
final class WorkingSetFiles {
  static final String NARRATIVE =
      """
      toc = ["hello"]

      [narrative]
      name = "poster"

      [acts]
      hello = "Say hello"
      """;

  private final Map<String, String> files = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();

  static WorkingSetFiles of(String path, String text) {
    return new WorkingSetFiles().with(path, text);
  }

  WorkingSetFiles with(String path, String text) {
    files.put(path, text);
    return this;
  }

  WorkingSetFiles withNarrative(String path) {
    return with(path, NARRATIVE);
  }

  WorkingSetFiles withVariable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  ConfigLoader loader() {
    return new ConfigLoader(new MemorySourceFiles(files), new Environment(variables));
  }

  WorkingSet load(String entry) {
    return loader().load(entry);
  }
}
