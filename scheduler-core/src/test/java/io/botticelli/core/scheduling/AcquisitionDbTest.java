package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.every;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.DataSources;
import io.botticelli.core.db.DatabaseSettings;
import io.botticelli.core.db.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** I8: what keeps a node from acquiring triggers shows, although its check-ins go on. */
@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AcquisitionDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TestDatabase database = TestDatabase.fresh();

  @Test
  void aLockHeldByAnotherSessionShowsAndItsEndToo() throws Exception {
    try (TestNode node = new TestNode(database);
        Connection other = database.dataSource().getConnection()) {
      node.scheduler.beginFiring();
      await().atMost(SOON).until(() -> isFresh(node));
      other.setAutoCommit(false);
      try (PreparedStatement lock =
          other.prepareStatement(
              "SELECT 1 FROM qrtz_locks WHERE lock_name = 'TRIGGER_ACCESS' FOR UPDATE")) {
        lock.execute();

        await().atMost(SOON).until(() -> !isFresh(node));
        assertThat(node.scheduler.acquisition().alive()).isTrue();
        assertThat(node.scheduler.isFiring()).as("all that Quartz itself knows").isTrue();
        assertThat(checkInAge(node)).as("check-ins go on").isLessThan(Duration.ofSeconds(3));
      }
      other.rollback();

      await().atMost(SOON).until(() -> isFresh(node));
    }
  }

  @Test
  void anExhaustedPoolOfQuartzShows() throws Exception {
    DatabaseSettings settings =
        DatabaseSettings.parse(
            database.jdbcUrl(), 2, 4, Duration.ofMillis(500), Duration.ofMinutes(1));
    List<Connection> taken = new ArrayList<>();
    try (DataSources sources = new DataSources(settings);
        TestNode node = new TestNode(database, sources.quartz())) {
      node.scheduler.beginFiring();
      await().atMost(SOON).until(() -> isFresh(node));
      while (sources.figures().get(1).busy() < 4) {
        taken.add(sources.quartz().getConnection());
      }

      await().atMost(SOON).until(() -> !isFresh(node));
      for (Connection connection : taken) {
        connection.close();
      }

      await().atMost(SOON).until(() -> isFresh(node));
    }
  }

  @Test
  void aNodeWhoseWorkersAreAllBusyAcquiresNothing() {
    CountDownLatch release = new CountDownLatch(1);
    try (TestNode node = new TestNode(database)) {
      node.body.set(
          (actor, version, fence, parameters) -> {
            try {
              release.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
              Thread.currentThread().interrupt();
            }
            return succeeded();
          });
      node.agree(
          "v1",
          actor("a", every(Duration.ofHours(1))),
          actor("b", every(Duration.ofHours(1))),
          actor("c", every(Duration.ofHours(1))),
          actor("d", every(Duration.ofHours(1))));
      node.scheduler.beginFiring();

      await().atMost(SOON).until(() -> !isFresh(node));

      assertThat(node.scheduler.acquisition().busy()).isEqualTo(4);
      assertThat(node.scheduler.acquisition().workers()).isEqualTo(4);
      release.countDown();
      await().atMost(SOON).until(() -> isFresh(node));
    } finally {
      release.countDown();
    }
  }

  @Test
  void aSchedulerThreadThatHasEndedIsDead() throws Exception {
    Acquisitions acquisitions = new Acquisitions();
    assertThat(acquisitions.isDead()).as("nothing is known yet").isFalse();
    Thread scheduler = new Thread(acquisitions::passed);

    scheduler.start();
    scheduler.join();

    assertThat(acquisitions.isDead()).isTrue();
  }

  private static boolean isFresh(TestNode node) {
    return node.scheduler.acquisition().isFresh();
  }

  private Duration checkInAge(TestNode node) {
    return Duration.ofMillis(
        database.number(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint - last_checkin_time"
                + " FROM qrtz_scheduler_state WHERE instance_name = '"
                + node.scheduler.instanceId()
                + "'"));
  }
}
