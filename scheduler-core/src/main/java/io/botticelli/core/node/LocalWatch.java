package io.botticelli.core.node;

import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.scheduling.DirectoryScans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node looks for on its own disk: changed files of the working set, dropped files. */
final class LocalWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalWatch.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** What an editor is just writing is not looked at. */
  private static final Duration WRITTEN = Duration.ofMillis(500);

  /** Finds what scans cannot see: files from the future, and what a dead node has left. */
  private static final Duration NET = Duration.ofSeconds(15);

  private static final String DROPPED = "drop-folder";

  private final Node node;
  private final LocalFiles files;
  private final NodeSettings settings;
  private final DirectoryScans scans;
  private final Optional<ConfigWatch> config;
  private final Optional<DropFolder> drops;
  private final ScheduledThreadPoolExecutor net = new ScheduledThreadPoolExecutor(1);
  private final Set<Path> scanned = new HashSet<>();

  private LocalWatch(
      Node node, LocalFiles files, NodeSettings settings, ServerConfig.Watching watching) {
    this.node = node;
    this.files = files;
    this.settings = settings;
    this.drops = watching.dropFolder().map(this::openDropFolder);
    this.config =
        watching.config()
            ? Optional.of(
                new ConfigWatch(
                    files::load,
                    () -> node.reload().version(),
                    broken -> node.metrics().configReloadFailed(),
                    this::scan,
                    ConfigWatch.QUIET))
            : Optional.empty();
    this.scans = new DirectoryScans(node.nodeId());
  }

  /**
   * Opens the watch when there is something to look for.
   *
   * @throws NodeException {@code setting_invalid} if the drop folder cannot be used
   */
  static Optional<LocalWatch> open(
      Node node, LocalFiles files, NodeSettings settings, ServerConfig.Watching watching) {
    return watching.equals(ServerConfig.Watching.NONE)
        ? Optional.empty()
        : Optional.of(new LocalWatch(node, files, settings, watching));
  }

  private DropFolder openDropFolder(String name) {
    Path folder = settings.workingDirectory().resolve(name).normalize();
    return DropFolder.open(
        folder,
        List.of(
            settings.workingDirectory(),
            settings.workingDirectory().resolve(settings.config()),
            settings.home()),
        request -> node.control().fire(request),
        settings.clock());
  }

  /** Starts looking. */
  void start() {
    config.ifPresent(ConfigWatch::start);
    drops.ifPresent(
        folder -> {
          folder.look();
          scans.scan(DROPPED, folder.directory(), PERIOD, DropFolder.AGE, true, folder::look);
          net.scheduleWithFixedDelay(
              () -> upkeep(folder), NET.toMillis(), NET.toMillis(), TimeUnit.MILLISECONDS);
          LOG.info("files in {} fire actors", folder.directory());
        });
    scans.start();
  }

  private static void upkeep(DropFolder folder) {
    try {
      folder.look();
      folder.tidy();
    } catch (RuntimeException failure) {
      LOG.error("looking into the drop folder failed, it is looked into again", failure);
    }
  }

  /** Scans the directories of the set's files; those of files no longer in it are left out. */
  private void scan(WorkingSet set) {
    Set<Path> wanted = new TreeSet<>();
    for (String source : set.sources().keySet()) {
      Path directory = files.path(source).getParent();
      if (directory != null && Files.isDirectory(directory)) {
        wanted.add(directory);
      }
    }
    for (Path gone : scanned.stream().filter(path -> !wanted.contains(path)).toList()) {
      scans.end("config " + gone);
      scanned.remove(gone);
    }
    for (Path directory : wanted) {
      if (scanned.add(directory)) {
        scans.scan(
            "config " + directory,
            directory,
            PERIOD,
            WRITTEN,
            false,
            () -> config.ifPresent(ConfigWatch::hint));
      }
    }
  }

  @Override
  public void close() {
    net.shutdownNow();
    config.ifPresent(ConfigWatch::close);
    scans.close();
  }
}
