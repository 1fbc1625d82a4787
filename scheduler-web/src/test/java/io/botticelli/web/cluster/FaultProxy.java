package io.botticelli.web.cluster;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A wire between a node and PostgreSQL that can be cut. It reads the protocol (version 3, without
 * encryption) and so knows the statements of each open transaction and whether it was committed:
 * faults strike at a named point, not at random. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {
  /** Startup and cancel requests have no type byte; their second word tells them apart. */
  private static final int PROTOCOL_3 = 196_608;

  private final ServerSocket listener;
  private final int databasePort;
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Strike> armed = new AtomicReference<>();
  private final AtomicInteger struck = new AtomicInteger();
  private volatile Duration delay = Duration.ZERO;

  private FaultProxy(ServerSocket listener, int databasePort) {
    this.listener = listener;
    this.databasePort = databasePort;
  }

  /** What happens to a transaction. */
  enum Point {
    /** After a statement, before the commit is sent on: PostgreSQL rolls back. */
    BEFORE_COMMIT,
    /** After PostgreSQL committed, before the node hears of it. */
    COMMIT_ANSWER
  }

  /** Where and how often to strike. */
  private record Strike(Point point, Predicate<List<String>> transaction, int times) {}

  static FaultProxy to(int databasePort) {
    try {
      ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(listener, databasePort);
      thread("fault-proxy", proxy::accept);
      return proxy;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Returns the address of the database behind the proxy. */
  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:"
        + listener.getLocalPort()
        + "/postgres?user=postgres&sslmode=disable&gssEncMode=disable";
  }

  /** Resets every connection, as a firewall does. */
  int cut() {
    int count = wires.size();
    wires.forEach(Wire::reset);
    return count;
  }

  /**
   * Every connection there is goes silent for good: nothing arrives any more, in either direction,
   * and nobody is told. New connections work, as after a balancer forgot its table.
   */
  int silence() {
    int count = wires.size();
    wires.forEach(wire -> wire.silent = true);
    return count;
  }

  /** Every message waits this long, in each direction. */
  void delay(Duration time) {
    delay = time;
  }

  /**
   * Resets the connection of the next transactions that contain a statement with this text.
   *
   * @param text as in the statement
   * @param times how many transactions
   */
  void strike(Point point, String text, int times) {
    struck.set(0);
    armed.set(new Strike(point, sql -> sql.stream().anyMatch(one -> one.contains(text)), times));
  }

  /** Counts transactions struck since the last order. */
  int struck() {
    return struck.get();
  }

  private boolean strikes(Point point, List<String> transaction) {
    Strike strike = armed.get();
    if (strike == null || strike.point() != point || !strike.transaction().test(transaction)) {
      return false;
    }
    int count = struck.incrementAndGet();
    if (count >= strike.times()) {
      armed.compareAndSet(strike, null);
    }
    return count <= strike.times();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket node = listener.accept();
        Socket database = new Socket();
        try {
          database.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), databasePort), 2_000);
        } catch (IOException refused) {
          reset(node);
          continue;
        }
        node.setTcpNoDelay(true);
        database.setTcpNoDelay(true);
        Wire wire = new Wire(node, database);
        wires.add(wire);
        thread("fault-proxy-up", wire::up);
        thread("fault-proxy-down", wire::down);
      } catch (IOException closing) {
        // The node gave up, or the test is over.
      }
    }
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException gone) {
      // That is what was wanted.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    cut();
  }

  /** One connection. Messages are passed on whole. */
  private final class Wire {
    private final Socket node;
    private final Socket database;
    private final Map<String, String> prepared = new ConcurrentHashMap<>();
    private final List<String> transaction = new ArrayList<>();
    private volatile boolean silent;

    private Wire(Socket node, Socket database) {
      this.node = node;
      this.database = database;
    }

    private void up() {
      pump(
          () -> {
            DataInputStream in = new DataInputStream(node.getInputStream());
            OutputStream out = database.getOutputStream();
            int length = in.readInt();
            byte[] startup = body(in, length);
            forward(out, Optional.empty(), length, startup);
            if (ByteBuffer.wrap(startup).getInt() != PROTOCOL_3) {
              return;
            }
            while (true) {
              byte type = in.readByte();
              int size = in.readInt();
              byte[] body = body(in, size);
              if (note(type, body) && strikes(Point.BEFORE_COMMIT, seen())) {
                reset();
                return;
              }
              forward(out, Optional.of(type), size, body);
            }
          });
    }

    private void down() {
      pump(
          () -> {
            DataInputStream in = new DataInputStream(database.getInputStream());
            OutputStream out = node.getOutputStream();
            while (true) {
              byte type = in.readByte();
              int size = in.readInt();
              byte[] body = body(in, size);
              boolean committed = type == 'C' && text(body, 0).equals("COMMIT");
              if (committed && strikes(Point.COMMIT_ANSWER, seen())) {
                reset();
                return;
              }
              if (committed || (type == 'C' && text(body, 0).equals("ROLLBACK"))) {
                synchronized (transaction) {
                  transaction.clear();
                }
              }
              forward(out, Optional.of(type), size, body);
            }
          });
    }

    private List<String> seen() {
      synchronized (transaction) {
        return List.copyOf(transaction);
      }
    }

    /** Remembers what is executed; true when it is a commit. */
    private boolean note(byte type, byte[] body) {
      String sql;
      if (type == 'P') {
        String name = text(body, 0);
        prepared.put(name, text(body, name.getBytes(StandardCharsets.UTF_8).length + 1));
        return false;
      } else if (type == 'B') {
        String portal = text(body, 0);
        String name = text(body, portal.getBytes(StandardCharsets.UTF_8).length + 1);
        sql = prepared.getOrDefault(name, "");
      } else if (type == 'Q') {
        sql = text(body, 0);
      } else {
        return false;
      }
      if (sql.equals("COMMIT")) {
        return true;
      }
      synchronized (transaction) {
        if (sql.startsWith("BEGIN")) {
          transaction.clear();
        }
        transaction.add(sql);
      }
      return false;
    }

    private static String text(byte[] body, int from) {
      int end = from;
      while (end < body.length && body[end] != 0) {
        end++;
      }
      return new String(body, from, end - from, StandardCharsets.UTF_8);
    }

    private static byte[] body(DataInputStream in, int length) throws IOException {
      byte[] body = new byte[length - Integer.BYTES];
      in.readFully(body);
      return body;
    }

    private void forward(OutputStream out, Optional<Byte> type, int length, byte[] body)
        throws IOException {
      if (silent) {
        return;
      }
      if (!delay.isZero()) {
        LockSupport.parkNanos(delay.toNanos());
      }
      ByteBuffer message = ByteBuffer.allocate(1 + length);
      type.ifPresent(message::put);
      message.putInt(length).put(body);
      out.write(message.array(), 0, message.position());
      out.flush();
    }

    private void pump(Pump pump) {
      try {
        pump.run();
      } catch (EOFException ended) {
        closeQuietly();
      } catch (IOException broken) {
        reset();
      }
    }

    /** The end of one side is the end of the other, unless the wire is silent. */
    private void closeQuietly() {
      if (!silent) {
        reset();
      }
    }

    private void reset() {
      wires.remove(this);
      FaultProxy.reset(node);
      FaultProxy.reset(database);
    }
  }

  /** Work on a connection. */
  private interface Pump {
    void run() throws IOException;
  }
}
