package io.botticelli.core.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends statements whose thread was interrupted. A thread that waits for PostgreSQL's answer does
 * not notice an interrupt, so somebody else has to look.
 *
 * <p>First the server is asked to cancel the statement, and when that does not help soon, because
 * the server or the network hangs, the connection is cut. Thread-safe.
 */
public final class InterruptWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptWatch.class);

  /** A run that is cancelled ends within a second. */
  private static final Duration PERIOD = Duration.ofMillis(150);

  /** For the server to take the request and the statement to end. */
  private static final Duration BEFORE_CUT = Duration.ofMillis(600);

  private final Set<Watched> all = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(daemon("interrupt-watch"));
  private final ExecutorService requests = Executors.newCachedThreadPool(daemon("query-cancel"));

  /** Starts to look. */
  public InterruptWatch() {
    timer.scheduleWithFixedDelay(
        this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Watches what the calling thread does on a connection until the result is closed. */
  Watched watch(Connection connection) {
    Watched watched = new Watched(connection, Thread.currentThread());
    all.add(watched);
    return watched;
  }

  private void look() {
    for (Watched watched : all) {
      try {
        watched.look();
      } catch (RuntimeException failure) {
        // It would end the timer and with it the watch over everybody else.
        LOG.error("a statement of an interrupted thread could not be ended", failure);
      }
    }
  }

  /** Stops looking; statements end by their own time-outs. */
  @Override
  public void close() {
    timer.shutdownNow();
    requests.shutdownNow();
  }

  /** A thread at work on a connection. */
  final class Watched implements AutoCloseable {
    private final Connection connection;
    private final Thread thread;
    private boolean done;
    private boolean asked;
    private long askedAt;

    private Watched(Connection connection, Thread thread) {
      this.connection = connection;
      this.thread = thread;
    }

    private synchronized void look() {
      if (done) {
        return;
      }
      if (asked) {
        if (System.nanoTime() - askedAt > BEFORE_CUT.toNanos()) {
          cut();
          done = true;
        }
      } else if (thread.isInterrupted()) {
        asked = true;
        askedAt = System.nanoTime();
        requests.execute(this::ask);
      }
    }

    private void ask() {
      try {
        connection.unwrap(PGConnection.class).cancelQuery();
      } catch (SQLException failure) {
        LOG.debug("a statement could not be cancelled, its connection is cut", failure);
      }
    }

    private void cut() {
      try {
        connection.unwrap(org.postgresql.jdbc.PgConnection.class).abort(requests);
      } catch (SQLException failure) {
        LOG.warn("the connection of an interrupted thread could not be cut", failure);
      }
    }

    /** A request to cancel may still be on its way: it must not hit whoever is next. */
    @Override
    public synchronized void close() {
      all.remove(this);
      if (asked && !done) {
        cut();
      }
      done = true;
    }
  }
}
