package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.WorkingSet;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the local working set when its files have changed on disk and stay as they are for a
 * moment. A set that is broken is told of once and changes nothing. What counts is that the files
 * of this node have changed, not that they differ from what the cluster runs: a version applied
 * elsewhere is left alone. Thread-safe.
 */
final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

  /** Somebody who saves several files does it within this. */
  static final Duration QUIET = Duration.ofSeconds(2);

  /** Finds what scans cannot see: deleted files, and files with an old time of modification. */
  private static final Duration NET = Duration.ofSeconds(15);

  private final Supplier<WorkingSet> local;
  private final Supplier<String> apply;
  private final Consumer<ConfigException> broken;
  private final Consumer<WorkingSet> loaded;
  private final Duration quiet;
  private final ScheduledThreadPoolExecutor thread;

  /** What the files were when they were last dealt with: a version, or what is wrong. */
  private @Nullable String settled;

  /** The version the files were last, when they were not broken. */
  private @Nullable String lastGood;

  private @Nullable String pending;
  private long pendingSince;

  /**
   * @param local loads the local files
   * @param apply applies the local files and returns the version
   * @param broken counts a set that was refused
   * @param loaded told of each set that was dealt with
   * @param quiet how long the files must stay as they are
   */
  ConfigWatch(
      Supplier<WorkingSet> local,
      Supplier<String> apply,
      Consumer<ConfigException> broken,
      Consumer<WorkingSet> loaded,
      Duration quiet) {
    this.local = local;
    this.apply = apply;
    this.broken = broken;
    this.loaded = loaded;
    this.quiet = quiet;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread worker = new Thread(work, "config-watch");
              worker.setDaemon(true);
              return worker;
            },
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Takes the files as they are now for dealt with, and starts watching. */
  synchronized void start() {
    State now = read();
    settled = now.name();
    now.set().ifPresent(set -> lastGood = set.version());
    now.set().ifPresent(loaded);
    thread.scheduleWithFixedDelay(
        this::look, NET.toMillis(), NET.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Looks soon, because a scan has found something. */
  void hint() {
    thread.execute(this::look);
  }

  /** Looks now; acts on what has stayed as it is. */
  synchronized void look() {
    try {
      State now = read();
      if (now.name().equals(settled)) {
        pending = null;
      } else if (!now.name().equals(pending)) {
        pending = now.name();
        pendingSince = System.nanoTime();
        again();
      } else if (System.nanoTime() - pendingSince >= quiet.toNanos()) {
        act(now);
        settled = now.name();
        pending = null;
      }
    } catch (ActorServerException failure) {
      LOG.warn("changed files are applied again: {}", failure.getMessage());
      again();
    } catch (RuntimeException failure) {
      LOG.error("changed files could not be applied, they are tried again", failure);
    }
  }

  private void again() {
    thread.schedule(this::look, quiet.toMillis() + 1, TimeUnit.MILLISECONDS);
  }

  private void act(State now) {
    if (now.failure().isPresent()) {
      LOG.error(
          "the changed files are refused, the version in force stays: {}",
          now.failure().get().getMessage());
      broken.accept(now.failure().get());
      return;
    }
    if (now.name().equals(lastGood)) {
      // Applying it again could undo what somebody applied elsewhere meanwhile.
      LOG.info("the files of this node are again what they were");
      return;
    }
    String version = apply.get();
    lastGood = now.name();
    now.set().ifPresent(loaded);
    LOG.info("the changed files are applied as version {}", version);
  }

  private State read() {
    try {
      WorkingSet set = local.get();
      return new State(set.version(), Optional.of(set), Optional.empty());
    } catch (ConfigException failure) {
      return new State(
          String.valueOf(failure.getMessage()), Optional.empty(), Optional.of(failure));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /**
   * @param name equal for equal states of the files
   */
  private record State(String name, Optional<WorkingSet> set, Optional<ConfigException> failure) {}
}
