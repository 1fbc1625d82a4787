package io.botticelli.core.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.SilentProxy;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.signal.PostgresSignals.Timing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PostgresSignalsDbTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Timing QUICK = new Timing(Duration.ofMillis(300), Duration.ofMillis(500));

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private TestDatabase database;
  private PostgresSignals one;
  private PostgresSignals other;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    one = new PostgresSignals(database.dataSource(), database.transactions(), QUICK);
    other = new PostgresSignals(database.dataSource(), database.transactions(), QUICK);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  @Test
  void aSignalReachesEveryProcessAndItsTopicOnly() {
    List<String> own = new CopyOnWriteArrayList<>();
    one.subscribe("cancel", heard::add);
    one.subscribe("other", own::add);
    other.subscribe("cancel", own::add);
    listening(one, heard);
    other.start();
    await().atMost(SOON).until(() -> own.size() >= 2);
    own.clear();

    other.publish("cancel", "4711:with a colon");

    await().atMost(SOON).until(() -> heard.contains("4711:with a colon"));
    await().atMost(SOON).until(() -> own.equals(List.of("4711:with a colon")));
  }

  @Test
  void aKilledConnectionIsMadeAgainAndTellsThatSignalsMayBeLost() {
    one.subscribe("cancel", heard::add);
    listening(one, heard);
    heard.clear();

    assertThat(killListeners()).isEqualTo(1);

    await().atMost(SOON).until(() -> heard.contains(""));
    other.publish("cancel", "after");
    await().atMost(SOON).until(() -> heard.contains("after"));
  }

  @Test
  void aConnectionThatWasDroppedSilentlyIsNoticed() throws Exception {
    try (SilentProxy proxy = new SilentProxy(database.port())) {
      PostgresSignals behind =
          new PostgresSignals(proxy.dataSource(database), database.transactions(), QUICK);
      try (behind) {
        behind.subscribe("cancel", heard::add);
        listening(behind, heard);
        heard.clear();

        proxy.swallow();

        await().atMost(SOON).until(() -> heard.contains(""));
        other.publish("cancel", "after");
        await().atMost(SOON).until(() -> heard.contains("after"));
      }
    }
  }

  @Test
  void aHandlerThatThrowsDoesNotEndIt() {
    one.subscribe(
        "cancel",
        payload -> {
          throw new IllegalStateException("handler");
        });
    one.subscribe("cancel", heard::add);
    listening(one, heard);

    one.publish("cancel", "1");
    one.publish("cancel", "2");

    await().atMost(SOON).until(() -> heard.containsAll(List.of("1", "2")));
  }

  @Test
  void aClosedSubscriptionHearsNothingMore() {
    Signals.Subscription subscription = one.subscribe("cancel", heard::add);
    List<String> still = new CopyOnWriteArrayList<>();
    one.subscribe("cancel", still::add);
    listening(one, heard);
    subscription.close();

    one.publish("cancel", "1");

    await().atMost(SOON).until(() -> still.contains("1"));
    assertThat(heard).doesNotContain("1");
  }

  @Test
  void whatOthersSendOnTheChannelCannotHurt() {
    one.subscribe("cancel", heard::add);
    listening(one, heard);

    database.execute(
        "NOTIFY botticelli_signals",
        "NOTIFY botticelli_signals, ':'",
        "NOTIFY botticelli_signals, 'nobody:x'",
        "NOTIFY botticelli_signals, 'cancel:; DROP TABLE cluster_nodes'");

    await().atMost(SOON).until(() -> heard.contains("; DROP TABLE cluster_nodes"));
  }

  @Test
  void aPayloadThatIsTooLongIsRefused() {
    one.publish("cancel", "é".repeat(Signals.MAX_PAYLOAD_BYTES / 2));

    assertThatThrownBy(() -> one.publish("cancel", "é".repeat(Signals.MAX_PAYLOAD_BYTES / 2) + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 4000");
    assertThatThrownBy(() -> one.publish("no:colon", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closingEndsItsConnectionAndThreadAtOnce() {
    one.subscribe("cancel", heard::add);
    listening(one, heard);

    one.close();

    await().atMost(SOON).until(() -> listeners() == 0);
    one.start();
    assertThat(listeners()).as("closed for good").isZero();
  }

  private void listening(PostgresSignals signals, List<String> mark) {
    signals.start();
    await().atMost(SOON).until(() -> mark.contains(""));
  }

  private long listeners() {
    return database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'botticelli signals'");
  }

  private long killListeners() {
    return database.number(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND application_name = 'botticelli signals'");
  }
}
