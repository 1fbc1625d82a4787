package io.botticelli.core.posting.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.platform.ScriptedPlatform;
import io.botticelli.core.platform.ScriptedPlatform.Fault;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcOutboundPostsDbTest {
  private final PostingFixture fixture = new PostingFixture();
  private final ScriptedPlatform platform = new ScriptedPlatform();
  private final JdbcOutboundPosts posts = fixture.posts();
  private final SourceRow row = fixture.approvedRow();
  private final Fence fence = fixture.execution();

  @Test
  void sendsAMessageMarksItsRowAndWritesHistory() {
    List<PostReceipt> receipts = posts.send(fence, platform, PostingFixture.message(row, " Hi \n"));

    assertThat(receipts).extracting(PostReceipt::content).containsExactly("Hi");
    assertThat(platform.contents()).containsExactly("Hi");
    assertThat(fixture.statuses()).isEqualTo("sent");
    assertThat(fixture.isMarked(row)).isTrue();
    assertThat(fixture.database.value("SELECT post_id FROM content.post_history"))
        .isEqualTo(receipts.get(0).messageId());
  }

  @Test
  void theSameExecutionGetsTheReceiptsASecondTime() {
    List<PostReceipt> first = posts.send(fence, platform, PostingFixture.message(row, "Hi"));
    Fence later = fixture.takeOver(fence);

    List<PostReceipt> second =
        posts.send(later, platform, PostingFixture.message(row, "worded differently"));

    assertThat(second).extracting(PostReceipt::messageId).containsExactly(first.get(0).messageId());
    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(fixture.histories()).isEqualTo(1);
  }

  @Test
  void aMessageWithoutSourceIsSentOnceForItsKey() {
    posts.send(fence, platform, PostingFixture.message("fire/act", "Hi"));
    posts.send(fixture.takeOver(fence), platform, PostingFixture.message("fire/act", "Hi"));

    assertThat(platform.contents()).containsExactly("Hi");
    assertThat(fixture.histories()).isEqualTo(1);
  }

  @Test
  void aRowPutBackByAPersonIsPublishedAgain() {
    posts.send(fence, platform, PostingFixture.message(row, "Hi"));
    fixture.putBack(row);

    posts.send(fixture.execution(), platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).containsExactly("Hi", "Hi");
    assertThat(fixture.isMarked(row)).isTrue();
    assertThat(fixture.database.value("SELECT max(generation) FROM outbound_posts")).isEqualTo("2");
  }

  @Test
  void anExecutionThatBeganBeforeTheRowWasMarkedSendsNothing() {
    Fence slow = fixture.execution();
    List<PostReceipt> first = posts.send(fence, platform, PostingFixture.message(row, "Hi"));

    List<PostReceipt> second = posts.send(slow, platform, PostingFixture.message(row, "Hi"));

    assertThat(second).extracting(PostReceipt::messageId).containsExactly(first.get(0).messageId());
    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
  }

  @Test
  void twoExecutionsSendingTheSameRowAtOnceSendOneMessage() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    platform.holdCallsUntil(gate);
    platform.forgetNonces();
    Fence other = fixture.execution();
    ExecutorService threads = Executors.newFixedThreadPool(2);

    Future<List<PostReceipt>> first =
        threads.submit(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")));
    platform.awaitCall();
    Future<List<PostReceipt>> second =
        threads.submit(() -> posts.send(other, platform, PostingFixture.message(row, "Hi")));
    gate.countDown();

    assertThat(second.get()).extracting(PostReceipt::messageId).isEqualTo(platform.ids());
    assertThat(first.get()).extracting(PostReceipt::messageId).isEqualTo(platform.ids());
    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(fixture.histories()).isEqualTo(1);
    threads.shutdown();
  }

  @Test
  void aStaleFenceSendsNothing() {
    fixture.takeOver(fence);

    assertThatThrownBy(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")))
        .isInstanceOf(StaleExecutionException.class);

    assertThat(platform.contents()).as("I4").isEmpty();
    assertThat(fixture.isMarked(row)).isFalse();
  }

  @Test
  void anOwnerThatLostItsFenceDuringTheCallRecordsTheMessageButNothingElse() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    platform.holdCallsUntil(gate);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<List<PostReceipt>> frozen =
        threads.submit(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")));
    platform.awaitCall();
    Fence later = fixture.takeOver(fence);

    gate.countDown();

    assertThatThrownBy(frozen::get).hasCauseInstanceOf(StaleExecutionException.class);
    assertThat(fixture.statuses()).isEqualTo("sent");
    assertThat(fixture.isMarked(row)).as("I4: effects are left to the new owner").isFalse();

    posts.send(later, platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(fixture.isMarked(row)).isTrue();
    threads.shutdown();
  }

  @Test
  void aMessageOfAnAbandonedExecutionIsSettledByTheNextNotSentAgain() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    platform.holdCallsUntil(gate);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<List<PostReceipt>> frozen =
        threads.submit(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")));
    platform.awaitCall();
    fixture.abandon(fence);
    gate.countDown();
    assertThatThrownBy(frozen::get).hasCauseInstanceOf(StaleExecutionException.class);

    posts.send(fixture.execution(), platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(fixture.isMarked(row)).isTrue();
    threads.shutdown();
  }

  @Test
  void aRefusedMessageMayBeTriedAgain() {
    platform.script(Fault.REJECT);

    assertThatThrownBy(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")))
        .isInstanceOfSatisfying(
            PlatformException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED));
    assertThat(fixture.statuses()).isEqualTo("failed");
    assertThat(fixture.isMarked(row)).as("I3: none is marked that was not sent").isFalse();

    posts.send(fixture.execution(), platform, PostingFixture.message(row, "Better"));

    assertThat(platform.contents()).containsExactly("Better");
    assertThat(fixture.isMarked(row)).isTrue();
  }

  @Test
  void aTimeOutAfterTheServerHadTheMessageIsFoundNotRepeated() {
    platform.script(Fault.TIMEOUT_AFTER_STORE);
    platform.forgetNonces();

    List<PostReceipt> receipts = posts.send(fence, platform, PostingFixture.message(row, "Hi"));

    assertThat(receipts).extracting(PostReceipt::messageId).isEqualTo(platform.ids());
    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(platform.lookUps()).isEqualTo(1);
  }

  @Test
  void aTimeOutBeforeTheServerHadTheMessageIsSentAgain() {
    platform.script(Fault.TIMEOUT_BEFORE_STORE);

    posts.send(fence, platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).containsExactly("Hi");
    assertThat(platform.lookUps()).isEqualTo(1);
  }

  @Test
  void aBugInThePlatformCountsAsUnknown() {
    platform.script(Fault.CRASH_AFTER_STORE);
    platform.forgetNonces();

    posts.send(fence, platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
  }

  @Test
  void aChannelThatCannotBeReadLeavesUnknownAndIsNeverSentBlindly() {
    platform.script(Fault.TIMEOUT_AFTER_STORE);
    platform.forgetNonces();
    platform.setReadable(false);

    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(
              () ->
                  posts.send(
                      fixture.execution(), platform, PostingFixture.message(row, "Hi again")))
          .isInstanceOfSatisfying(
              PlatformException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    assertThat(fixture.statuses()).isEqualTo("unknown");
    assertThat(fixture.isMarked(row)).isFalse();
    assertThat(platform.contents()).containsExactly("Hi again");

    platform.setReadable(true);
    posts.send(fixture.execution(), platform, PostingFixture.message(row, "Hi again"));

    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi again");
    assertThat(fixture.statuses()).isEqualTo("sent");
  }

  @Test
  void aPlatformThatNeverAnswersLeavesUnknownAfterTwoCalls() {
    platform.script(Fault.TIMEOUT_BEFORE_STORE, Fault.TIMEOUT_BEFORE_STORE);

    assertThatThrownBy(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("may have been posted");

    assertThat(fixture.statuses()).isEqualTo("unknown");
  }

  @Test
  void aMessageRecordedForAnotherPostIsNotTakenForThisOne() {
    SourceRow twin = fixture.approvedRow();
    posts.send(fence, platform, PostingFixture.message(twin, "Good morning"));
    platform.script(Fault.TIMEOUT_BEFORE_STORE);

    posts.send(fence, platform, PostingFixture.message(row, "Good morning"));

    assertThat(platform.contents()).containsExactly("Good morning", "Good morning");
    assertThat(fixture.database.number("SELECT count(DISTINCT message_id) FROM outbound_posts"))
        .isEqualTo(2);
  }

  @Test
  void anInterruptedRunStopsAndKeepsItsFlag() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> posts.send(fence, platform, PostingFixture.message(row, "Hi")))
        .isInstanceOf(PlatformException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(platform.contents()).isEmpty();
  }

  @Test
  void aTableThatRefusesTheMarkDoesNotUndoTheRecordOfAMessage() {
    fixture.database.execute(
        "ALTER TABLE content."
            + PostingFixture.TABLE
            + " ADD CHECK (review_status IN ('pending', 'approved'))");

    posts.send(fence, platform, PostingFixture.message(row, "Hi"));
    posts.send(fixture.execution(), platform, PostingFixture.message(row, "Hi"));

    assertThat(platform.contents()).as("I3: not posted twice").containsExactly("Hi");
    assertThat(fixture.statuses()).isEqualTo("sent");
  }

  @Test
  void aColumnThatCannotHoldTheMarkIsLeftAlone() {
    fixture.database.execute(
        "CREATE TABLE content.odd (id integer, posted_at integer, review_status boolean)",
        "INSERT INTO content.odd VALUES (1, 5, true)");

    posts.send(fence, platform, PostingFixture.message(new SourceRow("odd", 1), "Hi"));

    assertThat(fixture.database.value("SELECT posted_at || '/' || review_status FROM content.odd"))
        .isEqualTo("5/true");
  }

  @Test
  void aLibraryRowCountsItsPosts() {
    long id = fixture.database.number("INSERT INTO content.content DEFAULT VALUES RETURNING id");

    posts.send(fence, platform, PostingFixture.message(new SourceRow("content", id), "Hi"));

    assertThat(fixture.database.number("SELECT post_count FROM content.content")).isEqualTo(1);
    assertThat(fixture.database.number("SELECT content_id FROM content.post_history"))
        .isEqualTo(id);
  }

  @Test
  void hostileTextIsPublishedAsTextAndHostileTablesAreRefused() {
    String text = "'); DROP TABLE outbound_posts; -- ${x}\u0000 \ud83d";

    posts.send(fence, platform, PostingFixture.message(row, text));

    assertThat(platform.contents()).containsExactly("'); DROP TABLE outbound_posts; -- ${x} ?");
    assertThatThrownBy(
            () ->
                posts.send(
                    fence,
                    platform,
                    PostingFixture.message(new SourceRow("x\" SET id=1; --", 1), "Hi")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(platform.contents()).hasSize(1);
  }

  @Test
  void emptyAndEndlessTextsAreRefusedBeforeAnythingIsSent() {
    for (String text : List.of("", " \n\t", "word ".repeat(20_000), "x".repeat(10_000_000))) {
      assertThatThrownBy(() -> posts.send(fence, platform, PostingFixture.message(row, text)))
          .isInstanceOfSatisfying(
              PlatformException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED));
    }

    assertThat(platform.contents()).isEmpty();
  }

  @Test
  void aLongTextBecomesSeveralMessagesInOrder() {
    String text = "A sentence with a smile \ud83d\ude00. ".repeat(180);

    List<PostReceipt> receipts = posts.send(fence, platform, PostingFixture.message(row, text));

    assertThat(receipts).hasSizeGreaterThanOrEqualTo(3);
    assertThat(receipts).extracting(PostReceipt::messageId).isEqualTo(platform.ids());
    assertThat(String.join(" ", platform.contents())).isEqualTo(text.strip());
    assertThat(fixture.histories()).as("one line for the whole message").isEqualTo(1);
  }

  @Test
  void anotherPlatformGetsItsOwnMessage() {
    OutboundMessage message = PostingFixture.message("fire/act", "Hi");
    posts.send(fence, platform, message);

    List<PostReceipt> receipts =
        posts.send(
            fence,
            new io.botticelli.core.platform.noop.NoopPlatform(java.time.Clock.systemUTC()),
            message);

    assertThat(receipts)
        .singleElement()
        .extracting(PostReceipt::messageId)
        .asString()
        .startsWith("noop-");
    assertThat(Optional.of(fixture.statuses())).contains("sent,sent");
  }
}
