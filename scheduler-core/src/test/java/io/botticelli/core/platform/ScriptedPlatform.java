package io.botticelli.core.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A chat server in memory that keeps what was posted and fails where it is told to. It trims
 * messages and de-duplicates nonces like Discord, until {@link #forgetNonces()}. Thread-safe.
 */
public final class ScriptedPlatform implements PostingPlatform {
  /** What happens to the next call of {@link #post}. */
  public enum Fault {
    /** Nothing. */
    NONE,
    /** The node dies before the server has the message. */
    KILL_BEFORE_STORE,
    /** The server has the message, the node dies before it hears so. */
    KILL_AFTER_STORE,
    /** The call times out, the server never got the message. */
    TIMEOUT_BEFORE_STORE,
    /** The call times out, the server has the message. */
    TIMEOUT_AFTER_STORE,
    /** A bug in the adapter after the server has the message. */
    CRASH_AFTER_STORE,
    /** The server refuses. */
    REJECT
  }

  /** Ends a node at once: nothing catches it. */
  public static final class NodeKilledError extends Error {
    private static final long serialVersionUID = 1L;

    public NodeKilledError(String where) {
      super(where);
    }
  }

  private final CommandCatalog catalog = new CommandCatalog();
  private final List<Stored> stored = new ArrayList<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final int limit;
  private boolean readable = true;
  private boolean remembersNonces = true;
  private int lookUps;
  private Optional<CountDownLatch> gate = Optional.empty();
  private final CountDownLatch entered = new CountDownLatch(1);

  public ScriptedPlatform() {
    this(2000);
  }

  public ScriptedPlatform(int limit) {
    this.limit = limit;
  }

  /** Appends what happens to the next calls, one fault for each. */
  public synchronized ScriptedPlatform script(Fault... next) {
    faults.addAll(List.of(next));
    return this;
  }

  /** From now on a repeated nonce makes a second message, as on Discord after some minutes. */
  public synchronized void forgetNonces() {
    remembersNonces = false;
  }

  /** Allows or forbids reading the channel. */
  public synchronized void setReadable(boolean value) {
    readable = value;
  }

  /** Makes calls of {@link #post} wait for the latch. */
  public synchronized void holdCallsUntil(CountDownLatch latch) {
    gate = Optional.of(latch);
  }

  /** Waits until a call of {@link #post} has begun. */
  public void awaitCall() throws InterruptedException {
    if (!entered.await(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody called post within 10 s");
    }
  }

  /** Returns the texts on the server in order. */
  public synchronized List<String> contents() {
    return stored.stream().map(Stored::content).toList();
  }

  /** Returns the ids on the server in order. */
  public synchronized List<String> ids() {
    return stored.stream().map(Stored::id).toList();
  }

  /** Returns how often somebody looked for a message. */
  public synchronized int lookUps() {
    return lookUps;
  }

  /** Puts a message there that no call made. */
  public synchronized String store(String channelId, String content) {
    return keep(new Post(channelId, content, "elsewhere-" + stored.size(), false), true).id();
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public String canonical(String command) {
    return catalog.canonical(command);
  }

  @Override
  public boolean isWrite(String command) {
    return catalog.isWrite(command);
  }

  @Override
  public JsonNode execute(PlatformCommand command) {
    return JsonNodeFactory.instance.objectNode();
  }

  @Override
  public int messageLimit() {
    return limit;
  }

  @Override
  public PostReceipt post(Post post) {
    entered.countDown();
    waitAtGate();
    synchronized (this) {
      Fault fault = faults.isEmpty() ? Fault.NONE : faults.removeFirst();
      switch (fault) {
        case KILL_BEFORE_STORE -> throw new NodeKilledError("before the server had the message");
        case TIMEOUT_BEFORE_STORE -> throw timeout();
        case REJECT ->
            throw PlatformException.rejected(
                PlatformException.Kind.PERMISSION_DENIED, "no permission to post");
        default -> {
          Stored message = keep(post, !remembersNonces);
          switch (fault) {
            case KILL_AFTER_STORE -> throw new NodeKilledError("after the server had the message");
            case TIMEOUT_AFTER_STORE -> throw timeout();
            case CRASH_AFTER_STORE -> throw new IllegalStateException("a bug in the adapter");
            default -> {
              return message.receipt();
            }
          }
        }
      }
    }
  }

  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    return findAll(post, since).stream().findFirst();
  }

  @Override
  public synchronized List<PostReceipt> findAll(Post post, Instant since) {
    lookUps++;
    if (!readable) {
      throw PlatformException.rejected(
          PlatformException.Kind.PERMISSION_DENIED, "no permission to read the channel");
    }
    return stored.stream()
        .filter(message -> message.channelId().equals(post.channelId()))
        .filter(message -> message.content().equals(post.content().strip()))
        .filter(message -> !message.at().isBefore(since))
        .map(Stored::receipt)
        .toList();
  }

  private void waitAtGate() {
    Optional<CountDownLatch> latch;
    synchronized (this) {
      latch = gate;
    }
    if (latch.isPresent()) {
      try {
        latch.get().await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw timeout();
      }
    }
  }

  private Stored keep(Post post, boolean always) {
    Optional<Stored> same =
        stored.stream()
            .filter(message -> message.channelId().equals(post.channelId()))
            .filter(message -> message.nonce().equals(post.nonce()))
            .findFirst();
    if (same.isPresent() && !always) {
      return same.get();
    }
    Stored message =
        new Stored(
            Long.toString(100_000_000_000_000_000L + stored.size()),
            post.channelId(),
            post.content().strip(),
            post.nonce(),
            java.time.Clock.systemUTC().instant());
    stored.add(message);
    return message;
  }

  private static PlatformException timeout() {
    return new PlatformException(
        PlatformException.Kind.UNAVAILABLE,
        PlatformException.Outcome.UNKNOWN,
        "the server did not answer",
        null,
        null);
  }

  private record Stored(String id, String channelId, String content, String nonce, Instant at) {
    PostReceipt receipt() {
      return new PostReceipt(id, channelId, content, at);
    }
  }
}
