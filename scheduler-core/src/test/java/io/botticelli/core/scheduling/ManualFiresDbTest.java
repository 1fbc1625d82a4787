package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.TestNode.actor;
import static io.botticelli.core.scheduling.TestNode.manual;
import static io.botticelli.core.scheduling.TestNode.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireReceipt.State;
import io.botticelli.core.history.FireRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Tag("db")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ManualFiresDbTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ActorName POSTER = new ActorName("poster");

  private final AtomicInteger runs = new AtomicInteger();
  private TestDatabase database;
  private TestNode node;

  @BeforeEach
  void build() {
    database = TestDatabase.fresh();
    node = new TestNode(database);
    node.body.set(
        (actor, version, fence, parameters) -> {
          runs.incrementAndGet();
          return succeeded();
        });
    node.agree("v1", actor("poster", manual()));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void theSameKeyFiresOnceAlsoAfterTheFireHasEnded() {
    node.scheduler.beginFiring();
    FireReceipt first = fire("cats");
    awaitFinished(first);

    FireReceipt again = fire("cats");

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.status()).contains(ExecutionStatus.SUCCEEDED);
    await().atMost(SOON).until(() -> triggers() == 0);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aRepeatIsAnsweredEvenWhenTheActorIsPausedByNow() {
    FireReceipt first = fire("cats");
    node.scheduler.control().pause(POSTER, "", "ann");

    assertThat(fire("cats").id()).isEqualTo(first.id());
    assertThatThrownBy(
            () -> node.scheduler.control().fire(new FireRequest(POSTER, Map.of(), false, "ann")))
        .extracting("code")
        .isEqualTo("actor_paused");
  }

  @Test
  void theSameKeyWithOtherParametersIsRefusedAndFiresNothing() {
    fire("cats");

    assertThatThrownBy(() -> fire("dogs")).extracting("code").isEqualTo("idempotency_conflict");

    assertThat(triggers()).isEqualTo(1);
  }

  @Test
  void twoProcessesThatAskAtOnceFireOnce() {
    try (TestNode other = new TestNode(database)) {
      other.agreed.set(node.agreed.get());
      FireReceipt one = fire("cats");
      FireReceipt same = other.scheduler.control().fire(request("cats"));
      assertThat(same.id()).isEqualTo(one.id());
      node.scheduler.beginFiring();
      awaitFinished(one);
    }

    assertThat(node.executions("poster")).hasSize(1);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aReceiptWhoseProcessDiedBeforeTheTriggerIsFiredByTheSweep() {
    FireReceipt receipt = node.receipts.store(request("cats"));
    makeOld();
    node.scheduler.beginFiring();

    awaitFinished(receipt);

    assertThat(node.executions("poster")).hasSize(1);
    assertThat(node.executions("poster").get(0).fire()).isEqualTo(old(receipt).identity());
  }

  @Test
  void aReceiptWhoseProcessDiedBeforeTheTriggerIsFiredByARepeatOfTheRequest() {
    node.receipts.store(request("cats"));

    FireReceipt receipt = fire("cats");

    assertThat(triggers()).isEqualTo(1);
    node.scheduler.beginFiring();
    awaitFinished(receipt);
    assertThat(runs).hasValue(1);
  }

  @Test
  void anActorWhoseJobIsMissingGetsItsFireWithoutAFailureForWhoAsked() {
    database.execute("DELETE FROM qrtz_job_details");
    Logger log = (Logger) LoggerFactory.getLogger(ManualFires.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.addAppender(said);

    FireReceipt receipt = fire("cats");
    log.detachAppender(said);

    assertThat(said.list)
        .filteredOn(event -> event.getLevel() == Level.WARN)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getThrowableProxy()).isNull();
              assertThat(event.getFormattedMessage())
                  .contains(receipt.id(), "poster", "no node has scheduled the actor yet");
            });
    makeOld();
    node.agree("v2", actor("poster", manual()));
    node.scheduler.beginFiring();
    awaitFinished(receipt);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aTriggerThatIsStoredAgainAfterTheFireRunsNothing() {
    node.scheduler.beginFiring();
    FireReceipt receipt = fire("cats");
    awaitFinished(receipt);
    database.execute("UPDATE fire_receipts SET execution_id = NULL");
    makeOld();
    database.execute(
        "UPDATE actor_server_executions SET scheduled_for ="
            + " (SELECT requested_at FROM fire_receipts)");

    await().atMost(SOON).until(() -> node.notRun.contains("finished"));

    assertThat(runs).hasValue(1);
    assertThat(node.executions("poster")).hasSize(1);
  }

  @Test
  void aReceiptOfAnActorThatIsGoneEndsAsSkipped() {
    FireReceipt receipt = fire("cats");
    node.agree("v2");
    makeOld();

    node.scheduler.beginFiring();

    awaitFinished(receipt);
    assertThat(old(receipt).status()).contains(ExecutionStatus.SKIPPED);
    assertThat(node.executions("poster").get(0).errorCode()).contains("actor_gone");
  }

  private FireReceipt fire(String topic) {
    return node.scheduler.control().fire(request(topic));
  }

  private static FireRequest request(String topic) {
    return new FireRequest(POSTER, Map.of("topic", topic), false, Optional.of("key-1"), "ann");
  }

  private void awaitFinished(FireReceipt receipt) {
    await().atMost(SOON).until(() -> old(receipt).state() == State.FINISHED);
  }

  private FireReceipt old(FireReceipt receipt) {
    return node.receipts.find(receipt.id()).orElseThrow();
  }

  private void makeOld() {
    database.execute("UPDATE fire_receipts SET requested_at = requested_at - interval '1 minute'");
  }

  private long triggers() {
    return database.number("SELECT count(*) FROM qrtz_triggers");
  }
}
