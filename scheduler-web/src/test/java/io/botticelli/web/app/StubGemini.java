package io.botticelli.web.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A model behind HTTP that says the same to everything, or never answers. */
final class StubGemini implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch release = new CountDownLatch(1);
  private final HttpServer server;

  private StubGemini(Answer answer) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.createContext("/", exchange -> reply(exchange, answer.await(release)));
    server.setExecutor(threads);
    server.start();
  }

  /**
   * @param text what the model says; no quotes or backslashes
   */
  static StubGemini saying(String text) {
    return new StubGemini(release -> text);
  }

  /**
   * @param onCall told when a call is waiting
   */
  static StubGemini silent(Runnable onCall) {
    return new StubGemini(
        release -> {
          onCall.run();
          try {
            release.await();
          } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
          }
          return "too late";
        });
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void reply(HttpExchange exchange, String text) throws IOException {
    byte[] body =
        """
        {"candidates":[{"content":{"role":"model","parts":[{"text":"%s"}]},"finishReason":"STOP"}],
         "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5}}
        """
            .formatted(text)
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException callerLeft) {
      // Expected of a caller that was told to stop.
    }
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private interface Answer {
    String await(CountDownLatch release);
  }
}
