package io.botticelli.core.config;

import io.botticelli.core.toml.SourceFiles;
import java.util.Map;

/**
 * Reads a server file (or a single actor file) with everything it leads to: actor files,
 * narratives, context documents. All mistakes of all files are reported at once; nothing is half
 * loaded.
 *
 * <p>Works the same from disk and from what {@link WorkingSet#sources()} kept, so every node runs
 * what the cluster agreed on; variables are those of the node. Thread-safe.
 */
public final class ConfigLoader {
  private final SourceFiles files;
  private final Environment environment;
  private final Map<String, String> stored;

  /**
   * @param files where to read
   * @param environment variables that files may name
   */
  public ConfigLoader(SourceFiles files, Environment environment) {
    this(files, environment, Map.of());
  }

  private ConfigLoader(SourceFiles files, Environment environment, Map<String, String> stored) {
    this.files = files;
    this.environment = environment;
    this.stored = stored;
  }

  /**
   * Returns a loader that reads a stored working set.
   *
   * @param sources as returned by {@link WorkingSet#sources()}
   */
  public static ConfigLoader ofStored(Map<String, String> sources, Environment environment) {
    return new ConfigLoader(RecordingSourceFiles.replay(sources), environment, sources);
  }

  /**
   * Loads a working set.
   *
   * @param entry normalised path of a server file; an actor file is a set of that actor alone
   * @throws ConfigException naming every mistake of every file
   */
  public WorkingSet load(String entry) {
    return new Loading(files, environment, entry).load().onlyAsStored(stored);
  }

  /**
   * Loads a working set together with the words of its files.
   *
   * @param entry as for {@link #load}
   * @throws ConfigException naming every mistake of every file
   */
  public WrittenSet loadWritten(String entry) {
    Loading loading = new Loading(files, environment, entry);
    return loading.written(loading.load().onlyAsStored(stored));
  }
}
