package io.botticelli.core.node;

import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.core.toml.MemorySourceFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The files this node was started beside. */
final class LocalFiles {
  private final NodeSettings settings;
  private final DiskSourceFiles files;

  LocalFiles(NodeSettings settings) {
    this.settings = settings;
    Path working = settings.workingDirectory();
    Optional<Path> context =
        settings
            .environment()
            .find("BOTTICELLI_CONTEXT_PATH")
            .map(path -> working.resolve(path).normalize())
            .or(() -> elsewhere(working));
    this.files = new DiskSourceFiles(working, context, working);
  }

  /** A working set outside the working directory is a place of its own that may be read. */
  private Optional<Path> elsewhere(Path working) {
    Path directory = working.resolve(settings.config()).normalize().getParent();
    return Optional.ofNullable(directory).filter(place -> !place.startsWith(working));
  }

  /** Returns the files on disk. */
  DiskSourceFiles files() {
    return files;
  }

  /**
   * Loads the working set.
   *
   * @throws io.botticelli.core.config.ConfigException naming every mistake
   */
  WorkingSet load() {
    WorkingSet set = new ConfigLoader(files, settings.environment()).load(entry());
    return settings.only().isEmpty() ? set : set.only(settings.only());
  }

  /**
   * Returns the server settings alone: of the local server file when there is one, else the
   * defaults with what the environment says.
   */
  ServerConfig server() {
    return files.exists(entry()) ? load().server() : defaults();
  }

  private ServerConfig defaults() {
    MemorySourceFiles none = new MemorySourceFiles(Map.of("server.toml", "[server]\n"));
    return new ConfigLoader(none, settings.environment()).load("server.toml").server();
  }

  /** Returns where a source of a working set lies; media and the like have a prefix. */
  Path path(String source) {
    try {
      return settings.workingDirectory().resolve(source.replaceFirst("^media:", "")).normalize();
    } catch (InvalidPathException noPath) {
      return settings.workingDirectory();
    }
  }

  private String entry() {
    return files.key(settings.workingDirectory().resolve(settings.config()));
  }
}
