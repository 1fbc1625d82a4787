package io.botticelli.web.app;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** The files a demo keeps below its home directory. */
final class DemoHome {
  /** What the embedded database and the demo write; nothing else below the home is ever deleted. */
  private static final List<String> OURS = List.of("postgres", "postgres.password", "demo");

  private DemoHome() {}

  /**
   * Deletes what earlier demos stored.
   *
   * @throws CommandException if the database is running or a file cannot be deleted
   */
  static void clear(Path home) {
    if (Files.exists(home.resolve("postgres").resolve("postmaster.pid"))) {
      throw new CommandException(
          "home_unusable",
          "--fresh would delete the database in "
              + home
              + ", but it is running (or was killed): stop what uses it, or start once without"
              + " --fresh",
          new IllegalStateException("postmaster.pid exists"));
    }
    for (String name : OURS) {
      delete(home.resolve(name));
    }
  }

  /**
   * Writes a file below the home directory.
   *
   * @throws CommandException if that is impossible
   */
  static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException failure) {
      throw unusable(file, failure);
    }
  }

  private static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException failure) {
      throw unusable(path, failure);
    }
  }

  private static CommandException unusable(Path path, IOException failure) {
    String reason =
        failure instanceof FileSystemException named && named.getReason() != null
            ? named.getReason()
            : failure.getClass().getSimpleName().replace("Exception", "");
    return new CommandException(
        "home_unusable",
        path
            + " cannot be written ("
            + reason
            + "): give this user the right to, free space, or choose another directory with --home",
        failure);
  }
}
