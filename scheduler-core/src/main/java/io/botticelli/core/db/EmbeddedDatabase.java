package io.botticelli.core.db;

import io.botticelli.core.db.EmbeddedFiles.Presence;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL with lasting data under the home directory, for installations without a
 * database of their own.
 *
 * <p>The first process on a home starts the server, further ones join it; the last one to {@link
 * #close} stops it, whoever started it. A server left behind by a killed process is joined by the
 * next. Starting, joining and stopping are serialised by a file lock. The server listens on
 * loopback only and asks for a password that lies, readable by its owner alone, in the home
 * directory.
 *
 * <p>No shutdown hook is registered: whoever starts it closes it after everything that uses it. One
 * instance is used by one thread at a time.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /** Major version of the programs in the binaries artifact; a test compares the two. */
  static final String MAJOR_VERSION = "18";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /** The first start unpacks programs and creates the data; on a slow disk that takes a while. */
  private static final Duration LOCK_WAIT = Duration.ofSeconds(120);

  private final EmbeddedFiles files;
  private final Presence presence;
  private final EmbeddedServer server;
  private final String password;
  private final int port;
  private final boolean started;
  private boolean closed;

  private EmbeddedDatabase(
      EmbeddedFiles files,
      Presence presence,
      EmbeddedServer server,
      String password,
      int port,
      boolean started) {
    this.files = files;
    this.presence = presence;
    this.server = server;
    this.password = password;
    this.port = port;
    this.started = started;
  }

  /**
   * Starts the server of a home directory, or joins it when it already runs.
   *
   * @param home directory for data and programs; created when missing
   * @throws DatabaseUnavailableException if that is impossible; the message says why and what to do
   */
  public static EmbeddedDatabase startOrJoin(Path home) {
    return startOrJoin(home, Path.of("postgres-bin"));
  }

  /** As {@link #startOrJoin(Path)}, with programs that several homes may share. */
  static EmbeddedDatabase startOrJoin(Path home, Path programs) {
    EmbeddedFiles files = EmbeddedFiles.in(home, programs);
    try (FileChannel lock = files.lock(LOCK_WAIT)) {
      discardUnfinished(files);
      checkVersion(files);
      checkPassword(files);
      String password = files.readOrCreatePassword();
      EmbeddedServer server = new EmbeddedServer(files, password);
      Optional<Integer> running = server.running();
      int port = running.isPresent() ? running.get() : server.start(EmbeddedPort.choose(files));
      new EmbeddedAdmin(port, password).createRoleAndDatabase();
      files.rememberPort(port);
      Files.deleteIfExists(files.initialising());
      EmbeddedDatabase database =
          new EmbeddedDatabase(files, files.announce(), server, password, port, running.isEmpty());
      LOG.info("{}", database.describe());
      return database;
    } catch (IOException failure) {
      throw EmbeddedFailures.unavailable(files, EmbeddedFiles.reason(failure), failure);
    } catch (SQLException failure) {
      throw EmbeddedFailures.unavailable(files, "SQLSTATE " + failure.getSQLState(), failure);
    }
  }

  /** A start that was killed while it created the data leaves a directory that was never ready. */
  private static void discardUnfinished(EmbeddedFiles files) throws IOException {
    if (Files.exists(files.initialising()) && files.postmaster().isEmpty()) {
      EmbeddedFiles.deleteTree(files.data());
      EmbeddedFiles.deleteTree(files.programs());
    }
  }

  private static void checkVersion(EmbeddedFiles files) throws IOException {
    Path versionFile = files.data().resolve("PG_VERSION");
    if (!Files.exists(versionFile)) {
      return;
    }
    String version = Files.readString(versionFile).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw new DatabaseUnavailableException(
          "the data in "
              + files.data()
              + " was written by PostgreSQL "
              + version
              + ", this release brings PostgreSQL "
              + MAJOR_VERSION
              + "; dump it with the release that wrote it and load the dump into a new home"
              + " directory, or use an external database with DATABASE_URL",
          null);
    }
  }

  private static void checkPassword(EmbeddedFiles files) {
    if (Files.exists(files.data().resolve("PG_VERSION")) && !Files.exists(files.password())) {
      throw new DatabaseUnavailableException(
          "the file "
              + files.password()
              + " is missing and the data in "
              + files.data()
              + " cannot be opened without it; restore it from the backup of the home directory",
          null);
    }
  }

  /**
   * Starts the server again, on the same port, when it died under us. Meant for the health check:
   * pools recover by themselves once it answers.
   *
   * @return true if it had to be started
   * @throws DatabaseUnavailableException if it cannot be started
   */
  public boolean restartIfDead() {
    try {
      if (isAnswering()) {
        return false;
      }
      try (FileChannel lock = files.lock(EmbeddedServer.STOP_WAIT)) {
        Optional<Integer> running = server.running();
        if (running.isPresent()) {
          return false;
        }
        LOG.warn("embedded PostgreSQL on port {} is gone; starting it again", port);
        server.start(port);
        return true;
      }
    } catch (IOException failure) {
      throw EmbeddedFailures.unavailable(files, EmbeddedFiles.reason(failure), failure);
    }
  }

  private boolean isAnswering() throws IOException {
    try {
      return server.serves(port);
    } catch (SQLException gone) {
      LOG.debug("the embedded database does not answer", gone);
      return false;
    }
  }

  /** Returns the address for clients, with role and password: do not log it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/"
        + EmbeddedAdmin.DATABASE
        + "?user="
        + EmbeddedAdmin.ROLE
        + "&password="
        + password;
  }

  /** Returns one line for logs and the console, without the password. */
  public String describe() {
    return "embedded PostgreSQL "
        + MAJOR_VERSION
        + " on 127.0.0.1:"
        + port
        + ", data in "
        + files.data()
        + (started ? " (started by this process)" : " (joined)");
  }

  /**
   * Leaves the database and stops the server when nobody else uses it. Close pools first: the
   * server ends what is still connected. Further calls do nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (FileChannel lock = files.lock(EmbeddedServer.STOP_WAIT)) {
      EmbeddedFiles.leave(presence);
      int others = files.countUsers();
      if (others > 0) {
        LOG.info(
            "embedded PostgreSQL on port {} keeps running for {} other process(es)", port, others);
        return;
      }
      server.stop(port);
    } catch (IOException | DatabaseUnavailableException failure) {
      LOG.warn(
          "the embedded database was not stopped; the next start finds it running: {}",
          failure.getMessage());
    }
  }
}
