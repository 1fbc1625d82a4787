package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.node.Health.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class HealthDbTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final TestDatabase database = TestDatabase.fresh();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        directory.resolve("server.toml"),
        """
        [server]
        check_interval_seconds = 60

        [[actors]]
        name = "greeter"
        config_file = "greeter.toml"
        """);
    Files.writeString(
        directory.resolve("greeter.toml"),
        """
        [actor]
        name = "greeter"

        [actor.schedule]
        type = "Interval"
        seconds = 3600
        run_on_start = false

        [skills.narrative_execution]
        narrative_path = "hello.toml"
        """);
    Files.writeString(
        directory.resolve("hello.toml"),
        """
        [narrative]
        name = "hello"
        description = "says hello"
        skip_content_generation = true

        [toc]
        order = ["greet"]

        [acts]
        greet = "Say hello."
        """);
    Files.writeString(
        directory.resolve("quartz.properties"),
        """
        org.quartz.scheduler.idleWaitTime = 1000
        org.quartz.jobStore.clusterCheckinInterval = 2000
        """);
  }

  @Test
  void aNodeThatCannotGetTheLockIsNotReadyAndSaysWhy() throws Exception {
    try (Node node = firing();
        Connection other = database.dataSource().getConnection()) {
      lock(other, "SELECT 1 FROM qrtz_locks WHERE lock_name = 'TRIGGER_ACCESS' FOR UPDATE");

      await().atMost(SOON).until(() -> !node.health().ready());
      assertThat(node.health().components().get("scheduler").detail())
          .as("I8: it would not fire")
          .contains("TRIGGER_ACCESS", "pg_stat_activity");
      assertThat(node.health().components().get("database").state()).isEqualTo(State.HEALTHY);
      other.rollback();

      await().atMost(SOON).until(() -> node.health().ready());
    }
  }

  @Test
  void aHangingTableIsReportedInTimeAndNotFatal() throws Exception {
    try (Node node = firing();
        Connection other = database.dataSource().getConnection()) {
      lock(other, "LOCK TABLE actor_server_state IN ACCESS EXCLUSIVE MODE");
      long start = System.nanoTime();

      Health health = node.health();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      assertThat(health.ready()).isFalse();
      assertThat(health.components().get("database").detail())
          .contains("no answer within 2000 ms", "pool application", "pool quartz");
      assertThat(node.overdue()).as("asked for, no answer").isEmpty();
      other.rollback();

      await().atMost(SOON).until(() -> node.health().ready());
      assertThat(node.overdue()).hasValueSatisfying(late -> assertThat(late).isEmpty());
    }
  }

  @Test
  void openBreakersAndOverdueActorsDegradeTheNodeButItStaysReady() {
    try (Node node = firing()) {
      database.execute(
          "UPDATE actor_server_state SET breaker_state = 'open' WHERE task_id = 'greeter'");

      Health health = node.health();

      assertThat(health.state()).isEqualTo(State.DEGRADED);
      assertThat(health.ready()).isTrue();
      assertThat(health.components().get("actors").detail()).contains("breaker open: greeter");
      assertThat(health.components())
          .containsOnlyKeys(
              "database", "scheduler", "models", "discord", "actors", "clock", "doctor");
    }
  }

  private Node firing() {
    Node node =
        Node.start(
            NodeSettings.of(
                    directory,
                    directory.resolve("home"),
                    "server.toml",
                    new Environment(Map.of()),
                    Clock.systemUTC())
                .withDatabaseUrl(Optional.of(database.jdbcUrl())));
    node.beginFiring();
    await().atMost(SOON).until(() -> node.health().ready());
    return node;
  }

  private static void lock(Connection session, String sql) throws SQLException {
    session.setAutoCommit(false);
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
