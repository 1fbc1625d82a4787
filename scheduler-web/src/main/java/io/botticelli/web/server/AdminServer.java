package io.botticelli.web.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.botticelli.web.api.HealthApi;
import io.botticelli.web.auth.Role;
import io.botticelli.web.auth.SignIn;
import io.botticelli.web.auth.TooManyAttemptsException;
import io.botticelli.web.ui.Overview;
import io.botticelli.web.ui.Pages;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpResponseException;
import io.javalin.http.SameSite;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.json.JavalinJackson;
import java.net.BindException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP server of a node: probes, metrics and the console.
 *
 * <p>Probes and metrics are open; everything else asks for a session or the bearer token printed at
 * start. Requests whose {@code Host} is not an address of this server are refused, so that a web
 * page elsewhere cannot reach it through a name of its own.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final String SESSION_COOKIE = "botticelli_session";
  private static final int STOP_TIMEOUT_MS = 3_000;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String bind;
  private final int port;
  private final SignIn signIn;
  private final HealthApi health;
  private final Supplier<String> metrics;
  private final Supplier<Overview.Page> overview;
  private final Pages pages;
  private final Javalin app;

  /**
   * @param bind address to listen on
   * @param port 0..65535; 0 = any free port
   * @param metrics Prometheus text
   */
  public AdminServer(
      String bind,
      int port,
      SignIn signIn,
      HealthApi health,
      Supplier<String> metrics,
      Supplier<Overview.Page> overview,
      Pages pages) {
    this.bind = bind;
    this.port = port;
    this.signIn = signIn;
    this.health = health;
    this.metrics = metrics;
    this.overview = overview;
    this.pages = pages;
    this.app = Javalin.create(this::configure);
  }

  /**
   * Starts listening.
   *
   * @throws HttpServerException if the address cannot be bound
   */
  public void start() {
    try {
      app.start(bind, port);
    } catch (RuntimeException failure) {
      throw translate(failure);
    }
  }

  /** Returns the port really listened on. */
  public int port() {
    return app.port();
  }

  /** Returns the address for a browser on this machine, without a trailing slash. */
  public String address() {
    boolean everywhere = bind.equals("0.0.0.0") || bind.equals("::");
    return "http://" + (everywhere ? "127.0.0.1" : bind) + ":" + port();
  }

  @Override
  public void close() {
    app.stop();
  }

  private HttpServerException translate(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new HttpServerException(
            "HTTP port "
                + port
                + " on "
                + bind
                + " is not available ("
                + cause.getMessage()
                + "): stop the process that uses it or choose another port with --port"
                + " or server.http.port (0 = any free one)",
            failure);
      }
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("Port already in use")) {
      return new HttpServerException(
          "HTTP port "
              + port
              + " on "
              + bind
              + " is in use: stop the process that uses it or choose another port with --port or"
              + " server.http.port (0 = any free one)",
          failure);
    }
    return new HttpServerException(
        "HTTP server on " + bind + ":" + port + " cannot start: " + message, failure);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jsonMapper(new JavalinJackson(json(), false));
    config.jetty.modifyServer(server -> server.setStopTimeout(STOP_TIMEOUT_MS));
    config.routes.before(SecurityHeaders::apply);
    config.routes.before(this::checkHost);
    config.routes.beforeMatched(this::authorise);

    config.routes.get("/health", health::health, Role.ANYONE);
    config.routes.get("/health/live", health::live, Role.ANYONE);
    config.routes.get("/health/ready", health::ready, Role.ANYONE);
    config.routes.get("/health/startup", health::startup, Role.ANYONE);
    config.routes.get("/health/overdue", health::overdue, Role.ANYONE);
    config.routes.get("/metrics", this::metrics, Role.ANYONE);
    config.routes.get("/assets/botticelli.css", this::styleSheet, Role.ANYONE);
    config.routes.get("/signin", this::openSession, Role.ANYONE);
    config.routes.post("/signin", this::submitToken, Role.ANYONE);
    config.routes.get("/", ctx -> ctx.html(pages.overview(overview.get())), Role.READONLY);

    config.routes.exception(
        TooManyAttemptsException.class,
        (failure, ctx) -> {
          ctx.header("Retry-After", Long.toString(failure.retryAfterSeconds()));
          error(ctx, 429, failure.code(), String.valueOf(failure.getMessage()));
        });
    config.routes.exception(
        HttpResponseException.class,
        (failure, ctx) ->
            error(ctx, failure.getStatus(), "http_" + failure.getStatus(), failure.getMessage()));
    config.routes.exception(
        Exception.class,
        (failure, ctx) -> {
          LOG.error("{} {} failed", ctx.method(), ctx.path(), failure);
          error(ctx, 500, "internal", "the request failed; the log of this node says why");
        });
    config.routes.error(404, ctx -> error(ctx, 404, "not_found", "there is nothing at this path"));
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(new Jdk8Module())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .build();
  }

  private void checkHost(Context ctx) {
    String host = Optional.ofNullable(ctx.header("Host")).orElse("");
    String name = host.replaceFirst(":\\d+$", "");
    boolean ownAddress = name.equals(bind) || bind.equals("0.0.0.0") || bind.equals("::");
    if (!ownAddress && !LOOPBACK.contains(name)) {
      throw new HttpResponseException(421, "this server does not answer to that host name");
    }
  }

  private void authorise(Context ctx) {
    if (ctx.routeRoles().contains(Role.ANYONE)) {
      return;
    }
    String cookie = ctx.cookie(SESSION_COOKIE);
    if (cookie != null && signIn.isSession(cookie)) {
      return;
    }
    String authorization = ctx.header("Authorization");
    if (authorization != null
        && authorization.startsWith("Bearer ")
        && signIn.isToken(authorization.substring("Bearer ".length()).strip())) {
      return;
    }
    if (acceptsHtml(ctx) && authorization == null) {
      ctx.redirect("/signin");
      ctx.skipRemainingHandlers();
      return;
    }
    throw new UnauthorizedResponse("sign in with the link or the token printed at start");
  }

  private void openSession(Context ctx) {
    String code = ctx.queryParam("code");
    if (code == null) {
      ctx.html(pages.signIn(""));
      return;
    }
    answerSignIn(ctx, code);
  }

  private void submitToken(Context ctx) {
    // A form posted by another site carries its origin; our own page is same-origin.
    String site = ctx.header("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw new HttpResponseException(403, "the sign-in form must be sent from this site");
    }
    answerSignIn(ctx, Optional.ofNullable(ctx.formParam("code")).orElse(""));
  }

  private void answerSignIn(Context ctx, String code) {
    Optional<String> session = signIn.open(code.strip());
    if (session.isEmpty()) {
      ctx.status(401);
      ctx.html(
          pages.signIn(
              "That link or token is not valid. A link works once; the token is printed at start."));
      return;
    }
    Cookie cookie = new Cookie(SESSION_COOKIE, session.get());
    cookie.setHttpOnly(true);
    cookie.setSameSite(SameSite.STRICT);
    cookie.setPath("/");
    ctx.cookie(cookie);
    // SameSite=Strict cookies are not sent on a redirect that started elsewhere (a click in a
    // terminal or chat), so the page itself moves on.
    ctx.html(
        "<!doctype html><meta charset=\"utf-8\"><title>Signed in</title>"
            + "<meta http-equiv=\"refresh\" content=\"0;url=/\"><a href=\"/\">Continue</a>");
  }

  private void metrics(Context ctx) {
    ctx.contentType("text/plain; version=0.0.4; charset=utf-8");
    ctx.result(metrics.get());
  }

  private void styleSheet(Context ctx) {
    ctx.contentType("text/css; charset=utf-8");
    ctx.result(pages.styleSheet());
  }

  private static boolean acceptsHtml(Context ctx) {
    return Optional.ofNullable(ctx.header("Accept")).orElse("").contains("text/html");
  }

  private static void error(Context ctx, int status, String code, String message) {
    ctx.status(status);
    ctx.json(Map.of("error", Map.of("code", code, "message", message, "detail", Map.of())));
  }
}
