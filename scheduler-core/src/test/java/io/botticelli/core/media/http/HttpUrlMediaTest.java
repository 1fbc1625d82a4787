package io.botticelli.core.media.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.UrlMedia.Fetched;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server of our own on the loopback address; nothing else is contacted. */
class HttpUrlMediaTest {
  private static final int LIMIT = 10_000;
  private static final HostResolver NO_DNS =
      host -> {
        if (host.matches("[0-9.]+|.*:.*|localhost")) {
          return HostResolver.SYSTEM.resolve(host);
        }
        throw new UnknownHostException(host);
      };

  private final AtomicInteger visits = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stopServer() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesBytesAndTypeWhenPrivateAddressesAreAllowed() {
    serve("/x.png", exchange -> answer(exchange, 200, "image/png", new byte[] {1, 2, 3}));

    Fetched fetched = local().fetch(url("/x.png"));

    assertThat(fetched.bytes()).containsExactly(1, 2, 3);
    assertThat(fetched.contentType()).contains("image/png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"})
  void refusesLoopbackHoweverItIsWrittenAndNeverConnects(String host) {
    serve("/", exchange -> answer(exchange, 200, "image/png", new byte[] {1}));

    MediaException refused =
        refusal(strict(NO_DNS), "http://" + host + ":" + port() + "/secret?key=hunter2");

    assertThat(refused.code()).isEqualTo("media_refused");
    assertThat(refused.isRetryable()).isFalse();
    assertThat(refused)
        .hasMessageContaining("media.allow_private_addresses")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("secret");
    assertThat(visits).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.0.1:8080/",
        "http://0.0.0.0/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://100.64.1.1/",
        "http://user:pass@127.0.0.1/",
        "http://127.0.0.1#@example.org/",
        "http://127.0.0.1\\@example.org/",
        "http:///127.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/x.png",
        "jar:http://example.org/x!/y",
        "gopher://127.0.0.1/",
        "data:image/png;base64,aGk=",
        "//127.0.0.1/x",
        "/etc/passwd",
        "127.0.0.1",
        "http://",
        "http://[::1",
        "http://exa mple.org/",
        "https://\u0000/",
        ""
      })
  void refusesHostileAddresses(String url) {
    assertThat(refusal(strict(NO_DNS), url).code()).isEqualTo("media_refused");
  }

  @Test
  void oneForbiddenAddressOfAHostForbidsTheHost() {
    HostResolver mixed =
        host -> List.of(InetAddress.getByName("8.8.8.8"), InetAddress.getLoopbackAddress());

    assertThat(refusal(strict(mixed), "http://rebind.example/").code()).isEqualTo("media_refused");
  }

  @Test
  void connectsToTheAddressThatWasCheckedAndAsksDnsOnce() {
    serve("/x", exchange -> answer(exchange, 200, "image/png", new byte[] {7}));
    List<String> asked = new ArrayList<>();
    HostResolver names =
        host -> {
          asked.add(host);
          return List.of(InetAddress.getLoopbackAddress());
        };

    Fetched fetched =
        new HttpUrlMedia(settings(true, List.of(), Duration.ofSeconds(10)), names)
            .fetch("http://no-such-host.invalid:" + port() + "/x");

    assertThat(fetched.bytes()).containsExactly(7);
    assertThat(asked).containsExactly("no-such-host.invalid");
  }

  @Test
  void redirectsAreCheckedLikeTheFirstAddress() {
    HostResolver names =
        host ->
            host.equals("public.example")
                ? List.of(InetAddress.getLoopbackAddress())
                : NO_DNS.resolve(host);
    serve("/r", exchange -> redirect(exchange, "http://169.254.169.254/latest/"));
    serve("/f", exchange -> redirect(exchange, "file:///etc/passwd"));
    HttpUrlMedia media =
        new HttpUrlMedia(settings(true, List.of("public.example"), Duration.ofSeconds(10)), names);
    String base = "http://public.example:" + port();

    assertThat(refusal(media, base + "/r"))
        .hasMessageContaining("169.254.169.254")
        .hasMessageContaining("allowed_hosts");
    assertThat(refusal(media, base + "/f")).hasMessageContaining("not http or https");
    assertThat(visits).hasValue(2);
  }

  @Test
  void aRedirectFromThePublicInternetIntoThePrivateOneIsRefused() {
    AtomicInteger lookups = new AtomicInteger();
    serve("/r", exchange -> redirect(exchange, "/x"));
    serve("/x", exchange -> answer(exchange, 200, "image/png", new byte[] {1}));
    // The first check is passed by the setting of the test, the name then changes its mind.
    HostResolver rebinding =
        host -> {
          if (lookups.incrementAndGet() > 1) {
            throw new UnknownHostException("asked again");
          }
          return List.of(InetAddress.getLoopbackAddress());
        };

    MediaException failure =
        refusal(
            new HttpUrlMedia(settings(true, List.of(), Duration.ofSeconds(10)), rebinding),
            "http://rebind.example:" + port() + "/r");

    assertThat(failure).hasMessageContaining("not known to DNS");
    assertThat(lookups).as("each hop is resolved and checked anew").hasValue(2);
    assertThat(visits).hasValue(1);
  }

  @Test
  void followsThreeRedirectsAndNoMore() {
    serve("/3", exchange -> redirect(exchange, "/2"));
    serve("/2", exchange -> redirect(exchange, "/1"));
    serve("/1", exchange -> redirect(exchange, "/x"));
    serve("/4", exchange -> redirect(exchange, "/3"));
    serve("/x", exchange -> answer(exchange, 200, "image/png", new byte[] {1}));

    assertThat(local().fetch(url("/3")).bytes()).containsExactly(1);
    assertThat(refusal(local(), url("/4"))).hasMessageContaining("more than 3 times");
  }

  @Test
  void stopsReadingAtTheLimitAnnouncedOrNot() {
    serve("/announced", exchange -> answer(exchange, 200, "image/png", new byte[LIMIT + 1]));
    serve("/endless", HttpUrlMediaTest::answerForever);
    serve("/bomb", HttpUrlMediaTest::answerBomb);
    serve("/full", exchange -> answer(exchange, 200, "image/png", new byte[LIMIT]));

    assertThat(refusal(local(), url("/announced")).code()).isEqualTo("media_too_large");
    assertThat(refusal(local(), url("/endless")).code()).isEqualTo("media_too_large");
    assertThat(refusal(local(), url("/bomb")).code()).isEqualTo("media_too_large");
    assertThat(local().fetch(url("/full")).bytes()).hasSize(LIMIT);
  }

  @Test
  void slowBodiesAndSlowNamesEndAtTheTimeOut() {
    serve(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          await(released);
        });
    HostResolver hanging =
        host -> {
          await(released);
          throw new UnknownHostException(host);
        };
    HttpMediaSettings hasty = settings(true, List.of(), Duration.ofMillis(300));

    MediaException body = refusal(new HttpUrlMedia(hasty, NO_DNS), url("/slow"));
    MediaException name = refusal(new HttpUrlMedia(hasty, hanging), "http://slow.example/");

    assertThat(body.isRetryable()).isTrue();
    assertThat(name.isRetryable()).isTrue();
    assertThat(name).hasMessageContaining("did not arrive within");
  }

  @Test
  void anInterruptEndsTheDownloadAndIsKept() {
    serve("/slow", exchange -> await(released));
    boolean kept;
    MediaException stopped;
    try {
      Thread.currentThread().interrupt();
      stopped = refusal(local(), url("/slow"));
    } finally {
      kept = Thread.interrupted();
    }

    assertThat(kept).isTrue();
    assertThat(stopped.code()).isEqualTo("media_interrupted");
  }

  @Test
  void onlyListedHostsAreVisited() {
    HttpMediaSettings listed =
        settings(true, List.of("CDN.example.org", "*.images.example"), Duration.ofSeconds(1));

    assertThat(listed.allows("cdn.example.org")).isTrue();
    assertThat(listed.allows("a.b.images.example")).isTrue();
    assertThat(listed.allows("images.example")).isFalse();
    assertThat(listed.allows("evilimages.example")).isFalse();
    assertThat(listed.allows("cdn.example.org.evil.example")).isFalse();
    assertThat(refusal(new HttpUrlMedia(listed, NO_DNS), "http://evil.example/"))
        .hasMessageContaining("media.allowed_hosts");
  }

  @Test
  void answersTellWhetherToTryAgain() {
    serve("/gone", exchange -> answer(exchange, 404, "text/html", new byte[] {1}));
    serve("/busy", exchange -> answer(exchange, 503, "text/html", new byte[] {1}));

    assertThat(refusal(local(), url("/gone")).isRetryable()).isFalse();
    assertThat(refusal(local(), url("/busy")).isRetryable()).isTrue();
    assertThat(refusal(local(), "http://unknown.example/").isRetryable()).isTrue();
  }

  private HttpUrlMedia local() {
    return new HttpUrlMedia(settings(true, List.of(), Duration.ofSeconds(10)), NO_DNS);
  }

  private static HttpUrlMedia strict(HostResolver resolver) {
    return new HttpUrlMedia(settings(false, List.of(), Duration.ofSeconds(10)), resolver);
  }

  private static HttpMediaSettings settings(
      boolean allowPrivate, List<String> hosts, Duration timeout) {
    return new HttpMediaSettings(allowPrivate, hosts, timeout, LIMIT);
  }

  private static MediaException refusal(HttpUrlMedia media, String url) {
    return catchThrowableOfType(MediaException.class, () -> media.fetch(url));
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** What the server does with a request. */
  private interface Page {
    void answer(HttpExchange exchange) throws IOException;
  }

  private void serve(String path, Page page) {
    server.createContext(
        path,
        exchange -> {
          visits.incrementAndGet();
          try (exchange) {
            page.answer(exchange);
          }
        });
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void answerForever(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] chunk = new byte[1000];
    while (true) {
      exchange.getResponseBody().write(chunk);
    }
  }

  private static void answerBomb(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream zip = new GZIPOutputStream(exchange.getResponseBody())) {
      zip.write(new byte[LIMIT * 10]);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
