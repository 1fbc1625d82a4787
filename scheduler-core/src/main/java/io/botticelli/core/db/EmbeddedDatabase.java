package io.botticelli.core.db;

import io.botticelli.core.db.EmbeddedFiles.Postmaster;
import io.botticelli.core.db.EmbeddedFiles.Presence;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
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
  private static final String DATABASE = "botticelli";
  private static final String ROLE = "botticelli";
  private static final String ADMIN = "postgres";

  /** The first start unpacks programs and creates the data; on a slow disk that takes a while. */
  private static final Duration LOCK_WAIT = Duration.ofSeconds(120);

  /** A start after a crash replays at most {@code max_wal_size} of log. */
  private static final Duration READY_WAIT = Duration.ofSeconds(60);

  /** How long the library waits before we look ourselves whether the server is still starting. */
  private static final Duration LIBRARY_WAIT = Duration.ofSeconds(5);

  private static final Duration STOP_WAIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  /** Programs, fresh data and the first log segments take about 200 MiB. */
  private static final long FIRST_START_BYTES = 300L << 20;

  private static final long LATER_START_BYTES = 32L << 20;

  private final EmbeddedFiles files;
  private final Presence presence;
  private final String password;
  private final int port;
  private final boolean started;
  private boolean closed;

  private EmbeddedDatabase(
      EmbeddedFiles files, Presence presence, String password, int port, boolean started) {
    this.files = files;
    this.presence = presence;
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
      Optional<Integer> running = running(files, password);
      int port = running.isPresent() ? running.get() : start(files, password, choosePort(files));
      createRoleAndDatabase(port, password);
      files.rememberPort(port);
      Files.deleteIfExists(files.initialising());
      EmbeddedDatabase database =
          new EmbeddedDatabase(files, files.announce(), password, port, running.isEmpty());
      LOG.info("{}", database.describe());
      return database;
    } catch (IOException failure) {
      throw unavailable(files, EmbeddedFiles.reason(failure), failure);
    } catch (SQLException failure) {
      throw unavailable(files, "SQLSTATE " + failure.getSQLState(), failure);
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

  /** Returns the port of the server that already serves our data, waiting while it starts. */
  private static Optional<Integer> running(EmbeddedFiles files, String password)
      throws IOException {
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
        if (servesOurData(files, port, password)) {
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
                + firstLine(refused)
                + "); see "
                + files.log()
                + ", or end that process with SIGINT and start again",
            refused);
      }
      pause(files);
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

  private static boolean servesOurData(EmbeddedFiles files, int port, String password)
      throws SQLException, IOException {
    try (Connection connection = dataSource(port, ADMIN, ADMIN, password).getConnection()) {
      Path served = Path.of(value(connection, "SHOW data_directory"));
      return Files.exists(served) && Files.isSameFile(served, files.data());
    }
  }

  private static int start(EmbeddedFiles files, String password, int port) throws IOException {
    boolean first = !Files.exists(files.data().resolve("PG_VERSION"));
    checkSpace(files, first ? FIRST_START_BYTES : LATER_START_BYTES);
    if (first) {
      Files.writeString(files.initialising(), "");
    }
    files.trimLog();
    long logged = files.logSize();
    // The library locks its own file in the data directory until its process ends; our lock already
    // says that nobody else is here.
    Files.deleteIfExists(files.data().resolve("epg-lock"));
    try {
      launch(files, password, port);
    } catch (IOException | RuntimeException | ExceptionInInitializerError failure) {
      if (!(failure instanceof IOException) || !isStarting(files, logged)) {
        throw explain(files, logged, failure);
      }
    }
    Optional<Integer> ready = running(files, password);
    if (ready.isEmpty() || ready.get() != port) {
      throw explain(files, logged, null);
    }
    return port;
  }

  private static void launch(EmbeddedFiles files, String password, int port) throws IOException {
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
  private static boolean isStarting(EmbeddedFiles files, long logged) throws IOException {
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
      pause(files);
    }
  }

  private static void checkSpace(EmbeddedFiles files, long needed) throws IOException {
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

  /** Keeps the port of the last start so that bookmarks and tools still find the server. */
  private static int choosePort(EmbeddedFiles files) throws IOException {
    Optional<Integer> remembered = files.rememberedPort();
    if (remembered.isPresent()) {
      try (ServerSocket free = new ServerSocket(remembered.get(), 1, loopback())) {
        return free.getLocalPort();
      } catch (IOException taken) {
        LOG.warn(
            "port {} of the embedded database is taken by another program; choosing another one",
            remembered.get());
      }
    }
    try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
      return free.getLocalPort();
    } catch (IOException none) {
      throw new DatabaseUnavailableException(
          "no port on 127.0.0.1 can be opened for the embedded database ("
              + none.getMessage()
              + "); allow it, or use an external database with DATABASE_URL",
          none);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static void createRoleAndDatabase(int port, String password) throws SQLException {
    try (Connection admin = dataSource(port, ADMIN, ADMIN, password).getConnection()) {
      if (value(admin, "SELECT count(*) FROM pg_roles WHERE rolname = '" + ROLE + "'")
          .equals("0")) {
        // Not a superuser, so that no statement can reach files or programs of this machine. The
        // password is hexadecimal.
        execute(admin, "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password + "'");
      }
      if (value(admin, "SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")
          .equals("0")) {
        execute(admin, "CREATE DATABASE " + DATABASE + " OWNER " + ROLE);
      }
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
      try (FileChannel lock = files.lock(STOP_WAIT)) {
        Optional<Integer> running = running(files, password);
        if (running.isPresent()) {
          return false;
        }
        LOG.warn("embedded PostgreSQL on port {} is gone; starting it again", port);
        start(files, password, port);
        return true;
      }
    } catch (IOException failure) {
      throw unavailable(files, EmbeddedFiles.reason(failure), failure);
    }
  }

  private boolean isAnswering() throws IOException {
    try {
      return servesOurData(files, port, password);
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
        + DATABASE
        + "?user="
        + ROLE
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
    try (FileChannel lock = files.lock(STOP_WAIT)) {
      EmbeddedFiles.leave(presence);
      int others = files.countUsers();
      if (others > 0) {
        LOG.info(
            "embedded PostgreSQL on port {} keeps running for {} other process(es)", port, others);
        return;
      }
      stop();
    } catch (IOException | DatabaseUnavailableException failure) {
      LOG.warn(
          "the embedded database was not stopped; the next start finds it running: {}",
          failure.getMessage());
    }
  }

  /**
   * Asks the server to stop and ends its sessions through one that is already open: after the
   * signal it lets nobody in and stops as soon as the last session is gone.
   */
  private void stop() throws IOException {
    Optional<ProcessHandle> process =
        files.postmaster().flatMap(found -> ProcessHandle.of(found.pid()));
    if (process.isEmpty()) {
      return;
    }
    try (Connection admin = dataSource(port, ADMIN, ADMIN, password).getConnection()) {
      if (!process.get().destroy()) {
        throw new IOException("process " + process.get().pid() + " cannot be signalled");
      }
      value(
          admin,
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
              + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
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

  private static DatabaseUnavailableException explain(
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
            .or(() -> Optional.ofNullable(failure).map(EmbeddedDatabase::firstLine))
            .orElse("it ended at once");
    return unavailable(files, lastWords, failure);
  }

  private static DatabaseUnavailableException unavailable(
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

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }

  private static void pause(EmbeddedFiles files) {
    LockSupport.parkNanos(POLL.toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw unavailable(files, "the start was interrupted", null);
    }
  }

  private static PGSimpleDataSource dataSource(
      int port, String role, String database, String password) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {"127.0.0.1"});
    dataSource.setPortNumbers(new int[] {port});
    dataSource.setUser(role);
    dataSource.setPassword(password);
    dataSource.setDatabaseName(database);
    dataSource.setApplicationName("botticelli start");
    dataSource.setConnectTimeout(5);
    dataSource.setSocketTimeout(30);
    return dataSource;
  }

  private static String value(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
