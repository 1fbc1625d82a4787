package io.botticelli.web.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock of other processes, shifted while they run (libfaketime). Their monotonic clock
 * stays as it is, as on a machine whose time is set. Not thread-safe.
 */
final class ShiftedClock {
  private final Path library;
  private final Path file;

  private ShiftedClock(Path library, Path file) {
    this.library = library;
    this.file = file;
  }

  /**
   * Returns a clock that is right until it is shifted. Skips the test, loudly, on a machine without
   * libfaketime; {@code .ci/run} installs it and accepts no skipped test.
   *
   * @param directory where the shift is written
   */
  static ShiftedClock in(Path directory) {
    Optional<Path> library = find();
    if (library.isEmpty()) {
      System.out.println(
          "SKIPPED: libfaketime is not installed (apt-get install libfaketime); clocks stay right");
    }
    assumeTrue(library.isPresent(), "libfaketime is not installed (apt-get install libfaketime)");
    ShiftedClock clock = new ShiftedClock(library.orElseThrow(), directory.resolve("faketime"));
    clock.set("+0");
    return clock;
  }

  private static Optional<Path> find() {
    try (Stream<Path> directories =
        Files.exists(Path.of("/usr/lib")) ? Files.list(Path.of("/usr/lib")) : Stream.empty()) {
      return directories
          .map(directory -> directory.resolve("faketime").resolve("libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Returns what a process needs in its environment to see this clock. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD",
        library.toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file.toString(),
        // Without a cache every look at the clock reads the file.
        "FAKETIME_CACHE_DURATION",
        "1",
        "DONT_FAKE_MONOTONIC",
        "1",
        // Otherwise timed waits of the JVM, which use the monotonic clock, end at once.
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0");
  }

  /**
   * Returns the same without a cache: a shift is seen at once, and every look costs some
   * microseconds. For processes that must never disagree.
   */
  Map<String, String> exact() {
    Map<String, String> exact = new HashMap<>(environment());
    exact.remove("FAKETIME_CACHE_DURATION");
    exact.put("FAKETIME_NO_CACHE", "1");
    return exact;
  }

  /** Sets the clock; it goes on from there. */
  void goTo(Instant time) {
    double seconds = Duration.between(Instant.now(), time).toMillis() / 1000.0;
    set(String.format(Locale.ROOT, "%+.3f", seconds));
  }

  /** Shifts the clock by seconds, from now on. */
  void shift(int seconds) {
    set((seconds < 0 ? "" : "+") + seconds);
  }

  /** Half a file must never be read. */
  private void set(String text) {
    try {
      Path next = file.resolveSibling("faketime.next");
      Files.writeString(next, text + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
