package io.botticelli.core.db;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What the embedded database keeps beside its data in the home directory. None of these files may
 * be deleted while the data is wanted.
 *
 * <pre>
 *   postgres/              the data
 *   postgres-bin/          unpacked programs; may be deleted, they are unpacked again
 *   postgres.port          the port of the last start
 *   postgres.password      of the roles, readable by the owner only
 *   postgres.log           what the server says
 *   postgres.initialising  only while the data is created: what it holds was never ready
 *   postgres.lock          held while somebody starts or stops the server
 *   postgres.users/        one locked file for each process that uses it
 * </pre>
 */
final class EmbeddedFiles {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_LOG_BYTES = 1 << 20;

  private final Path home;
  private final Path programs;

  private EmbeddedFiles(Path home, Path programs) {
    this.home = home;
    this.programs = programs;
  }

  /**
   * @param programs where the programs are unpacked, relative to the home or anywhere else
   */
  static EmbeddedFiles in(Path home, Path programs) {
    Path absolute = home.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute.resolve("postgres.users"));
      Path probe = Files.createTempFile(absolute, "postgres.", ".probe");
      Files.delete(probe);
      Path real = absolute.toRealPath();
      return new EmbeddedFiles(real, real.resolve(programs));
    } catch (IOException failure) {
      throw new DatabaseUnavailableException(
          "the home directory "
              + absolute
              + " cannot be written ("
              + reason(failure)
              + "); give this user the right to, name another directory with --home, or use an"
              + " external database with DATABASE_URL",
          failure);
    }
  }

  Path home() {
    return home;
  }

  Path data() {
    return home.resolve("postgres");
  }

  Path programs() {
    return programs;
  }

  /** The library lets everybody write where it unpacks, so the directory around it is private. */
  Path createPrivateProgramsDirectory() throws IOException {
    Files.createDirectories(programs());
    Files.setPosixFilePermissions(programs(), PosixFilePermissions.fromString("rwx------"));
    return Files.createDirectories(programs().resolve("unpacked"));
  }

  Path log() {
    return home.resolve("postgres.log");
  }

  Path initialising() {
    return home.resolve("postgres.initialising");
  }

  Path password() {
    return home.resolve("postgres.password");
  }

  private Path port() {
    return home.resolve("postgres.port");
  }

  /**
   * Waits for the right to start or stop the server.
   *
   * @throws DatabaseUnavailableException if somebody else keeps it for longer than {@code atMost}
   */
  FileChannel lock(Duration atMost) throws IOException {
    Path file = home.resolve("postgres.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long start = System.nanoTime();
    while (!tryLock(channel)) {
      if (System.nanoTime() - start > atMost.toNanos() || Thread.currentThread().isInterrupted()) {
        channel.close();
        throw new DatabaseUnavailableException(
            "another process has been starting or stopping the embedded database for "
                + atMost.toSeconds()
                + " s and holds "
                + file
                + "; see what it is doing, or end it",
            null);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return channel;
  }

  /**
   * Announces this process as a user of the database.
   *
   * @return give it back to {@link #leave}
   */
  Presence announce() throws IOException {
    Path file = home.resolve("postgres.users").resolve(ownPrefix() + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw new IOException("cannot lock " + file);
    }
    return new Presence(file, channel);
  }

  static void leave(Presence presence) throws IOException {
    Files.deleteIfExists(presence.file());
    presence.lock().close();
  }

  /**
   * Counts who uses the database; what killed processes left is removed. The operating system gives
   * up a lock when its process dies, however it dies.
   */
  int countUsers() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(home.resolve("postgres.users"))) {
      files = listed.toList();
    }
    int users = 0;
    for (Path file : files) {
      // Closing any channel of a file gives up every lock this process has on it (fcntl), so the
      // files of this process are told by their name.
      if (file.getFileName().toString().startsWith(ownPrefix()) || isLocked(file)) {
        users++;
      } else {
        Files.deleteIfExists(file);
      }
    }
    return users;
  }

  private static boolean isLocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return !tryLock(channel);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** Process number and start time: in containers every process has the same number. */
  private static String ownPrefix() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + started + "-";
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldInThisProcess) {
      return false;
    }
  }

  Optional<Integer> rememberedPort() throws IOException {
    return Files.exists(port()) ? parsePort(Files.readString(port())) : Optional.empty();
  }

  void rememberPort(int port) throws IOException {
    Files.writeString(port(), port + "\n");
  }

  /** Returns the contents of {@code postmaster.pid} when there is a whole one. */
  Optional<Postmaster> postmaster() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(data().resolve("postmaster.pid"));
    } catch (NoSuchFileException stopped) {
      return Optional.empty();
    }
    if (lines.size() < 4) {
      return Optional.empty();
    }
    return parsePort(lines.get(3))
        .flatMap(port -> parseLong(lines.get(0)).map(pid -> new Postmaster(pid, port)));
  }

  void deletePidFile() throws IOException {
    Files.deleteIfExists(data().resolve("postmaster.pid"));
  }

  private static Optional<Integer> parsePort(String text) {
    return parseLong(text).filter(port -> port > 0 && port < 65536).map(Long::intValue);
  }

  private static Optional<Long> parseLong(String text) {
    String digits = text.strip();
    return digits.matches("[0-9]{1,10}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
  }

  /** Returns the secret of the roles, made at the first start. */
  String readOrCreatePassword() throws IOException {
    if (Files.exists(password())) {
      return Files.readString(password()).strip();
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Files.createFile(
        password(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password(), password + "\n");
    return password;
  }

  /** The server may run for months: what it said before the last start is kept up to 1 MiB. */
  void trimLog() throws IOException {
    if (Files.exists(log()) && Files.size(log()) > MAX_LOG_BYTES) {
      Files.delete(log());
    }
  }

  long logSize() throws IOException {
    return Files.exists(log()) ? Files.size(log()) : 0;
  }

  String logSince(long offset) {
    try {
      byte[] all = Files.readAllBytes(log());
      int from = (int) Math.min(offset, all.length);
      return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return "";
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walked = Files.walk(root)) {
      paths = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  /** Says why a file operation failed; {@code getMessage} alone is often only the path. */
  static String reason(IOException failure) {
    if (failure instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    String kind = failure.getClass().getSimpleName().replace("Exception", "");
    return failure instanceof FileSystemException ? kind : kind + ": " + failure.getMessage();
  }

  /** A locked file that says that somebody uses the database. */
  record Presence(Path file, FileChannel lock) {}

  /** A server as its pid file describes it. */
  record Postmaster(long pid, int port) {}
}
