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
import java.util.List;
import java.util.Map;

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
  private final int actors;
  private final Duration checkIn;
  private final Instant first = Instant.now().plus(LEAD).truncatedTo(ChronoUnit.MILLIS);

  /**
   * @param actors their fires are spread evenly over the period
   * @param checkIn between two check-ins of a node
   */
  FireSet(TestDatabase database, int actors, Duration checkIn) {
    this.database = database;
    this.actors = actors;
    this.checkIn = checkIn;
    database.execute(
        "CREATE TABLE content.gate (id bigint PRIMARY KEY, text_content text)",
        "INSERT INTO content.gate VALUES (1, 'The gate is open.')");
  }

  /** Starts a node on its own copy of the files. */
  NodeProcess start(String name, Path parent) {
    Path directory = parent.resolve(name);
    write(directory);
    return NodeProcess.start(
        name,
        directory,
        Map.of("DATABASE_URL", database.jdbcUrl()),
        "--config",
        "actor_server.toml");
  }

  private void write(Path directory) {
    StringBuilder server =
        new StringBuilder(
            """
            [server]
            name = "cluster"
            check_interval_seconds = 2
            max_concurrent_actors = 8
            shutdown_timeout_seconds = 5

            [database]
            pool_size = 16
            """);
    for (int i = 1; i <= actors; i++) {
      String actor = "actor_%02d".formatted(i);
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
          max_retries = 0

          [skills.narrative_execution]
          narrative_path = "fire.toml"

          [platform]
          type = "noop"
          """
              .formatted(
                  actor,
                  PERIOD.toSeconds(),
                  first.plus(PERIOD.multipliedBy(i - 1).dividedBy(actors))));
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
            .formatted(checkIn.toMillis()));
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
