package io.botticelli.core.model.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on the loopback interface that answers like Gemini's generateContent. */
final class FakeGemini implements AutoCloseable {
  static final String ANSWER =
      """
      {"candidates":[{"content":{"role":"model","parts":[{"text":"an answer"}]},
        "finishReason":"STOP","index":0}],
       "usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18},
       "modelVersion":"gemini-2.5-flash-001","responseId":"r1"}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch reached = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile Reply reply = new Reply(200, ANSWER, null, Stall.NONE);

  FakeGemini() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void answer(int status, String body) {
    reply = new Reply(status, body, null, Stall.NONE);
  }

  void answer(int status, String body, String retryAfter) {
    reply = new Reply(status, body, retryAfter, Stall.NONE);
  }

  /** Never answers, until closed. */
  void stall(Stall stall) {
    reply = new Reply(200, ANSWER, null, stall);
  }

  List<Call> calls() {
    return calls;
  }

  Call onlyCall() {
    if (calls.size() != 1) {
      throw new AssertionError("expected one call, got " + calls.size());
    }
    return calls.get(0);
  }

  void awaitCall() throws InterruptedException {
    reached.await();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    calls.add(
        new Call(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getProtocol(),
            exchange.getRequestHeaders(),
            body.isEmpty() ? JSON.nullNode() : JSON.readTree(body)));
    reached.countDown();
    Reply answer = reply;
    if (answer.stall() == Stall.BEFORE_HEADERS) {
      hold();
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    if (answer.retryAfter() != null) {
      exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
    }
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    if (answer.stall() == Stall.INSIDE_BODY) {
      exchange.getResponseBody().write(bytes, 0, 10);
      exchange.getResponseBody().flush();
      hold();
    }
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void hold() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  enum Stall {
    NONE,
    BEFORE_HEADERS,
    INSIDE_BODY
  }

  record Call(String method, String path, String protocol, Headers headers, JsonNode body) {}

  private record Reply(
      int status, String body, @org.jspecify.annotations.Nullable String retryAfter, Stall stall) {}
}
