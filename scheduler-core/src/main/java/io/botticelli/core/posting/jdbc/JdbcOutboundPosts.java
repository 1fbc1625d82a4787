package io.botticelli.core.posting.jdbc;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.MessageSplitter;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.posting.PostingSettings;
import io.botticelli.core.posting.jdbc.OutboundRow.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages once, with {@code outbound_posts} as the memory of what was tried.
 *
 * <p>All times that decide anything are the database's, so nodes whose clocks differ agree. What a
 * part was first begun with stays: a later attempt whose model worded it differently publishes the
 * rest of the message that is out, not half of another one.
 */
public final class JdbcOutboundPosts implements OutboundPosts {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcOutboundPosts.class);

  private static final int MAX_KEY_LENGTH = 200;

  /** One call, and one more after a look-up that found nothing. */
  private static final int MAX_CALLS = 2;

  /** Rows replaced under our hands by another execution: start over, but not for ever. */
  private static final int MAX_OPENINGS = 5;

  /**
   * A process that was stopped between recording {@code sending} and calling must not call on
   * waking: others have looked for the message since and may have sent it.
   */
  private static final Duration CALL_WITHIN = Duration.ofSeconds(5);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

  private final Transactions transactions;
  private final PostingSettings settings;
  private final OutboundOpening opening;
  private final OutboundRecorder recorder;
  private final Semaphore never = new Semaphore(0);

  /**
   * @param transactions over the application pool
   */
  public JdbcOutboundPosts(Transactions transactions, PostingSettings settings) {
    this.transactions = transactions;
    this.settings = settings;
    this.opening = new OutboundOpening(transactions);
    this.recorder = new OutboundRecorder(transactions);
  }

  @Override
  public List<PostReceipt> send(Fence fence, PostingPlatform platform, OutboundMessage message) {
    List<String> contents = split(platform, message);
    for (int attempt = 1; attempt <= MAX_OPENINGS; attempt++) {
      List<OutboundRow> rows = opening.open(fence, platform, message, contents);
      Optional<List<PostReceipt>> receipts = deliverAll(fence, platform, rows);
      if (receipts.isPresent()) {
        return receipts.get();
      }
    }
    throw PlatformException.rejected(
        Kind.UNAVAILABLE,
        "message "
            + message.key()
            + " is being replaced by other executions again and again; nothing was sent by this one");
  }

  private List<String> split(PostingPlatform platform, OutboundMessage message) {
    if (message.key().isBlank() || message.key().length() > MAX_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "key of a message has "
              + message.key().length()
              + " characters, expected 1 to "
              + MAX_KEY_LENGTH);
    }
    message.source().ifPresent(PostedRows::checkName);
    if (message.channelId().isBlank()) {
      throw refused(message, "has no channel");
    }
    String content = storable(message.content());
    // Counted before splitting: the text comes from a model and may have any length.
    if (content.length() > 2L * platform.messageLimit() * settings.maxParts()) {
      throw tooLong(message);
    }
    List<String> contents = new MessageSplitter(platform.messageLimit()).split(content);
    if (contents.isEmpty()) {
      throw refused(message, "is empty");
    }
    if (contents.size() > settings.maxParts()) {
      throw tooLong(message);
    }
    return contents;
  }

  private PlatformException tooLong(OutboundMessage message) {
    return refused(message, "needs more than " + settings.maxParts() + " parts");
  }

  private static PlatformException refused(OutboundMessage message, String why) {
    return PlatformException.rejected(
        Kind.ARGUMENT_INVALID, "message " + message.key() + " " + why + "; nothing was sent");
  }

  /** PostgreSQL has no NUL in text, and half a surrogate pair is no character. */
  static String storable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        .replace("\u0000", "");
  }

  // ---- one part after another

  /** Returns the receipts, or empty when a row is gone and the message must be opened again. */
  private Optional<List<PostReceipt>> deliverAll(
      Fence fence, PostingPlatform platform, List<OutboundRow> rows) {
    List<PostReceipt> receipts = new ArrayList<>();
    for (OutboundRow row : rows) {
      Optional<PostReceipt> receipt =
          row.isSent() ? Optional.of(row.toReceipt()) : deliver(fence, platform, row.id());
      if (receipt.isEmpty()) {
        return Optional.empty();
      }
      receipts.add(receipt.get());
    }
    return Optional.of(receipts);
  }

  private Optional<PostReceipt> deliver(Fence fence, PostingPlatform platform, long id) {
    long waitingSince = System.nanoTime();
    int calls = 0;
    while (true) {
      stopIfInterrupted(id);
      long begun = System.nanoTime();
      Step step = begin(fence, id);
      if (step instanceof Step.Finished finished) {
        return finished.receipt();
      }
      if (step instanceof Step.OthersTurn) {
        waitForOthers(id, waitingSince);
        continue;
      }
      OutboundRow row = ((Step.Ours) step).row();
      if (((Step.Ours) step).inDoubt()) {
        Optional<PostReceipt> found = lookUp(fence, platform, row);
        if (found.isPresent()) {
          return Optional.of(recorder.recordSent(fence, row, found.get()));
        }
        if (calls == MAX_CALLS) {
          throw recorder.remainsUnknown(fence, row, "was not answered and is not there yet", null);
        }
        begun = System.nanoTime();
        if (!isStillOurs(fence, id)) {
          continue;
        }
      }
      if (System.nanoTime() - begun > CALL_WITHIN.toNanos()) {
        continue;
      }
      calls++;
      Optional<PostReceipt> receipt = call(fence, platform, row);
      if (receipt.isPresent()) {
        return Optional.of(recorder.recordSent(fence, row, receipt.get()));
      }
    }
  }

  private Step begin(Fence fence, long id) {
    return transactions.fenced(
        "begin outbound post",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          OutboundRows rows = new OutboundRows(connection);
          Optional<OutboundRow> locked = rows.lock(id);
          if (locked.isEmpty()) {
            return new Step.Finished(Optional.empty());
          }
          OutboundRow row = locked.get();
          switch (row.status()) {
            case SENT -> {
              return new Step.Finished(Optional.of(row.toReceipt()));
            }
            case PENDING, FAILED -> {
              rows.beginCall(id, fence);
              return new Step.Ours(rows.lock(id).orElseThrow(), false);
            }
            default -> {
              boolean others = row.executionId() != fence.executionId() && row.ownerLives();
              if (row.status() == Status.SENDING && others) {
                return new Step.OthersTurn();
              }
              rows.takeOver(id, fence);
              return new Step.Ours(rows.lock(id).orElseThrow(), true);
            }
          }
        });
  }

  /** A look-up takes its time; only an owner that still is one may act on it. */
  private boolean isStillOurs(Fence fence, long id) {
    return transactions.fenced(
        "confirm outbound post",
        fence.executionId(),
        fence.epoch(),
        connection ->
            new OutboundRows(connection)
                .lock(id)
                .filter(row -> row.status() == Status.SENDING)
                .filter(row -> row.executionId() == fence.executionId())
                .filter(row -> row.epoch() == fence.epoch())
                .isPresent());
  }

  /**
   * Makes one call.
   *
   * @return the receipt, or empty when the outcome is unknown and must be looked up
   */
  private Optional<PostReceipt> call(Fence fence, PostingPlatform platform, OutboundRow row) {
    try {
      return Optional.of(platform.post(row.toPost()));
    } catch (PlatformException failure) {
      if (failure.outcome() == Outcome.REJECTED) {
        recorder.recordDoubt(fence, row, Status.FAILED, failure);
        throw failure;
      }
      return unanswered(fence, row, failure);
    } catch (RuntimeException failure) {
      // Nothing is known about a call that ended in a way no platform should end it.
      return unanswered(fence, row, failure);
    }
  }

  private Optional<PostReceipt> unanswered(Fence fence, OutboundRow row, RuntimeException failure) {
    if (Thread.currentThread().isInterrupted()) {
      throw recorder.remainsUnknown(fence, row, "was interrupted while it was being sent", failure);
    }
    recorder.recordDoubt(fence, row, Status.UNKNOWN, failure);
    LOG.warn(
        "{} was not answered ({}); it is looked up before anything is sent again",
        OutboundRecorder.describe(row),
        failure instanceof ActorServerException known
            ? known.code()
            : failure.getClass().getName());
    if (!pause(settings.lookUpDelay())) {
      throw recorder.remainsUnknown(fence, row, "was interrupted before it was looked up", failure);
    }
    return Optional.empty();
  }

  /** Returns the message if the call was answered with nothing but did its work; never guesses. */
  private Optional<PostReceipt> lookUp(Fence fence, PostingPlatform platform, OutboundRow row) {
    Instant since = row.sendingAt().orElseThrow().minus(settings.lookBack());
    List<PostReceipt> candidates;
    try {
      candidates = platform.findAll(row.toPost(), since);
    } catch (RuntimeException failure) {
      throw recorder.remainsUnknown(fence, row, "cannot be looked up", failure);
    }
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Set<String> recorded =
        transactions.read(
            "compare looked-up messages",
            connection ->
                new OutboundRows(connection)
                    .recordedElsewhere(
                        row, candidates.stream().map(PostReceipt::messageId).toList()));
    return candidates.stream()
        .filter(candidate -> !recorded.contains(candidate.messageId()))
        .findFirst();
  }

  // ---- waiting

  private void waitForOthers(long id, long waitingSince) {
    if (System.nanoTime() - waitingSince > settings.patience().toNanos()) {
      throw PlatformException.rejected(
          Kind.UNAVAILABLE,
          "post "
              + id
              + " is being sent by another execution for more than "
              + settings.patience().toSeconds()
              + " s; this one sent nothing");
    }
    pause(POLL_INTERVAL);
  }

  /** Returns false when the thread was interrupted; the flag stays set. */
  private boolean pause(Duration duration) {
    try {
      // Nobody ever releases it: an interruptible wait for nothing but time.
      never.tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A cancelled run sends nothing more; what an earlier attempt left in doubt stays so. */
  private static void stopIfInterrupted(long id) {
    if (Thread.currentThread().isInterrupted()) {
      throw new PlatformException(
          Kind.UNAVAILABLE,
          Outcome.UNKNOWN,
          "post "
              + id
              + " was not continued: the run was interrupted; whatever was begun is looked up"
              + " before it is sent",
          null,
          null);
    }
  }

  /** What to do with a part next. */
  private sealed interface Step {
    /** It is sent; or empty: the row is gone. */
    record Finished(Optional<PostReceipt> receipt) implements Step {}

    /** A live execution is sending it. */
    record OthersTurn() implements Step {}

    /** It is ours to send; look it up first when in doubt. */
    record Ours(OutboundRow row, boolean inDoubt) implements Step {}
  }
}
