package io.botticelli.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.http.JsonPost;
import io.botticelli.core.alert.http.WebhookAlertSender;
import io.botticelli.core.alert.jdbc.JdbcAlertStore;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.config.SecretValue;
import io.botticelli.core.db.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class AlertDispatcherDbTest {
  private TestDatabase database;
  private AlertStore store;
  private ReceivingServer receiver;
  private AlertDispatcher dispatcher;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    store = new JdbcAlertStore(database.transactions());
    receiver = new ReceivingServer();
    AlertSettings settings =
        new AlertSettings(
            List.of(
                new AlertSettings.Webhook(
                    "ops", new SecretValue(receiver.address() + "/"), Optional.empty())),
            List.of());
    dispatcher =
        new AlertDispatcher(
            "node",
            store,
            List.of(new WebhookAlertSender(new JsonPost())),
            () -> settings,
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void sendsWhatIsStoredOnce() {
    fire("poster", "ops");

    int first = dispatcher.dispatch();
    int second = dispatcher.dispatch();

    assertThat(first).isEqualTo(1);
    assertThat(second).isZero();
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void triesAgainWhatWasRefusedAndKeepsTheReason() {
    receiver.answer(503, Map.of());
    fire("poster", "ops");

    dispatcher.dispatch();
    Delivery refused = store.listDeliveries(1).get(0);
    int tooSoon = dispatcher.dispatch();
    database.execute("UPDATE alert_deliveries SET next_attempt_at = now()");
    int later = dispatcher.dispatch();

    assertThat(refused.error()).contains("webhook ops answered HTTP 503");
    assertThat(tooSoon).isZero();
    assertThat(later).isEqualTo(1);
    assertThat(store.listDeliveries(1).get(0).attempts()).isEqualTo(2);
  }

  @Test
  void aNodeThatDiesAfterSendingSendsItAgainUnderTheSameKey() {
    fire("poster", "ops");
    Delivery claimed = store.claimDue("dead", Duration.ZERO, 1).get(0);
    new WebhookAlertSender(new JsonPost())
        .send(
            new AlertSettings.Webhook(
                "ops", new SecretValue(receiver.address() + "/"), Optional.empty()),
            claimed);

    dispatcher.dispatch();

    assertThat(receiver.requests()).hasSize(2);
    assertThat(receiver.requests())
        .extracting(request -> request.header("Idempotency-key"))
        .containsOnly(claimed.key() + "-firing");
  }

  @Test
  void aChannelThisNodeDoesNotKnowStopsNoOther() {
    fire("one", "gone");
    fire("two", "ops");

    int sent = dispatcher.dispatch();

    assertThat(sent).isEqualTo(1);
    assertThat(store.listDeliveries(10))
        .filteredOn(delivery -> delivery.channel().equals("gone"))
        .singleElement()
        .satisfies(
            delivery -> {
              assertThat(delivery.gaveUpAt()).isEmpty();
              assertThat(delivery.error()).contains("there is no [alerts.channels.gone]");
            });
  }

  @Test
  void givesUpAfterTwoDays() {
    receiver.answer(500, Map.of());
    fire("poster", "ops");
    database.execute("UPDATE alert_deliveries SET created_at = now() - interval '3 days'");

    dispatcher.dispatch();

    assertThat(store.listDeliveries(1).get(0).gaveUpAt()).isPresent();
  }

  @Test
  void aTestMessageIsSentAtOnceAndOnlyThat() {
    fire("poster", "ops");
    long id = store.storeTest("ops", "anna");

    Delivery sent = dispatcher.dispatch(id);

    assertThat(sent.deliveredAt()).isPresent();
    assertThat(receiver.requests()).singleElement().matches(one -> one.body().contains("anna"));
  }

  private void fire(String subject, String channel) {
    store.update(
        List.of(
            new Condition(
                "failing",
                subject,
                Severity.ERROR,
                "failed",
                Map.of(),
                Duration.ZERO,
                List.of(channel))),
        Set.of(),
        Set.of("failing"));
  }
}
