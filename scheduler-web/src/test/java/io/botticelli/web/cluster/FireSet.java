package io.botticelli.web.cluster;

import io.botticelli.core.db.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A working set of interval actors that leave one row per fire in {@code content.fire_rows}, and
 * then read {@code content.gate}: whoever locks that table keeps every run between its effect and
 * its end.
 */
final class FireSet {
  static final Duration PERIOD = Duration.ofSeconds(2);

  /** Nodes are up by then, so that the actors' phases stay as they are spread. */
  private static final Duration LEAD = Duration.ofSeconds(5);

  private final TestDatabase database;
  private final Shape shape;
  private final Map<Integer, Instant> anchors = new HashMap<>();
  private final Instant first = Instant.now().plus(LEAD).truncatedTo(ChronoUnit.MILLIS);

  /**
   * @param actors their fires are spread evenly over the period
   * @param checkIn between two check-ins of a node
   */
  FireSet(TestDatabase database, int actors, Duration checkIn) {
    this(database, Shape.of(actors, checkIn));
  }

  FireSet(TestDatabase database, Shape shape) {
    this.database = database;
    this.shape = shape;
    database.execute(
        "CREATE TABLE content.gate (id bigint PRIMARY KEY, text_content text)",
        "INSERT INTO content.gate VALUES (1, 'The gate is open.')");
  }

  /** Starts a node on its own copy of the files. */
  NodeProcess start(String name, Path parent) {
    return start(name, parent, Optional.empty(), Map.of());
  }

  /**
   * Starts a node on its own copy of the files.
   *
   * @param firstClasses come before the real ones on the class path
   * @param environment in addition, for example another {@code DATABASE_URL}
   */
  NodeProcess start(
      String name, Path parent, Optional<Path> firstClasses, Map<String, String> environment) {
    Path directory = parent.resolve(name);
    write(directory);
    Map<String, String> all = new HashMap<>(Map.of("DATABASE_URL", database.jdbcUrl()));
    all.putAll(environment);
    return NodeProcess.start(name, directory, firstClasses, all, "--config", "actor_server.toml");
  }

  /**
   * Takes every actor's first fire as the start of its grid: when nodes take longer to start than
   * expected, an actor's first time is already past and it starts late.
   */
  void anchor() {
    for (int i = 1; i <= shape.actors(); i++) {
      String millis =
          database.value(
              "SELECT (extract(epoch FROM min(scheduled_for)) * 1000)::bigint"
                  + " FROM actor_server_executions WHERE actor_name = '"
                  + name(i)
                  + "'");
      if (millis != null) {
        anchors.put(i, Instant.ofEpochMilli(Long.parseLong(millis)));
      }
    }
  }

  /**
   * Returns the actors by name, each with the times it is due in a span, by this set's own sums.
   */
  Map<String, List<Instant>> due(Instant from, Instant to) {
    Map<String, List<Instant>> due = new TreeMap<>();
    for (int i = 1; i <= shape.actors(); i++) {
      List<Instant> times = new ArrayList<>();
      for (Instant at = anchors.getOrDefault(i, phase(i));
          at.isBefore(to);
          at = at.plus(shape.period())) {
        if (!at.isBefore(from)) {
          times.add(at);
        }
      }
      due.put(name(i), times);
    }
    return due;
  }

  private Instant phase(int actor) {
    return first.plus(shape.period().multipliedBy(actor - 1).dividedBy(shape.actors()));
  }

  private static String name(int actor) {
    return "actor_%02d".formatted(actor);
  }

  private void write(Path directory) {
    StringBuilder server =
        new StringBuilder(
            """
            [server]
            name = "cluster"
            check_interval_seconds = 2
            max_concurrent_actors = %d
            shutdown_timeout_seconds = 5

            [database]
            pool_size = %d
            """
                .formatted(shape.threads(), shape.pool()));
    for (int i = 1; i <= shape.actors(); i++) {
      String actor = name(i);
      server.append(
          """

          [[actors]]
          name = "%1$s"
          config_file = "%1$s.toml"
          """
              .formatted(actor));
      text(
          directory.resolve(actor + ".toml"),
          """
          [actor]
          name = "%s"
          description = "Leaves one row per fire"

          [actor.schedule]
          type = "interval"
          seconds = %d
          start_at = "%s"

          [actor.execution]
          max_retries = %d

          [skills.narrative_execution]
          narrative_path = "fire.toml"

          [platform]
          type = "noop"
          """
              .formatted(actor, shape.period().toSeconds(), phase(i), shape.retries()));
    }
    text(directory.resolve("actor_server.toml"), server.toString());
    text(
        directory.resolve("fire.toml"),
        """
        [tables.gate]
        table_name = "gate"

        [narrative]
        name = "fire"
        description = "Leaves one row, then passes the gate"
        target = "fire_rows"

        [toc]
        order = ["leave", "pass"]

        [acts.leave]
        extract_output = true
        input = ["Return only a JSON object: {\\"text_content\\": \\"one sentence\\"}"]

        [acts.pass]
        extract_output = false
        input = [{ ref = "tables.gate" }, "Say in one sentence what the row says."]
        """);
    text(
        directory.resolve("quartz.properties"),
        """
        org.quartz.jobStore.clusterCheckinInterval = %d
        org.quartz.scheduler.idleWaitTime = 1000
        """
            .formatted(shape.checkIn().toMillis()));
  }

  /** Rewrites the last actor of a node's files with another description; the rest stays. */
  void describe(Path directory, String description) {
    Path file = directory.resolve(name(shape.actors()) + ".toml");
    try {
      text(
          file,
          Files.readString(file)
              .replaceFirst("description = \"[^\"]*\"", "description = \"" + description + "\""));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void text(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Closes the gate: runs that left their row wait. Close the result to let them pass. */
  Gate closeGate() {
    return new Gate("LOCK TABLE content.gate IN ACCESS EXCLUSIVE MODE");
  }

  /** Keeps everybody from writing about executions. Close the result to let them. */
  Gate holdExecutions(List<Long> executions) {
    return new Gate(
        "SELECT id FROM actor_server_executions WHERE id IN "
            + executions.toString().replace('[', '(').replace(']', ')')
            + " FOR UPDATE");
  }

  /**
   * How large a set is.
   *
   * @param actors their fires are spread evenly over the period
   * @param period between two fires of an actor, whole seconds
   * @param checkIn between two check-ins of a node
   * @param threads runs at once on a node
   * @param pool connections of a node's runs
   * @param retries of a skill that failed
   */
  record Shape(int actors, Duration period, Duration checkIn, int threads, int pool, int retries) {
    static Shape of(int actors, Duration checkIn) {
      return new Shape(actors, PERIOD, checkIn, 8, 16, 0);
    }

    Shape withPeriod(Duration other) {
      return new Shape(actors, other, checkIn, threads, pool, retries);
    }

    Shape withPool(int connections) {
      return new Shape(actors, period, checkIn, threads, connections, retries);
    }

    Shape withRetries(int times) {
      return new Shape(actors, period, checkIn, threads, pool, times);
    }
  }

  /** A lock that stands until it is closed. */
  final class Gate implements AutoCloseable {
    private final Connection connection;

    private Gate(String sql) {
      try {
        connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (PreparedStatement lock = connection.prepareStatement(sql)) {
          lock.execute();
        }
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }

    /** Fails if the lock is gone, for example by a time-out of the session. */
    void requireClosed() {
      try {
        if (!connection.isValid(1)) {
          throw new IllegalStateException("the gate opened by itself");
        }
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }

    @Override
    public void close() {
      try (connection) {
        connection.rollback();
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
