package io.botticelli.core.model.gemini;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server on the loopback interface that takes a request and never comes to an end with it. */
public final class HangingServer implements AutoCloseable {
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile Manner manner;
  private volatile CountDownLatch reached = new CountDownLatch(1);
  private volatile CountDownLatch hungUp = new CountDownLatch(1);

  public HangingServer(Manner manner) throws IOException {
    this.manner = manner;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Hangs in another manner from now on; earlier callers count no more. */
  public void hang(Manner next) {
    manner = next;
    sockets.clear();
    reached = new CountDownLatch(1);
    hungUp = new CountDownLatch(1);
  }

  /** Waits for a caller. */
  public boolean awaitCaller() throws InterruptedException {
    return reached.await(20, TimeUnit.SECONDS);
  }

  /** Waits for a caller to close its connection. */
  public boolean awaitHangUp() throws InterruptedException {
    return hungUp.await(10, TimeUnit.SECONDS);
  }

  /** Tells how often somebody called. */
  public int callers() {
    return sockets.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = server.accept();
        sockets.add(caller);
        threads.execute(() -> hang(caller));
      }
    } catch (IOException stopped) {
      // The end of the test.
    }
  }

  private void hang(Socket caller) {
    try (InputStream in = caller.getInputStream();
        OutputStream out = caller.getOutputStream()) {
      if (manner == Manner.SILENT) {
        reached.countDown();
        watch(in);
        return;
      }
      in.read();
      if (manner == Manner.DRIPPING) {
        threads.execute(() -> watchQuietly(in));
        out.write(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        while (!closed.await(1, TimeUnit.SECONDS)) {
          out.write('{');
          out.flush();
          reached.countDown();
        }
        return;
      }
      reached.countDown();
      if (manner == Manner.BUSY) {
        out.write(
            "HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        caller.shutdownOutput();
      }
      watch(in);
    } catch (IOException gone) {
      hungUp.countDown();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchQuietly(InputStream in) {
    try {
      watch(in);
    } catch (IOException gone) {
      hungUp.countDown();
    }
  }

  /** What the caller sends does not matter, that it goes away does. */
  private void watch(InputStream in) throws IOException {
    byte[] buffer = new byte[4096];
    while (in.read(buffer) >= 0) {
      continue;
    }
    hungUp.countDown();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }

  /** How it hangs. */
  public enum Manner {
    /** Takes the connection, says nothing. */
    SILENT,
    /** Reads the request, never answers. */
    NEVER,
    /** Answers one byte per second. */
    DRIPPING,
    /** Asks every caller to come again in a minute. */
    BUSY
  }
}
