package io.botticelli.core.db;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Words for what keeps the embedded server from use: what is wrong, where, what to do. */
final class EmbeddedFailures {
  private EmbeddedFailures() {}

  /**
   * Reads in the server's log why a start failed, and removes programs that may be half-unpacked.
   *
   * @param logged length of the log before the start
   */
  static DatabaseUnavailableException explain(
      EmbeddedFiles files, long logged, @Nullable Throwable failure) throws IOException {
    String said = files.logSince(logged);
    if (Files.exists(files.initialising())) {
      // Half-unpacked programs look complete to the library.
      EmbeddedFiles.deleteTree(files.programs());
    }
    if (said.contains("cannot be run as root") || said.contains("execution of the PostgreSQL")) {
      return new DatabaseUnavailableException(
          "PostgreSQL refuses to run as root and this system allows no user namespaces (unshare"
              + " -U); start as another user, or use an external database with DATABASE_URL",
          failure);
    }
    if (said.contains("No space left on device")) {
      return new DatabaseUnavailableException(
          "the disk of "
              + files.home()
              + " is full, the embedded database cannot start; free space and start again",
          failure);
    }
    String lastWords =
        said.lines()
            .filter(line -> line.contains("FATAL") || line.contains("error:"))
            .reduce((earlier, later) -> later)
            .or(() -> Optional.ofNullable(failure).map(EmbeddedFailures::firstLine))
            .orElse("it ended at once");
    return unavailable(files, lastWords, failure);
  }

  static DatabaseUnavailableException unavailable(
      EmbeddedFiles files, String reason, @Nullable Throwable cause) {
    return new DatabaseUnavailableException(
        "the embedded database in "
            + files.data()
            + " cannot be used ("
            + reason
            + "); see "
            + files.log()
            + ", or use an external database with DATABASE_URL",
        cause);
  }

  static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }
}
