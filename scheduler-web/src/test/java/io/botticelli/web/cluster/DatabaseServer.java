package io.botticelli.web.cluster;

import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL of its own that can be stopped, killed and started again over the same data and on
 * the same port. Uses the programs the shared test server unpacked. Not thread-safe.
 */
final class DatabaseServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Path programs;
  private final Path data;
  private final Path log;
  private final int port;
  private final Map<String, String> environment;
  private final List<String> settings;
  private Process process;

  private DatabaseServer(
      Path programs,
      Path directory,
      int port,
      Map<String, String> environment,
      List<String> settings,
      Process process) {
    this.programs = programs;
    this.data = directory.resolve("data");
    this.log = directory.resolve("server.log");
    this.port = port;
    this.environment = environment;
    this.settings = settings;
    this.process = process;
  }

  /** How a server comes to its end. */
  enum Stop {
    /** SIGINT: transactions are rolled back, data is written. */
    FAST("INT"),
    /** SIGQUIT: everything ends where it is; the next start recovers from the log. */
    IMMEDIATE("QUIT"),
    /** SIGKILL to the first process: its children notice and end. */
    KILL("KILL");

    private final String signal;

    Stop(String signal) {
      this.signal = signal;
    }
  }

  /**
   * Creates data below a directory and starts the server.
   *
   * @param environment in addition to this process's, for example a shifted clock
   * @param settings that override the quick ones of a test, as {@code name=value}
   */
  static DatabaseServer create(
      Path directory, Map<String, String> environment, String... settings) {
    // The shared server unpacked the programs and knows where they are.
    Path shared = Path.of(TestDatabase.empty().value("SHOW data_directory"));
    try {
      String command = Files.readString(shared.resolve("postmaster.opts"));
      Path programs = Path.of(command.substring(0, command.indexOf(" \""))).getParent();
      run(
          List.of(
              programs.resolve("initdb").toString(),
              "-D",
              directory.resolve("data").toString(),
              "-U",
              "postgres",
              "-A",
              "trust",
              "--no-sync",
              "--no-instructions",
              "--locale=C.UTF-8"),
          directory.resolve("initdb.log"));
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      Process first =
          launch(programs, directory.resolve("data"), port, environment, List.of(settings));
      DatabaseServer server =
          new DatabaseServer(programs, directory, port, environment, List.of(settings), first);
      server.awaitAnswer();
      return server;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Process launch(
      Path programs, Path data, int port, Map<String, String> environment, List<String> more)
      throws IOException {
    List<String> command =
        asOrdinaryUser(
            programs.resolve("postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=120",
            "shared_buffers=32MB",
            "io_method=sync",
            "fsync=off",
            "timezone=Asia/Kathmandu")) {
      command.addAll(List.of("-c", setting));
    }
    more.forEach(setting -> command.addAll(List.of("-c", setting)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(data.resolveSibling("server.log").toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    // A build that is interrupted must not leave a server behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  /** PostgreSQL refuses to run as root; a user namespace of its own is enough to convince it. */
  private static List<String> asOrdinaryUser(String... command) {
    List<String> words = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      words.addAll(List.of("unshare", "-U"));
    }
    words.addAll(List.of(command));
    return words;
  }

  private static void run(List<String> command, Path output) throws IOException {
    Process process =
        new ProcessBuilder(asOrdinaryUser(command.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    await().atMost(LIMIT).pollInterval(POLL).until(() -> !process.isAlive());
    if (process.exitValue() != 0) {
      throw new IllegalStateException(command + " failed: " + Files.readString(output));
    }
  }

  int port() {
    return port;
  }

  /** Ends the server and returns when it is gone; clients lose their connections. */
  void stop(Stop how) {
    try {
      Process signal =
          new ProcessBuilder("kill", "-" + how.signal, Long.toString(process.pid())).start();
      if (!signal.waitFor(5, TimeUnit.SECONDS)
          || signal.exitValue() != 0
          || !process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server did not end by " + how);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping the server", stop);
    }
  }

  /** Starts the server again over the same data; returns when it answers. */
  void restart() {
    // After a kill the children need a moment to notice; until then the data is theirs.
    await()
        .atMost(LIMIT)
        .pollInterval(POLL)
        .until(
            () -> {
              process = launch(programs, data, port, environment, settings);
              await().atMost(LIMIT).pollInterval(POLL).until(() -> !process.isAlive() || answers());
              return process.isAlive();
            });
  }

  private void awaitAnswer() {
    await()
        .atMost(LIMIT)
        .pollInterval(POLL)
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("the server ended\n" + Files.readString(log));
              }
              return answers();
            });
  }

  private boolean answers() {
    try (Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&connectTimeout=1")) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop(Stop.IMMEDIATE);
    }
  }
}
