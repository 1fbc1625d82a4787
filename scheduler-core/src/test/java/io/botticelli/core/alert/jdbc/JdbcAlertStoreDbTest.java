package io.botticelli.core.alert.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.alert.AlertStore.Alert;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.alert.Condition;
import io.botticelli.core.config.AlertSettings.Severity;
import io.botticelli.core.db.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcAlertStoreDbTest {
  private static final Duration CLAIM = Duration.ofMinutes(1);
  private static final Set<String> FAILING = Set.of("failing");

  private TestDatabase database;
  private JdbcAlertStore store;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    store = new JdbcAlertStore(database.transactions(), Duration.ZERO);
  }

  @Test
  void tellsEveryChannelOnceHoweverOftenAndWhereverItIsSeen() throws Exception {
    Condition poster = condition("poster", Duration.ZERO, "ops", "duty");
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Object>> looks = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        looks.add(Executors.callable(() -> store.update(List.of(poster), FAILING, FAILING)));
      }
      for (Future<Object> look : nodes.invokeAll(looks)) {
        look.get();
      }
    } finally {
      nodes.shutdownNow();
    }

    assertThat(store.list(10)).singleElement().extracting(Alert::subject).isEqualTo("poster");
    assertThat(store.claimDue("node", CLAIM, 100))
        .extracting(Delivery::channel, Delivery::event)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("ops", Event.FIRING),
            org.assertj.core.groups.Tuple.tuple("duty", Event.FIRING));
  }

  @Test
  void tellsTheEndToThoseWhoHeardOfTheBeginningAndNeverBeforeIt() {
    store.update(List.of(condition("poster", Duration.ZERO, "ops")), FAILING, FAILING);
    store.update(List.of(), FAILING, FAILING);

    List<Delivery> first = store.claimDue("a", CLAIM, 10);
    List<Delivery> whileItIsUnderWay = store.claimDue("b", CLAIM, 10);
    store.failed(first.get(0).id(), "no answer", Optional.of(Duration.ZERO));
    List<Delivery> again = store.claimDue("b", CLAIM, 10);
    store.delivered(again.get(0).id());
    List<Delivery> end = store.claimDue("b", CLAIM, 10);

    assertThat(first).extracting(Delivery::event).containsExactly(Event.FIRING);
    assertThat(whileItIsUnderWay).isEmpty();
    assertThat(again).extracting(Delivery::attempts).containsExactly(2);
    assertThat(end).extracting(Delivery::event).containsExactly(Event.RESOLVED);
    assertThat(end.get(0).key()).isEqualTo(first.get(0).key());
    assertThat(end.get(0).message().endedAt()).isPresent();
  }

  @Test
  void opensANewAlertWhenItHappensAgain() {
    Condition poster = condition("poster", Duration.ZERO, "ops");
    store.update(List.of(poster), FAILING, FAILING);
    store.update(List.of(), FAILING, FAILING);
    store.update(List.of(poster), FAILING, FAILING);

    assertThat(store.list(10)).hasSize(2);
    assertThat(store.listDeliveries(10))
        .extracting(Delivery::event)
        .containsExactly(Event.FIRING, Event.RESOLVED, Event.FIRING);
  }

  @Test
  void keepsAnAlertWhileItsRuleCannotBeJudged() {
    store.update(List.of(condition("poster", Duration.ZERO, "ops")), FAILING, FAILING);

    store.update(List.of(), Set.of(), FAILING);

    assertThat(store.list(10)).singleElement().matches(alert -> alert.resolvedAt().isEmpty());
  }

  @Test
  void endsAlertsOfARuleThatIsGone() {
    store.update(List.of(condition("poster", Duration.ZERO, "ops")), FAILING, FAILING);

    store.update(List.of(), Set.of(), Set.of());

    assertThat(store.list(10)).singleElement().matches(alert -> alert.resolvedAt().isPresent());
  }

  @Test
  void aFlickerIsOneAlert() {
    JdbcAlertStore patient = new JdbcAlertStore(database.transactions(), Duration.ofMinutes(1));
    Condition poster = condition("poster", Duration.ZERO, "ops");

    patient.update(List.of(poster), FAILING, FAILING);
    patient.update(List.of(), FAILING, FAILING);
    patient.update(List.of(poster), FAILING, FAILING);

    assertThat(patient.listDeliveries(10)).hasSize(1);
  }

  @Test
  void saysNothingOfWhatPassesBeforeItsTime() {
    store.update(List.of(condition("posts", Duration.ofHours(1), "ops")), FAILING, FAILING);
    store.update(List.of(), FAILING, FAILING);

    assertThat(store.list(10)).isEmpty();
    assertThat(store.listDeliveries(10)).isEmpty();
  }

  @Test
  void tellsOnceItHasLastedLongEnough() {
    Condition posts = condition("posts", Duration.ofHours(1), "ops");
    store.update(List.of(posts), FAILING, FAILING);
    database.execute("UPDATE alerts SET started_at = started_at - interval '2 hours'");

    store.update(List.of(posts), FAILING, FAILING);
    store.update(List.of(posts), FAILING, FAILING);

    assertThat(store.listDeliveries(10)).hasSize(1);
  }

  @Test
  void aMessageWhoseSenderDiedIsClaimedAgain() {
    long id = store.storeTest("ops", "anna");
    store.claimDue("dead", Duration.ZERO, 10);

    List<Delivery> again = store.claimDue("alive", CLAIM, 10);

    assertThat(again).extracting(Delivery::id).containsExactly(id);
    assertThat(again.get(0).attempts()).isEqualTo(2);
  }

  @Test
  void takesHostileTexts() {
    Condition hostile =
        new Condition(
            "failing",
            "p\u0000o'; DROP TABLE alerts; --",
            Severity.INFO,
            "\ud800 {\"",
            Map.of("k\"\u0000", "v\u0000"),
            Duration.ZERO,
            List.of("o'ps"));

    store.update(List.of(hostile), FAILING, FAILING);
    store.update(List.of(hostile), FAILING, FAILING);

    assertThat(store.list(10)).singleElement().matches(alert -> alert.resolvedAt().isEmpty());
    assertThat(store.claimDue("n'", CLAIM, 10))
        .extracting(Delivery::channel)
        .containsExactly("o'ps");
  }

  @Test
  void deletesOldAlertsThatEnded() {
    store.update(List.of(condition("poster", Duration.ZERO, "ops")), FAILING, FAILING);
    store.update(List.of(condition("gen", Duration.ZERO, "ops")), FAILING, FAILING);
    store.storeTest("ops", "anna");
    database.execute(
        "UPDATE alert_deliveries SET created_at = created_at - interval '2 days'",
        "UPDATE alerts SET resolved_at = resolved_at - interval '2 days'");

    int deleted = store.prune(Duration.ofDays(1));

    assertThat(deleted).isEqualTo(2);
    assertThat(store.list(10)).extracting(Alert::subject).containsExactly("gen");
  }

  private static Condition condition(String subject, Duration hold, String... channels) {
    return new Condition(
        "failing",
        subject,
        Severity.ERROR,
        "actor " + subject + " failed",
        Map.of("actor", subject),
        hold,
        List.of(channels));
  }
}
