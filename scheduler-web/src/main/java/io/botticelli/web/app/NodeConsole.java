package io.botticelli.web.app;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.metrics.PrometheusText;
import io.botticelli.core.node.Health;
import io.botticelli.core.node.Node;
import io.botticelli.core.scheduling.OverdueActors.Overdue;
import io.botticelli.web.api.HealthApi;
import io.botticelli.web.api.HealthView;
import io.botticelli.web.api.HealthView.Check;
import io.botticelli.web.api.OverdueView;
import io.botticelli.web.api.OverdueView.Late;
import io.botticelli.web.auth.SignIn;
import io.botticelli.web.server.AdminServer;
import io.botticelli.web.ui.Overview;
import io.botticelli.web.ui.Pages;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side of a node: connects {@link AdminServer} to a {@link Node}. */
final class NodeConsole implements AutoCloseable {
  /** Messages of the preview channel shown on the overview. */
  private static final int MESSAGES = 10;

  private static final Logger LOG = LoggerFactory.getLogger(NodeConsole.class);

  private final SignIn signIn;
  private final AdminServer server;

  NodeConsole(Node node, Clock clock, String bind, int port) {
    this.signIn = new SignIn(clock);
    PrometheusText metrics = new PrometheusText(node.metrics());
    Overview overview =
        new Overview(
            clock,
            node.states(),
            () -> node.clusterControl().pause(),
            node.history(),
            () -> view(node, clock),
            () -> messages(node));
    this.server =
        new AdminServer(
            bind,
            port,
            signIn,
            new HealthApi(() -> view(node, clock), () -> overdue(node, clock)),
            metrics::render,
            overview::page,
            new Pages());
  }

  void start() {
    server.start();
  }

  String address() {
    return server.address();
  }

  /** Returns the link that signs one browser in. */
  String signInLink() {
    return server.address() + signIn.linkPath().orElse("/signin");
  }

  /** Returns the bearer token for scripts. */
  String token() {
    return signIn.token();
  }

  @Override
  public void close() {
    server.close();
  }

  private static HealthView view(Node node, Clock clock) {
    Health health = node.health();
    Map<String, Check> checks = new LinkedHashMap<>();
    health
        .components()
        .forEach(
            (name, component) ->
                checks.put(name, new Check(lower(component.state()), component.detail())));
    return new HealthView(
        lower(health.state()),
        health.ready(),
        health.started(),
        checks,
        health.node(),
        clock.instant());
  }

  private static OverdueView overdue(Node node, Clock clock) {
    try {
      Optional<List<Late>> late =
          node.overdue().map(actors -> actors.stream().map(NodeConsole::late).toList());
      String status =
          late.map(actors -> actors.isEmpty() ? OverdueView.OK : "overdue").orElse("unknown");
      return new OverdueView(status, late.orElse(List.of()), node.nodeId(), clock.instant());
    } catch (ActorServerException failure) {
      LOG.warn("overdue actors are not known: {}", failure.getMessage());
      return new OverdueView("unknown", List.of(), node.nodeId(), clock.instant());
    }
  }

  private static Late late(Overdue overdue) {
    return new Late(
        overdue.actor().value(),
        overdue.due(),
        overdue.lateBy().toSeconds(),
        overdue.grace().toSeconds(),
        overdue.reason());
  }

  private static String lower(Health.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static List<Overview.Message> messages(Node node) {
    return node.preview().list(Optional.empty(), Optional.empty(), MESSAGES).stream()
        .map(
            message ->
                new Overview.Message(
                    message.id(), message.channel(), message.content(), message.createdAt()))
        .toList();
  }
}
