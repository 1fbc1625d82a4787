package io.botticelli.web.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.web.api.HealthApi;
import io.botticelli.web.api.HealthView;
import io.botticelli.web.api.HealthView.Check;
import io.botticelli.web.api.OverdueView;
import io.botticelli.web.auth.SignIn;
import io.botticelli.web.ui.Overview;
import io.botticelli.web.ui.Pages;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerWebTest {
  private static final String HOSTILE = "<script>alert('x')</script>\"&";

  private final AtomicReference<HealthView> health =
      new AtomicReference<>(view("healthy", true, true));
  private final AtomicReference<OverdueView> overdue =
      new AtomicReference<>(new OverdueView(OverdueView.OK, List.of(), "node-1", Instant.EPOCH));
  private final SignIn signIn = new SignIn(Clock.systemUTC());
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  @BeforeEach
  void start() {
    server = server(0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private AdminServer server(int port) {
    return new AdminServer(
        "127.0.0.1",
        port,
        signIn,
        new HealthApi(health::get, overdue::get),
        () -> "up 1\n",
        this::page,
        new Pages());
  }

  private static HealthView view(String status, boolean ready, boolean started) {
    return new HealthView(
        status,
        ready,
        started,
        Map.of("database", new Check(status, "detail " + HOSTILE)),
        "node-1",
        Instant.parse("2026-01-05T09:00:00Z"));
  }

  private Overview.Page page() {
    return new Overview.Page(
        health.get(),
        "now",
        List.of(
            new Overview.ActorRow(
                HOSTILE, HOSTILE, "active", HOSTILE, "UTC", "never", "", "", "-", "", 0, "noop",
                HOSTILE)),
        List.of(
            new Overview.ExecutionRow(
                "1", HOSTILE, "manual", "now", "", 5, "failed", HOSTILE, "node-1", 2, 10)),
        List.of(new Overview.Message("9", HOSTILE, HOSTILE, Instant.EPOCH)));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void answersTheProbesWithoutSigningIn() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/health").body()).contains("\"status\":\"healthy\"", "\"node\":\"node-1\"");
    assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(get("/health/ready").body()).contains("\"status\":\"ready\"");
    assertThat(get("/health/startup").body()).contains("\"status\":\"started\"");
    assertThat(get("/metrics").body()).isEqualTo("up 1\n");
    assertThat(get("/metrics").headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
  }

  @Test
  void saysWhenTheNodeWouldNotFire() throws Exception {
    health.set(view("unhealthy", false, false));

    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).contains("not_ready");
    assertThat(get("/health/startup").body()).contains("starting");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsAWatcherOutsideWhichActorsAreLate() throws Exception {
    assertThat(get("/health/overdue").statusCode()).isEqualTo(200);
    assertThat(get("/health/overdue").body()).contains("\"status\":\"ok\"", "\"actors\":[]");
    overdue.set(
        new OverdueView(
            "overdue",
            List.of(
                new OverdueView.Late(
                    "posting", Instant.parse("2026-01-05T09:00:00Z"), 700, 60, "no node fired it")),
            "node-1",
            Instant.parse("2026-01-05T09:11:40Z")));

    HttpResponse<String> late = get("/health/overdue");

    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.body())
        .isEqualTo(
            "{\"status\":\"overdue\",\"actors\":[{\"actor\":\"posting\",\"due\":"
                + "\"2026-01-05T09:00:00Z\",\"late_seconds\":700,\"grace_seconds\":60,"
                + "\"reason\":\"no node fired it\"}],\"node\":\"node-1\","
                + "\"timestamp\":\"2026-01-05T09:11:40Z\"}");
    overdue.set(new OverdueView("unknown", List.of(), "node-1", Instant.EPOCH));
    assertThat(get("/health/overdue").statusCode()).as("nobody can tell").isEqualTo(503);
  }

  @Test
  void showsTheConsoleOnlyToThoseSignedIn() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(401);
    assertThat(get("/", "Accept", "text/html").headers().firstValue("Location"))
        .contains("/signin");
    assertThat(get("/", "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
    assertThat(get("/", "Authorization", "Bearer " + signIn.token()).statusCode()).isEqualTo(200);
  }

  @Test
  void signsABrowserInWithALinkThatWorksOnce() throws Exception {
    String link = signIn.linkPath().orElseThrow();

    HttpResponse<String> first = get(link);
    String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();

    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
    assertThat(get("/", "Cookie", cookie.substring(0, cookie.indexOf(';'))).statusCode())
        .isEqualTo(200);
    assertThat(get(link).statusCode()).isEqualTo(401);
    assertThat(signIn.linkPath()).isEmpty();
  }

  @Test
  void slowsGuessingDown() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(get("/signin?code=wrong" + i).statusCode()).isEqualTo(401);
    }

    HttpResponse<String> refused = get("/signin?code=another");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void escapesWhateverComesFromOutside() throws Exception {
    health.set(view("degraded", true, true));

    String html = get("/", "Authorization", "Bearer " + signIn.token()).body();

    assertThat(html).contains("&lt;script&gt;").doesNotContain("<script>");
  }

  @Test
  void protectsEveryAnswerWithHeaders() throws Exception {
    HttpResponse<String> answer = get("/health/live");

    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void refusesAHostNameThatIsNotItsOwn() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String status =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
              .readLine();

      assertThat(status).contains("421");
    }
  }

  @Test
  void saysWhichPortIsInUseAndWhatToDo() {
    AdminServer second = server(server.port());

    assertThatThrownBy(second::start)
        .isInstanceOf(HttpServerException.class)
        .hasMessageContaining(String.valueOf(server.port()))
        .hasMessageContaining("--port");
  }

  @Test
  void answersUnknownPathsAsJson() throws Exception {
    HttpResponse<String> answer = get("/nothing");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"code\":\"not_found\"");
  }
}
