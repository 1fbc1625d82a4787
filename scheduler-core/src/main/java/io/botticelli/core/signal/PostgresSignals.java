package io.botticelli.core.signal;

import io.botticelli.core.StoreException;
import io.botticelli.core.db.Transactions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals over LISTEN and NOTIFY of one channel.
 *
 * <p>Listening needs a connection of its own, outside the pools: a notification reaches only the
 * session that listens. One thread keeps it, makes it again when it breaks, and asks it for a sign
 * when nothing came for a while, because a connection that was dropped silently looks the same as
 * one on which nothing happens. Thread-safe.
 */
public final class PostgresSignals implements Signals, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSignals.class);

  /** How PostgreSQL shows the connection. */
  public static final String APPLICATION_NAME = "botticelli signals";

  private static final String CHANNEL = "botticelli_signals";
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_.-]{1,40}");

  /** Topic and payload in one text; no topic holds a colon. */
  private static final char SEPARATOR = ':';

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final DataSource direct;
  private final Transactions transactions;
  private final Timing timing;
  private final Map<String, List<Consumer<String>>> handlers = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread listener;
  private volatile @Nullable Connection current;

  /**
   * @param direct unpooled connections, for listening
   * @param transactions pooled connections, for sending
   */
  public PostgresSignals(DataSource direct, Transactions transactions) {
    this(direct, transactions, new Timing(Duration.ofSeconds(10), Duration.ofSeconds(5)));
  }

  PostgresSignals(DataSource direct, Transactions transactions, Timing timing) {
    this.direct = direct;
    this.transactions = transactions;
    this.timing = timing;
  }

  /**
   * Starts to listen; a database that is away is waited for. A process that only sends does not.
   */
  public synchronized void start() {
    if (listener != null || closed.getCount() == 0) {
      return;
    }
    Thread thread = new Thread(this::listen, "signals");
    thread.setDaemon(true);
    thread.start();
    listener = thread;
  }

  @Override
  public void publish(String topic, String payload) {
    check(topic);
    int bytes = payload.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PAYLOAD_BYTES || payload.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "a signal of topic "
              + topic
              + " has "
              + bytes
              + " bytes, expected at most "
              + MAX_PAYLOAD_BYTES
              + " without NUL; send a key and let the receiver look it up");
    }
    try {
      transactions.write(
          "signal " + topic,
          connection -> {
            try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_notify(?, ?)")) {
              statement.setString(1, CHANNEL);
              statement.setString(2, topic + SEPARATOR + payload);
              return statement.execute();
            }
          });
    } catch (StoreException failure) {
      LOG.warn("{}; it is found out without the signal", failure.getMessage());
    }
  }

  @Override
  public Subscription subscribe(String topic, Consumer<String> handler) {
    check(topic);
    List<Consumer<String>> subscribers =
        handlers.computeIfAbsent(topic, added -> new CopyOnWriteArrayList<>());
    subscribers.add(handler);
    return () -> subscribers.remove(handler);
  }

  private static void check(String topic) {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "topic \"" + topic + "\" must match " + TOPIC.pattern() + "; use one of Signals");
    }
  }

  private void listen() {
    Duration wait = FIRST_WAIT;
    while (closed.getCount() > 0) {
      long connected = System.nanoTime();
      try (Connection connection = direct.getConnection()) {
        current = connection;
        receive(connection);
      } catch (SQLException failure) {
        if (closed.getCount() > 0) {
          LOG.warn(
              "connection for signals lost (SQLSTATE {}); it is made again in {} ms",
              failure.getSQLState(),
              wait.toMillis());
        }
      } catch (RuntimeException failure) {
        LOG.error("listening for signals failed; it is tried again", failure);
      } finally {
        current = null;
      }
      boolean lasted = System.nanoTime() - connected > LONGEST_WAIT.toNanos();
      wait = pause(lasted ? FIRST_WAIT : wait);
    }
  }

  /** Returns the wait after this one. */
  private Duration pause(Duration wait) {
    try {
      if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return wait;
      }
    } catch (InterruptedException nobodyDoes) {
      LOG.debug("the thread of the signals was interrupted", nobodyDoes);
    }
    Duration twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
  }

  private void receive(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timing.answer().toMillis()));
    execute(connection, "SET application_name = '" + APPLICATION_NAME + "'");
    execute(connection, "LISTEN " + CHANNEL);
    PGConnection postgres = connection.unwrap(PGConnection.class);
    handlers.keySet().forEach(topic -> deliver(topic, ""));
    int patience = Math.toIntExact(timing.silence().toMillis());
    while (closed.getCount() > 0) {
      PGNotification @Nullable [] received = postgres.getNotifications(patience);
      if (received == null || received.length == 0) {
        execute(connection, "SELECT 1");
        continue;
      }
      for (PGNotification notification : received) {
        deliver(notification.getParameter());
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private void deliver(String text) {
    int colon = text.indexOf(SEPARATOR);
    if (colon > 0) {
      deliver(text.substring(0, colon), text.substring(colon + 1));
    }
  }

  private void deliver(String topic, String payload) {
    for (Consumer<String> handler : handlers.getOrDefault(topic, List.of())) {
      try {
        handler.accept(payload);
      } catch (RuntimeException failure) {
        // The boundary: one receiver must not keep the others from being told.
        LOG.error("a receiver of signals of topic {} failed", topic, failure);
      }
    }
  }

  /** Ends listening; what is still on its way is lost. */
  @Override
  public void close() {
    closed.countDown();
    Connection connection = current;
    if (connection != null) {
      try {
        // A thread inside the driver is woken by nothing else.
        connection.abort(Runnable::run);
      } catch (SQLException failure) {
        LOG.debug("the connection for signals could not be aborted", failure);
      }
    }
  }

  /**
   * How a dead connection is noticed.
   *
   * @param silence nothing came for this long: the connection is asked for a sign
   * @param answer longest wait for it, whole milliseconds
   */
  record Timing(Duration silence, Duration answer) {}
}
