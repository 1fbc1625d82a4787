package io.botticelli.core.db;

import io.botticelli.core.db.EmbeddedFiles.Postmaster;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server process over a home directory: finds it, starts it, stops it.
 *
 * <p>Whoever calls anything but {@link #serves} holds the lock of the home directory.
 */
final class EmbeddedServer {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

  /** A start after a crash replays at most {@code max_wal_size} of log. */
  private static final Duration READY_WAIT = Duration.ofSeconds(60);

  /** How long the library waits before we look ourselves whether the server is still starting. */
  private static final Duration LIBRARY_WAIT = Duration.ofSeconds(5);

  /** Also how long others wait for the lock of the home directory while one of us stops it. */
  static final Duration STOP_WAIT = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(100);

  /** Programs, fresh data and the first log segments take about 200 MiB. */
  private static final long FIRST_START_BYTES = 300L << 20;

  private static final long LATER_START_BYTES = 32L << 20;

  private final EmbeddedFiles files;
  private final String password;

  EmbeddedServer(EmbeddedFiles files, String password) {
    this.files = files;
    this.password = password;
  }

  /** Returns the port of the server that already serves our data, waiting while it starts. */
  Optional<Integer> running() throws IOException {
    long start = System.nanoTime();
    while (true) {
      Optional<Postmaster> postmaster = files.postmaster();
      Optional<ProcessHandle> process =
          postmaster.flatMap(found -> ProcessHandle.of(found.pid())).filter(ProcessHandle::isAlive);
      if (process.isEmpty()) {
        return Optional.empty();
      }
      int port = postmaster.get().port();
      SQLException refused;
      try {
        if (serves(port)) {
          return Optional.of(port);
        }
        refused = new SQLException("port " + port + " belongs to another server");
      } catch (SQLException failure) {
        refused = failure;
      }
      if (isGone(process.get())) {
        // PostgreSQL itself would refuse to start over the file of a killed server while its number
        // belongs to somebody else or nobody has reaped it.
        files.deletePidFile();
        return Optional.empty();
      }
      if (System.nanoTime() - start > READY_WAIT.toNanos()) {
        throw new DatabaseUnavailableException(
            "the embedded database in "
                + files.data()
                + " runs as process "
                + postmaster.get().pid()
                + " but does not answer on 127.0.0.1:"
                + port
                + " ("
                + EmbeddedFailures.firstLine(refused)
                + "); see "
                + files.log()
                + ", or end that process with SIGINT and start again",
            refused);
      }
      pause();
    }
  }

  private static boolean isGone(ProcessHandle process) {
    if (!process.isAlive()) {
      return true;
    }
    Optional<String> command = process.info().command();
    if (command.isPresent()) {
      return !String.valueOf(Path.of(command.get()).getFileName()).startsWith("postgres");
    }
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"))
          .contains(") Z ");
    } catch (IOException unknown) {
      return false;
    }
  }

  /** Tells whether the server on this port is ours and answers. */
  boolean serves(int port) throws SQLException, IOException {
    return new EmbeddedAdmin(port, password).serves(files.data());
  }

  /**
   * Starts the server and waits until it answers.
   *
   * @return the port
   * @throws DatabaseUnavailableException if it does not start
   */
  int start(int port) throws IOException {
    boolean first = !Files.exists(files.data().resolve("PG_VERSION"));
    checkSpace(first ? FIRST_START_BYTES : LATER_START_BYTES);
    if (first) {
      Files.writeString(files.initialising(), "");
    }
    files.trimLog();
    long logged = files.logSize();
    // The library locks its own file in the data directory until its process ends; our lock already
    // says that nobody else is here.
    Files.deleteIfExists(files.data().resolve("epg-lock"));
    try {
      launch(port);
    } catch (IOException | RuntimeException | ExceptionInInitializerError failure) {
      if (!(failure instanceof IOException) || !isStarting(logged)) {
        throw EmbeddedFailures.explain(files, logged, failure);
      }
    }
    Optional<Integer> ready = running();
    if (ready.isEmpty() || ready.get() != port) {
      throw EmbeddedFailures.explain(files, logged, null);
    }
    return port;
  }

  private void launch(int port) throws IOException {
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.appendTo(files.log().toFile());
    EmbeddedPostgres.builder()
        .setDataDirectory(files.data())
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(files.createPrivateProgramsDirectory().toFile())
        .setRegisterShutdownHook(false)
        .setPort(port)
        .setPGStartupWait(LIBRARY_WAIT)
        // A pipe would break when this process dies before the server does.
        .setOutputRedirector(log)
        .setErrorRedirector(log)
        .setConnectConfig("password", password)
        // The library starts with -F and synchronous_commit=off; what comes later wins.
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("max_connections", "100")
        .setServerConfig("shared_buffers", "32MB")
        .setServerConfig("max_wal_size", "256MB")
        .setServerConfig("io_method", "sync")
        .setServerConfig("timezone", "UTC")
        .setServerConfig("log_min_messages", "log")
        .setServerConfig("log_checkpoints", "off")
        // These become options of initdb; the built-in locale is the same on every platform.
        .setLocaleConfig("locale", "C")
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", files.password().toString())
        .start();
  }

  /** On a busy machine the server may not even have written its pid file yet; or it gave up. */
  private boolean isStarting(long logged) throws IOException {
    long start = System.nanoTime();
    while (true) {
      Optional<ProcessHandle> process =
          files.postmaster().flatMap(found -> ProcessHandle.of(found.pid()));
      if (process.isPresent() && !isGone(process.get())) {
        return true;
      }
      if (files.logSince(logged).contains("could not start server")
          || System.nanoTime() - start > READY_WAIT.toNanos()) {
        return false;
      }
      pause();
    }
  }

  private void checkSpace(long needed) throws IOException {
    long usable = Files.getFileStore(files.home()).getUsableSpace();
    if (usable < needed) {
      throw new DatabaseUnavailableException(
          "the disk of "
              + files.home()
              + " has "
              + (usable >> 20)
              + " MiB left, the embedded database needs "
              + (needed >> 20)
              + " MiB to start; free space or name another directory with --home",
          null);
    }
  }

  /**
   * Asks the server to stop and ends its sessions through one that is already open: after the
   * signal it lets nobody in and stops as soon as the last session is gone.
   */
  void stop(int port) throws IOException {
    Optional<ProcessHandle> process =
        files.postmaster().flatMap(found -> ProcessHandle.of(found.pid()));
    if (process.isEmpty()) {
      return;
    }
    try (Connection admin = new EmbeddedAdmin(port, password).connect()) {
      if (!process.get().destroy()) {
        throw new IOException("process " + process.get().pid() + " cannot be signalled");
      }
      EmbeddedAdmin.endOtherSessions(admin);
    } catch (SQLException failure) {
      LOG.debug("the embedded database ended the session that stopped it", failure);
    }
    // The pid file goes last. The process itself may stay visible until somebody reaps it.
    long start = System.nanoTime();
    while (files.postmaster().isPresent() && !isGone(process.get())) {
      if (System.nanoTime() - start > STOP_WAIT.toNanos()) {
        LOG.warn(
            "embedded PostgreSQL, process {}, has not stopped within {} s; the next start joins it",
            process.get().pid(),
            STOP_WAIT.toSeconds());
        return;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    LOG.info("embedded PostgreSQL on port {} stopped", port);
  }

  private void pause() {
    LockSupport.parkNanos(POLL.toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw EmbeddedFailures.unavailable(files, "the start was interrupted", null);
    }
  }
}
