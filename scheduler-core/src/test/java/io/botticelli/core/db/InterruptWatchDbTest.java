package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.StoreException;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class InterruptWatchDbTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final InterruptWatch watch = new InterruptWatch();
  private TestDatabase database;
  private DataSources sources;
  private Transactions transactions;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    sources = new DataSources(DatabaseSettings.parse(database.jdbcUrl()));
    transactions = new Transactions(sources.application()).interruptible(watch);
  }

  @AfterEach
  void close() {
    sources.close();
    watch.close();
  }

  @Test
  void aStatementEndsWithinASecondWhenItsThreadIsInterrupted() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(() -> thrown.set(catchThrowable(this::sleepInTheDatabase)));
    thread.start();
    await().atMost(SOON).until(() -> sleeping() == 1);

    thread.interrupt();
    thread.join(1_000);

    assertThat(thread.isAlive()).isFalse();
    assertThat(thrown.get()).isInstanceOf(StoreException.class);
    await().atMost(SOON).until(() -> sleeping() == 0);
  }

  @Test
  void nobodyElseIsHitByTheRequestToCancel() throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      Thread thread = new Thread(() -> catchThrowable(this::sleepInTheDatabase));
      thread.start();
      await().atMost(SOON).until(() -> sleeping() == 1);
      thread.interrupt();
      thread.join();

      assertThat(transactions.<Integer>read("look", connection -> 1)).isEqualTo(1);
    }
  }

  @Test
  void aConnectionOnWhichNothingComesBackIsCut() throws Exception {
    try (SilentProxy proxy = new SilentProxy(database.port());
        DataSources behind = new DataSources(DatabaseSettings.parse(proxy.url(database)))) {
      Transactions hanging = new Transactions(behind.application()).interruptible(watch);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread thread =
          new Thread(() -> thrown.set(catchThrowable(() -> sleepInTheDatabase(hanging, 15))));
      thread.start();
      await().atMost(SOON).until(() -> sleeping() == 1);
      proxy.swallow();

      thread.interrupt();
      thread.join(2_500);

      assertThat(thread.isAlive()).isFalse();
      assertThat(thrown.get()).isInstanceOf(StoreException.class);
      assertThat(hanging.<Integer>read("look", connection -> 1)).as("the next one").isEqualTo(1);
    }
  }

  @Test
  void whatIsNotToBeInterruptedIsNot() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Transactions lasting = new Transactions(sources.application());
    Thread thread =
        new Thread(() -> thrown.set(catchThrowable(() -> sleepInTheDatabase(lasting, 1))));
    thread.start();
    await().atMost(SOON).until(() -> sleeping() == 1);

    thread.interrupt();
    thread.join();

    assertThat(thrown.get()).isNull();
  }

  private void sleepInTheDatabase() {
    sleepInTheDatabase(transactions, 15);
  }

  private static void sleepInTheDatabase(Transactions transactions, int seconds) {
    transactions.write(
        "sleep",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement("SELECT pg_sleep(?)")) {
            statement.setInt(1, seconds);
            return statement.execute();
          }
        });
  }

  private long sleeping() {
    return database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND wait_event = 'PgSleep' AND state = 'active'");
  }
}
