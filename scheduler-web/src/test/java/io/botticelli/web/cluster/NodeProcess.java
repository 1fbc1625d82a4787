package io.botticelli.web.cluster;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A node in a JVM of its own: {@code botticelli serve} on a free port, with the class path of this
 * test and nothing of its environment.
 *
 * <p>Standard output and standard error go to {@code target/nodes/<name>.out} and {@code .log};
 * both outlive the test. Close it in {@code @AfterEach}: that ends the process by its handle,
 * whatever state it is in. Not thread-safe.
 */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Path LOGS = Path.of("target", "nodes");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final Path out;
  private final Path log;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private Optional<JsonNode> started = Optional.empty();

  private NodeProcess(String name, Process process, Path out, Path log) {
    this.name = name;
    this.process = process;
    this.out = out;
    this.log = log;
  }

  /**
   * Starts a node and returns at once; {@link #awaitReady} waits for it.
   *
   * @param name becomes {@code BOTTICELLI_NODE_ID}; the node's id starts with it and a hyphen
   * @param directory working directory, which holds the server file and {@code quartz.properties}
   * @param environment the whole environment, for example {@code DATABASE_URL}
   * @param arguments after {@code serve --port 0 --json}
   */
  public static NodeProcess start(
      String name, Path directory, Map<String, String> environment, String... arguments) {
    return start(name, directory, Optional.empty(), environment, arguments);
  }

  /**
   * As {@link #start(String, Path, Map, String...)}, with other classes first.
   *
   * @param firstClasses directory that comes before everything else on the class path
   */
  public static NodeProcess start(
      String name,
      Path directory,
      Optional<Path> firstClasses,
      Map<String, String> environment,
      String... arguments) {
    try {
      Files.createDirectories(LOGS);
      Path out = LOGS.resolve(name + ".out").toAbsolutePath();
      Path log = LOGS.resolve(name + ".log").toAbsolutePath();
      List<String> command = new ArrayList<>(java(firstClasses));
      command.addAll(List.of("serve", "--port", "0", "--json"));
      command.addAll(List.of(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(log.toFile());
      // A key or token of whoever runs the tests must not reach a node.
      builder.environment().clear();
      builder.environment().put("BOTTICELLI_NODE_ID", name);
      builder.environment().putAll(environment);
      Process process = builder.start();
      // A build that is interrupted must not leave a node behind.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new NodeProcess(name, process, out, log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Runs a command of the program in a JVM of its own and waits for its end.
   *
   * @return exit code and standard output
   */
  public static Answer run(Path directory, Map<String, String> environment, String... arguments) {
    try {
      List<String> command = new ArrayList<>(java(Optional.empty()));
      command.addAll(List.of(arguments));
      Path out = Files.createTempFile(directory, "command", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(List.of(arguments) + " did not end");
      }
      return new Answer(process.exitValue(), Files.readString(out));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a command", stop);
    }
  }

  /** What a command left behind. */
  public record Answer(int exitCode, String output) {}

  private static List<String> java(Optional<Path> firstClasses) {
    // Surefire's fork runs on a jar with only a manifest; the real class path is in the property.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-XX:ActiveProcessorCount=1",
        "-Dliquibase.analytics.enabled=false",
        "-cp",
        firstClasses.map(first -> first + File.pathSeparator).orElse("") + classPath,
        "io.botticelli.web.app.Main");
  }

  /**
   * Waits until the node says that it is ready to fire.
   *
   * @throws IllegalStateException if the process ended instead; the message ends with its log
   */
  public NodeProcess awaitReady() {
    await()
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException(
                    "node " + name + " ended with " + process.exitValue() + "\n" + log());
              }
              return isAnnounced() && get("/health/ready").statusCode() == 200;
            });
    return this;
  }

  private boolean isAnnounced() throws IOException {
    if (started.isEmpty()) {
      // Half a document is no document yet.
      try {
        JsonNode document = JSON.readTree(Files.readString(out));
        started = Optional.of(document).filter(read -> read.hasNonNull("address"));
      } catch (com.fasterxml.jackson.core.JsonProcessingException incomplete) {
        return false;
      }
    }
    return started.isPresent();
  }

  /** Returns the document the node printed when it started to fire. */
  public JsonNode started() {
    return started.orElseThrow(() -> new IllegalStateException(name + " has not started yet"));
  }

  /** Returns the node's id, as it stands in the history. */
  public String id() {
    return started().path("node").asText();
  }

  /** Asks the node without signing in. */
  public HttpResponse<String> get(String path) {
    URI uri = URI.create(started().path("address").asText() + path);
    try {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + uri, stop);
    }
  }

  /** SIGKILL: the node dies in the middle of whatever it does. Returns when it is dead. */
  public void kill() {
    process.destroyForcibly();
    if (!waitFor(KILL_LIMIT)) {
      throw new IllegalStateException("node " + name + " survived SIGKILL");
    }
  }

  /** SIGSTOP: the node sleeps, and time passes it by. */
  public void suspend() {
    signal("STOP");
  }

  /** SIGCONT: the node goes on as if nothing had happened. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start();
      if (!kill.waitFor(KILL_LIMIT.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("node " + name + " did not get SIG" + signal);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending SIG" + signal, stop);
    }
  }

  /** SIGTERM: asks the node to stop in order; returns at once. */
  public void askToStop() {
    process.destroy();
  }

  /**
   * SIGTERM, and waits.
   *
   * @return the exit code
   * @throws IllegalStateException if the node is still there after the time
   */
  public int terminate(Duration limit) {
    askToStop();
    return awaitExit(limit);
  }

  /**
   * Waits for the end of the process.
   *
   * @return the exit code
   * @throws IllegalStateException if the node is still there after the time
   */
  public int awaitExit(Duration limit) {
    if (!waitFor(limit)) {
      throw new IllegalStateException(
          "node " + name + " did not end within " + limit + "\n" + log());
    }
    return process.exitValue();
  }

  private boolean waitFor(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns what the node logged so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Ends the process if it is still there. */
  @Override
  public void close() {
    process.destroyForcibly();
    waitFor(KILL_LIMIT);
  }
}
