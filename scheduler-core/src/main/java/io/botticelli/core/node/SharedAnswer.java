package io.botticelli.core.node;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question whose answer may hang, asked on a thread of its own so that nobody waits longer than
 * they want to. However many ask, one question is under way and one waits; an answer is never older
 * than its asking. Thread-safe.
 */
final class SharedAnswer<T> implements AutoCloseable {
  private final Supplier<T> question;
  private final ExecutorService thread;
  private @Nullable CompletableFuture<T> queued;

  /**
   * @param name of the thread
   */
  SharedAnswer(String name, Supplier<T> question) {
    this.question = question;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread own = new Thread(work, name);
              own.setDaemon(true);
              return own;
            });
  }

  /**
   * Asks now.
   *
   * @return empty if there is no answer in time, also after {@link #close}
   */
  Optional<T> get(Duration limit) {
    try {
      return Optional.of(ask().get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | RejectedExecutionException none) {
      return Optional.empty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("asking failed", failure.getCause());
    }
  }

  private synchronized CompletableFuture<T> ask() {
    CompletableFuture<T> waiting = queued;
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<T> fresh = new CompletableFuture<>();
    thread.execute(() -> answer(fresh));
    queued = fresh;
    return fresh;
  }

  private void answer(CompletableFuture<T> asked) {
    synchronized (this) {
      queued = null;
    }
    try {
      asked.complete(question.get());
    } catch (RuntimeException | Error failure) {
      asked.completeExceptionally(failure);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
